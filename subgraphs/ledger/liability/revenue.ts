import { allocate, minOf } from '../../kernel/rational.js';

/** All of something, in basis points. */
export const whole = 10_000n;

/** A sale that gave points: what was paid for goods and points together, and what a point is worth and how likely to be redeemed then. */
export interface Sale {
  /** What the customer paid; it is the stand-alone price of the goods too. */
  readonly priceFen: bigint;
  readonly points: bigint;
  readonly value: { readonly fen: bigint; readonly points: bigint };
  /** Expected share of points that are redeemed, in basis points. */
  readonly expectedRate: bigint;
}

/**
 * Pure: the parts of a price for goods and for points, by relative stand-alone selling prices; the points' is their value times the
 * expected rate. By largest remainder, so both sum to the price.
 */
export function allocatePrice({ priceFen, points, value, expectedRate }: Sale): { readonly goodsFen: bigint; readonly pointsFen: bigint } {
  const weights = [priceFen * value.points * whole, points * value.fen * expectedRate];
  const [goodsFen = 0n, pointsFen = 0n] = allocate(priceFen, weights);
  return { goodsFen, pointsFen };
}

/** Points sold in one month, with the revenue that waits for them. Points are net of those taken back. */
export interface Cohort {
  readonly cohort: string;
  readonly allocatedFen: bigint;
  readonly issued: bigint;
  /** Net of returns. */
  readonly redeemed: bigint;
  readonly outstanding: bigint;
}

/**
 * Pure: points of a cohort that will have been redeemed in the end, times 10,000: what the rate says, but no less than were redeemed already
 * and no more than can be still.
 */
export function expectedRedemptions(
  { issued, redeemed, outstanding }: Omit<Cohort, 'cohort' | 'allocatedFen'>,
  expectedRate: bigint,
): bigint {
  const least = redeemed * whole;
  const expected = issued * expectedRate;
  return expected < least ? least : minOf(expected, (redeemed + outstanding) * whole);
}

/**
 * Pure: the contract liability of a cohort: the revenue allocated to its points less what was recognised, in proportion to the redemptions
 * that are expected in total, so that points never to be redeemed are recognised with the others. Rounded up, so nothing is recognised
 * too early; 0 as soon as no more redemptions are expected.
 */
export function contractLiability(cohort: Cohort, expectedRate: bigint): bigint {
  const { allocatedFen, redeemed } = cohort;
  const total = expectedRedemptions(cohort, expectedRate);
  return total <= 0n ? 0n : allocatedFen - (allocatedFen * redeemed * whole) / total;
}
