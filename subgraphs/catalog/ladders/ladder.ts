/** What counts for a rung: the points at hand, all that were ever earned, or purchases of late. */
export type LadderBasis = 'BALANCE' | 'LIFETIME' | 'PURCHASES';

/** An item with the points from which on it is in reach, null: its price; or, where purchases count, with how many of these. */
export interface RungWish {
  readonly item: string;
  readonly thresholdPoints: bigint | null;
  readonly thresholdPurchases?: number | null;
}

export interface Rung {
  readonly item: string;
  readonly threshold: bigint;
}

export interface Step extends Rung {
  readonly missing: bigint;
}

/** The rungs from the lowest threshold up, with what is missing to each. Items without a price now are left out. */
export const stepsOf = (rungs: readonly RungWish[], prices: ReadonlyMap<string, bigint>, reached: bigint): Step[] =>
  rungs
    .flatMap(({ item, thresholdPoints, thresholdPurchases }) => {
      const price = prices.get(item);
      if (price === undefined) return [];
      const threshold = typeof thresholdPurchases === 'number' ? BigInt(thresholdPurchases) : (thresholdPoints ?? price);
      return [{ item, threshold, missing: reached >= threshold ? 0n : threshold - reached }];
    })
    .sort((a, b) => (a.threshold === b.threshold ? (a.item < b.item ? -1 : 1) : a.threshold < b.threshold ? -1 : 1));
