import { minOf, type Rational, rational, timesDown, timesUp } from '../../kernel/rational.js';
import type { BoundAgainst } from '../policies/policy.js';
import { isRunning, type PriceSpan } from './offers.js';

/** Points that cover a cost at a demand: 60.00 at 0.01 a point and demand 1 are 6,000; rounded up, and 1 at the least. `value`: fen per point. */
export function pointsFor(costFen: bigint, demand: Rational, value: Rational): bigint {
  const worth = rational(demand.numerator * value.denominator, demand.denominator * value.numerator);
  const points = timesUp(costFen, worth);
  return points < 1n ? 1n : points;
}

/** Prices between which a new one may lie, both included. */
export interface PriceBounds {
  readonly reference: bigint;
  readonly least: bigint;
  readonly most: bigint;
}

/** So much per cent around a price: 20 % around 6,000 are 4,800 to 7,200; rounded towards the price, and never below 1 point. */
export function boundsAround(reference: bigint, percent: Rational): PriceBounds {
  const share = rational(percent.numerator, percent.denominator * 100n);
  const least = reference - minOf(reference - 1n, timesDown(reference, share));
  return { reference, least, most: reference + timesDown(reference, share) };
}

/** The price that comes nearest to a wish within bounds; the wish itself where it lies within. */
export const nearest = ({ least, most }: PriceBounds, points: bigint): bigint => (points < least ? least : minOf(points, most));

/**
 * The price of an item at an instant that a new one is measured against; for an instant before its first price that one, so a new item
 * cannot run away on its first day. Of a special price the lower of the two counts: one above the regular price, which no bound holds,
 * would be a step to everything. Null only where the item never had a price.
 */
export function priceAt(regular: readonly PriceSpan[], special: readonly PriceSpan[], at: Date, against: BoundAgainst): bigint | null {
  const plain = (regular.findLast((span) => isRunning(span, at)) ?? regular[0])?.points ?? null;
  const asked = against === 'IN_FORCE' ? special.find((span) => isRunning(span, at))?.points : undefined;
  return plain === null || asked === undefined ? plain : minOf(plain, asked);
}
