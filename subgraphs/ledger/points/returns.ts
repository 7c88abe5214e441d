import { allocate, minOf } from '../../kernel/rational.js';

/** What a redemption took of one lot, and what of it came back before. */
export interface ReturnablePart {
  readonly points: bigint;
  readonly returned: bigint;
}

/**
 * How many of the returned points go back to each part: in proportion to what is still out, by largest remainder. So partial returns
 * never give a part more than it gave, and together give exactly that. Expects no more points than are out.
 */
export const goBack = (points: bigint, parts: readonly ReturnablePart[]): bigint[] =>
  allocate(
    points,
    parts.map((part) => part.points - part.returned),
  );

/** The share of `whole` that has come due when `done` of `total` is done; everything at the end, rounded down before. */
export const dueOf = (whole: bigint, done: bigint, total: bigint): bigint => (total === 0n ? 0n : (whole * minOf(done, total)) / total);
