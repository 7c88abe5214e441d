import { allocate } from '../../../kernel/rational.js';
import { dayMs } from '../../../kernel/clock.js';

/** A basket as far as it tells what somebody likes. */
export interface Purchase {
  readonly at: Date;
  readonly amountFen: bigint;
  readonly lines: readonly {
    readonly category?: string | undefined;
    readonly fen: bigint;
    readonly size?: string | undefined;
    readonly colour?: string | undefined;
  }[];
}

/** A size or a colour, and baskets with something of it. */
export interface LikedTrait {
  readonly value: string;
  readonly purchases: number;
}

export interface LikedCategory {
  readonly category: string;
  /** Baskets with something of it. */
  readonly purchases: number;
  readonly spentFen: bigint;
  readonly shareBasisPoints: number;
  /** In this category; the one of most baskets first. */
  readonly sizes: readonly LikedTrait[];
  readonly colours: readonly LikedTrait[];
}

export interface Profile {
  readonly purchases: number;
  readonly averageFen: bigint;
  /** Whole days from one purchase to the next on average; null for a single one. */
  readonly everyDays: number | null;
  readonly lastAt: Date;
  readonly categories: readonly LikedCategory[];
}

/** Pure: what purchases tell of who made them, the category with most spent first; null of none. Lines without a category tell nothing. */
export function profileOf(purchases: readonly Purchase[]): Profile | null {
  const [first, ...more] = purchases.toSorted((one, other) => one.at.getTime() - other.at.getTime());
  if (!first) return null;
  const lastAt = (more.at(-1) ?? first).at;
  const byCategory = new Map<string, { purchases: number; spentFen: bigint }>();
  for (const { lines } of purchases) {
    const seen = new Set<string>();
    for (const { category, fen } of lines) {
      if (category === undefined) continue;
      const before = byCategory.get(category) ?? { purchases: 0, spentFen: 0n };
      byCategory.set(category, { purchases: before.purchases + (seen.has(category) ? 0 : 1), spentFen: before.spentFen + fen });
      seen.add(category);
    }
  }
  const liked = [...byCategory].toSorted(([a, one], [b, other]) =>
    one.spentFen === other.spentFen ? (a < b ? -1 : 1) : one.spentFen > other.spentFen ? -1 : 1,
  );
  const shares = allocate(
    10_000n,
    liked.map(([, { spentFen }]) => spentFen),
  );
  return {
    purchases: purchases.length,
    averageFen: purchases.reduce((sum, { amountFen }) => sum + amountFen, 0n) / BigInt(purchases.length),
    everyDays: more.length === 0 ? null : Math.floor((lastAt.getTime() - first.at.getTime()) / dayMs / more.length),
    lastAt,
    categories: liked.map(([category, { purchases: baskets, spentFen }], at) => ({
      category,
      purchases: baskets,
      spentFen,
      shareBasisPoints: Number(shares[at]),
      sizes: traitsOf(purchases, category, 'size'),
      colours: traitsOf(purchases, category, 'colour'),
    })),
  };
}

/** Sizes mean something within a category only: 32 is a waist of jeans and no size of a dress. */
function traitsOf(purchases: readonly Purchase[], category: string, trait: 'size' | 'colour'): LikedTrait[] {
  const baskets = new Map<string, number>();
  for (const { lines } of purchases)
    for (const value of new Set(lines.filter((line) => line.category === category).map((line) => line[trait])))
      if (value !== undefined) baskets.set(value, (baskets.get(value) ?? 0) + 1);
  return [...baskets]
    .map(([value, count]) => ({ value, purchases: count }))
    .toSorted((one, other) => other.purchases - one.purchases || (one.value < other.value ? -1 : 1));
}
