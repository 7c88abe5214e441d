import { addMs, dayMs } from '../../kernel/clock.js';

/** Where a coupon counts: at one partner, at several, or everywhere. */
export type CouponScope = 'ONE' | 'GROUP' | 'ALL';

/** A spend-and-save coupon: `faceFen` off a purchase of `thresholdFen` or more. `acceptors` is empty for ALL. */
export interface CouponTerms {
  readonly thresholdFen: bigint;
  readonly faceFen: bigint;
  readonly scope: CouponScope;
  readonly acceptors: readonly string[];
  readonly validDays: number;
  readonly coolingOffDays: number;
}

/** A coupon as it stands; times are null where nothing of the kind happened. */
export interface CouponFacts extends Pick<CouponTerms, 'thresholdFen' | 'faceFen' | 'scope' | 'acceptors'> {
  readonly validUntil: Date;
  readonly usedAt: Date | null;
  readonly revokedAt: Date | null;
}

export type CouponState = 'USABLE' | 'USED' | 'EXPIRED' | 'REVOKED';

/** Usable before `validUntil`, whether or not anybody looked. */
export function stateOf({ validUntil, usedAt, revokedAt }: CouponFacts, at: Date): CouponState {
  if (revokedAt !== null) return 'REVOKED';
  if (usedAt !== null) return 'USED';
  return at < validUntil ? 'USABLE' : 'EXPIRED';
}

export const isAcceptedAt = ({ scope, acceptors }: Pick<CouponFacts, 'scope' | 'acceptors'>, acceptor: string): boolean =>
  scope === 'ALL' || acceptors.includes(acceptor);

export type CouponUse =
  | { readonly kind: 'used'; readonly payFen: bigint }
  | { readonly kind: 'refused'; readonly code: 'WRONG_SHOP' | 'COUPON_SPENT' | 'COUPON_EXPIRED' }
  | { readonly kind: 'refused'; readonly code: 'BELOW_THRESHOLD'; readonly missingFen: bigint };

/** What is left to pay of a basket, or why the coupon does not count for it. */
export function useOf(coupon: CouponFacts, basketFen: bigint, acceptor: string, at: Date): CouponUse {
  const state = stateOf(coupon, at);
  if (!isAcceptedAt(coupon, acceptor)) return { kind: 'refused', code: 'WRONG_SHOP' };
  if (state === 'USED' || state === 'REVOKED') return { kind: 'refused', code: 'COUPON_SPENT' };
  if (state === 'EXPIRED') return { kind: 'refused', code: 'COUPON_EXPIRED' };
  if (basketFen < coupon.thresholdFen) return { kind: 'refused', code: 'BELOW_THRESHOLD', missingFen: coupon.thresholdFen - basketFen };
  return { kind: 'used', payFen: basketFen - coupon.faceFen };
}

/** The first instant at which a use can no longer be cancelled. */
export const coolingOffEnd = (usedAt: Date, coolingOffDays: number): Date => addMs(usedAt, coolingOffDays * dayMs);

/** Until when a restored coupon is valid: as before, but for some time at the least, for it was of no use meanwhile. */
export const restoredUntil = (validUntil: Date, at: Date, leastMs: number): Date => {
  const least = addMs(at, leastMs);
  return validUntil < least ? least : validUntil;
};

/** Why terms are none that a member could rely on; null where nothing is wrong. */
export function termsProblem({ thresholdFen, faceFen, scope, acceptors, validDays, coolingOffDays }: CouponTerms): string | null {
  if (faceFen < 1n) return 'A coupon takes at least 1 fen off';
  if (thresholdFen < faceFen) return 'A coupon takes no more off than its threshold';
  if (scope === 'ONE' && acceptors.length !== 1) return 'A coupon of scope ONE names one acceptor';
  if (scope === 'GROUP' && acceptors.length === 0) return 'A coupon of scope GROUP names its acceptors';
  if (scope === 'ALL' && acceptors.length > 0) return 'A coupon of scope ALL names no acceptors';
  if (validDays < 1 || validDays > 36_500) return 'A coupon is valid for 1 to 36500 days';
  if (coolingOffDays < 0 || coolingOffDays > 365) return 'A cooling-off period is 0 to 365 days';
  return null;
}
