import { allocate } from '../../../kernel/rational.js';
import { dayMs } from '../../../kernel/clock.js';

/** A basket as far as it tells what somebody likes. */
export interface Purchase {
  readonly at: Date;
  readonly amountFen: bigint;
  readonly lines: readonly { readonly category?: string | undefined; readonly fen: bigint }[];
}

export interface LikedCategory {
  readonly category: string;
  /** Baskets with something of it. */
  readonly purchases: number;
  readonly spentFen: bigint;
  readonly shareBasisPoints: number;
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
    categories: liked.map(([category, facts], at) => Object.assign({ category, shareBasisPoints: Number(shares[at]) }, facts)),
  };
}
