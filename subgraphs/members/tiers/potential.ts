/** What a member bought at a partner in two windows of the same length that follow each other. */
export interface SpendWindows {
  readonly memberUid: string;
  readonly beforeFen: bigint;
  readonly beforeCount: number;
  readonly recentFen: bigint;
  readonly recentCount: number;
}

/** From where on a partner calls a member one of high potential. */
export interface PotentialTerms {
  readonly ratioBasisPoints: number;
  readonly minimumFen: bigint;
}

/** Why: `SPEND` in fen, `FREQUENCY` in purchases; each with both windows, so that the member can check it. */
export interface Reason {
  readonly code: 'SPEND' | 'FREQUENCY';
  readonly before: bigint;
  readonly recent: bigint;
}

export interface Potential {
  readonly memberUid: string;
  /** Recent spending in basis points of that before, rounded down. */
  readonly ratioBasisPoints: bigint;
  readonly reasons: readonly Reason[];
}

const whole = 10_000n;

/**
 * Pure: whether a member's spending grew enough, and what speaks for it. Who bought nothing in the window before is new, not growing: a ratio
 * to nothing says nothing. The spending alone decides; more frequent purchases are named where they are a reason as well.
 */
export function potentialOf(windows: SpendWindows, { ratioBasisPoints, minimumFen }: PotentialTerms): Potential | null {
  const { memberUid, beforeFen, recentFen, beforeCount, recentCount } = windows;
  if (beforeFen <= 0n || recentFen < minimumFen) return null;
  if (recentFen * whole < beforeFen * BigInt(ratioBasisPoints)) return null;
  const spend: Reason = { code: 'SPEND', before: beforeFen, recent: recentFen };
  const frequency: Reason = { code: 'FREQUENCY', before: BigInt(beforeCount), recent: BigInt(recentCount) };
  return {
    memberUid,
    ratioBasisPoints: (recentFen * whole) / beforeFen,
    reasons: recentCount > beforeCount ? [spend, frequency] : [spend],
  };
}

/** A step of a partner's ladder; rank 0 is where everybody begins. */
export interface Tier {
  readonly id: string;
  readonly rank: number;
}

/** Pure: the step above, one at a time; null at the top. */
export function nextTier<T extends Tier>(ladder: readonly T[], current: string | null): T | null {
  const ranked = ladder.toSorted((a, b) => a.rank - b.rank);
  const at = current === null ? 0 : ranked.findIndex(({ id }) => id === current);
  return ranked[Math.max(at, 0) + 1] ?? null;
}
