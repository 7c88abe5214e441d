/** What counts for a rung: the points at hand, or all that were ever earned. */
export type LadderBasis = 'BALANCE' | 'LIFETIME';

/** An item with the points from which on it is in reach; null: its price. */
export interface RungWish {
  readonly item: string;
  readonly thresholdPoints: bigint | null;
}

export interface Rung {
  readonly item: string;
  readonly threshold: bigint;
}

export interface Step extends Rung {
  readonly missing: bigint;
}

/** The rungs from the lowest threshold up, with what is missing to each. Items without a price now are left out. */
export const stepsOf = (rungs: readonly RungWish[], prices: ReadonlyMap<string, bigint>, points: bigint): Step[] =>
  rungs
    .flatMap(({ item, thresholdPoints }) => {
      const price = prices.get(item);
      if (price === undefined) return [];
      const threshold = thresholdPoints ?? price;
      return [{ item, threshold, missing: points >= threshold ? 0n : threshold - points }];
    })
    .sort((a, b) => (a.threshold === b.threshold ? (a.item < b.item ? -1 : 1) : a.threshold < b.threshold ? -1 : 1));
