/** An account that belongs to a partner itself. Customers' reserve funds are another type, which nothing here takes. */
export interface OwnAccount {
  readonly kind: 'OWN';
  readonly id: string;
}

/** Positive: paid out to the partner's account; negative: drawn from it. */
export interface PaymentOrder {
  readonly partner: string;
  readonly account: OwnAccount;
  readonly fen: bigint;
}

export type Orders =
  | { readonly kind: 'orders'; readonly orders: readonly PaymentOrder[] }
  | { readonly kind: 'refused'; readonly code: 'ACCOUNT_MISSING'; readonly partners: readonly string[] };

/** Pure: one order per partner whose net is not 0, summing to 0 like the nets; all of them, or none where somebody has no account. */
export function ordersOf(
  nets: readonly { readonly partner: string; readonly netFen: bigint }[],
  accounts: ReadonlyMap<string, OwnAccount>,
): Orders {
  const due = nets.filter(({ netFen }) => netFen !== 0n);
  const partners = due.map(({ partner }) => partner).filter((partner) => !accounts.has(partner));
  if (partners.length > 0) return { kind: 'refused', code: 'ACCOUNT_MISSING', partners };
  return {
    kind: 'orders',
    orders: due.map(({ partner, netFen }) => ({ partner, account: accounts.get(partner) as OwnAccount, fen: netFen })),
  };
}
