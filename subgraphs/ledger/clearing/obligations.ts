import { timesDown, rational } from '../../kernel/rational.js';
import type { FeeBorneBy, NewObligation } from './new-obligation.js';

/** Points of one programme with the value in fen that they covered (REDEMPTION) or cost (ACCRUAL). */
export interface ObligationLeg {
  readonly programme: string;
  readonly issuer: string;
  readonly points: bigint;
  readonly fen: bigint;
}

export interface ObligationInput {
  readonly kind: 'REDEMPTION' | 'ACCRUAL';
  /** The shop: it took the points, or let the issuer's points be earned. */
  readonly acceptor: { readonly id: string; readonly feeBasisPoints: number; readonly feeBorneBy: FeeBorneBy };
  readonly legs: readonly ObligationLeg[];
  readonly cause: string;
  readonly redemption: string | null;
}

/**
 * Pure. A redemption makes the issuer owe the acceptor what its points covered, less or plus the fee (rounded down); an accrual makes
 * the shop owe the issuer the price of the points, without a fee. Own points at one's own shop, and legs worth nothing, make none.
 */
export function obligationsOf({ kind, acceptor, legs, cause, redemption }: ObligationInput): NewObligation[] {
  const fee = rational(BigInt(acceptor.feeBasisPoints), 10_000n);
  return legs
    .filter(({ issuer, fen }) => issuer !== acceptor.id && fen > 0n)
    .map(({ programme, issuer, points, fen }) => ({
      kind,
      debtor: kind === 'REDEMPTION' ? issuer : acceptor.id,
      creditor: kind === 'REDEMPTION' ? acceptor.id : issuer,
      programme,
      points,
      fen,
      feeFen: kind === 'REDEMPTION' ? timesDown(fen, fee) : 0n,
      feeBorneBy: acceptor.feeBorneBy,
      cause,
      redemption,
    }));
}

export type { FeeBorneBy, NewObligation } from './new-obligation.js';
export { appendObligations, obligationsOfRedemption } from './append-obligations.js';
export { reversalOf, reversalsOf, type RecordedObligation, type Returned, type ReturnedLeg } from './reversals.js';
