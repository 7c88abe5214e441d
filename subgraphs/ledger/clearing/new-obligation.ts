export type FeeBorneBy = 'ACCEPTOR' | 'ISSUER';

/** What one partner owes another; amounts are positive, the fee goes to the operator and comes back from it in a RETURN. */
export interface NewObligation {
  kind: 'REDEMPTION' | 'ACCRUAL' | 'RETURN' | 'ADJUSTMENT' | 'COUPON' | 'PACK';
  debtor: string;
  creditor: string;
  programme: string;
  points: bigint;
  fen: bigint;
  feeFen: bigint;
  feeBorneBy: FeeBorneBy;
  /** Id of what made it: a hold, an accrual, a return, a dispute, a use of a coupon, a pack. */
  cause: string;
  redemption: string | null;
  /** RETURN only: id of the obligation that it takes back. */
  reverses?: string | null;
}
