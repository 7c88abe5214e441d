import { inverse, minOf, type Rational, rational, timesDown } from '../../kernel/rational.js';

/** Points that a member keeps because they were deducted from a refund, and what was deducted for them. */
export interface Kept {
  readonly points: bigint;
  readonly fen: bigint;
}

/** Points of an accrual that came due and are not there any more. */
export interface Missing {
  readonly missing: bigint;
  /** Points that the accrual gave, and what all of them had cost. */
  readonly points: bigint;
  readonly cost: Rational;
  /** What earlier refunds paid for. */
  readonly before: Kept;
  /** Cash that goes back and that nothing was deducted from yet. */
  readonly cashFen: bigint;
}

/**
 * Pure: how many of the missing points the refund pays for, never one that costs more than the cash there is; the rest is arrears. What is
 * deducted is cumulative over all refunds and rounded down, so that partial returns never cost a member a fen more than one return would.
 * Points that cost nothing cannot be paid for.
 */
export function keptFor({ missing, points, cost, before, cashFen }: Missing): Kept {
  if (points === 0n || cost.numerator === 0n) return { points: 0n, fen: 0n };
  const price = rational(cost.numerator, cost.denominator * points);
  const affordable = timesDown(before.fen + cashFen, inverse(price)) - before.points;
  const kept = affordable > 0n ? minOf(missing, affordable) : 0n;
  return { points: kept, fen: timesDown(before.points + kept, price) - before.fen };
}
