import { inverse, type Rational, timesDown, timesUp } from '../../kernel/rational.js';

/** A cause as far as a donation depends on it. */
export interface CauseRules {
  readonly minimumFen: bigint;
  readonly opensAt: Date | null;
  readonly closesAt: Date | null;
}

export type Gift =
  | { readonly kind: 'gift'; readonly fen: bigint }
  | { readonly kind: 'refused'; readonly code: 'CAUSE_CLOSED'; readonly opensAt: Date | null }
  | { readonly kind: 'refused'; readonly code: 'BELOW_MINIMUM'; readonly minimumFen: bigint; readonly minimumPoints: bigint };

/** Pure: what points are worth to a cause, rounded down as all that is given is; or why it does not take them. `value`: fen per point. */
export function giftOf(cause: CauseRules, points: bigint, value: Rational, at: Date): Gift {
  const { opensAt, closesAt, minimumFen } = cause;
  if (opensAt !== null && at < opensAt) return { kind: 'refused', code: 'CAUSE_CLOSED', opensAt };
  if (closesAt !== null && at >= closesAt) return { kind: 'refused', code: 'CAUSE_CLOSED', opensAt: null };
  const fen = timesDown(points, value);
  if (fen < minimumFen) return { kind: 'refused', code: 'BELOW_MINIMUM', minimumFen, minimumPoints: timesUp(minimumFen, inverse(value)) };
  return { kind: 'gift', fen };
}

/** Pure: whether a donation can still be cancelled. */
export const isCancellable = (at: Date, cancellableUntil: Date): boolean => at < cancellableUntil;
