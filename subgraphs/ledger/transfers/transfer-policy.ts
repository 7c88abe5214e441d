/** How far points of a programme may go from member to member. Counted over the days before each transfer. */
export interface TransferPolicy {
  readonly allowed: boolean;
  readonly periodDays: number;
  /** Points that one member may send. */
  readonly sentPoints: bigint;
  /** Points that one member may receive. */
  readonly receivedPoints: bigint;
  /** Different members from whom one member may receive, so that many small accounts cannot feed one. */
  readonly senders: number;
}

/** Without a policy of its own a programme has this one: no transfers. */
export const defaultPolicy: TransferPolicy = {
  allowed: false,
  periodDays: 30,
  sentPoints: 50_000n,
  receivedPoints: 50_000n,
  senders: 3,
};

/** What the period before a transfer saw, this one not among it. */
export interface TransferHistory {
  readonly sentPoints: bigint;
  readonly receivedPoints: bigint;
  readonly senders: number;
  /** Whether this sender is one of them. */
  readonly known: boolean;
}

export type PolicyRefusal =
  | { readonly kind: 'refused'; readonly code: 'TRANSFER_NOT_ALLOWED' }
  | { readonly kind: 'refused'; readonly code: 'TRANSFER_LIMIT'; readonly left: bigint }
  | { readonly kind: 'refused'; readonly code: 'RECIPIENT_UNAVAILABLE' };

/** Whether the policy lets these points go. What the recipient has received is no business of the sender's, so its limits all answer alike. */
export function againstPolicy(policy: TransferPolicy, history: TransferHistory, points: bigint): PolicyRefusal | null {
  if (!policy.allowed) return { kind: 'refused', code: 'TRANSFER_NOT_ALLOWED' };
  const left = policy.sentPoints > history.sentPoints ? policy.sentPoints - history.sentPoints : 0n;
  if (points > left) return { kind: 'refused', code: 'TRANSFER_LIMIT', left };
  const tooMuch = history.receivedPoints + points > policy.receivedPoints;
  const tooMany = !history.known && history.senders >= policy.senders;
  return tooMuch || tooMany ? { kind: 'refused', code: 'RECIPIENT_UNAVAILABLE' } : null;
}
