import { minOf, sumOf } from '../../../kernel/rational.js';
import { dueOf, goBack } from '../../points/returns.js';

/** A pack as a draw finds it. */
export interface Pack {
  readonly id: string;
  readonly left: bigint;
  readonly boughtAt: Date;
  /** First instant at which nothing can be drawn any more; null: it never ends. */
  readonly expiresAt: Date | null;
}

/** Points that one pack gives or gets back. */
export interface PackPart {
  readonly pack: string;
  readonly points: bigint;
}

export interface Draw {
  readonly parts: readonly PackPart[];
  /** Points that no pack covers; they are billed. */
  readonly uncovered: bigint;
}

const order = (a: Pack, b: Pack): number =>
  (a.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY) - (b.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY) ||
  a.boughtAt.getTime() - b.boughtAt.getTime() ||
  (a.id < b.id ? -1 : 1);

/** Pure: draws points from the packs that end first, then from those bought first; never more than a pack has left. */
export function draw(packs: readonly Pack[], points: bigint, now: Date): Draw {
  const parts: PackPart[] = [];
  let uncovered = points;
  for (const { id, left } of packs.filter(({ expiresAt }) => expiresAt === null || now < expiresAt).sort(order)) {
    const taken = minOf(left, uncovered);
    if (taken > 0n) parts.push({ pack: id, points: taken });
    uncovered -= taken;
  }
  return { parts, uncovered };
}

/** What an accrual drew of a pack, and what of it came back before. */
export interface Drawn {
  readonly pack: string;
  readonly points: bigint;
  readonly returned: bigint;
}

/**
 * Pure: what goes back to the packs when `done` of an accrual's `total` points are taken back, after what went back before: the share
 * of the points that packs covered, cumulatively and rounded down, so that a full return gives back exactly what was drawn; among
 * several packs in proportion, by largest remainder.
 */
export function backTo(drawn: readonly Drawn[], done: bigint, total: bigint): PackPart[] {
  const covered = sumOf(drawn.map(({ points }) => points));
  const due = dueOf(covered, done, total) - sumOf(drawn.map(({ returned }) => returned));
  if (due <= 0n) return [];
  const shares = goBack(due, drawn);
  return drawn.map(({ pack }, n) => ({ pack, points: shares[n] ?? 0n })).filter(({ points }) => points > 0n);
}
