import { hasBaseline, offerOf } from '../pricing/offers.js';
import type { PriceHistory } from '../pricing/price-history.js';
import type { Computed, SpecialPrice } from './labels.js';

/** Change of price and of value per item: of the special price that holds at some time of the campaign, else none. */
export function itemNumbers(histories: readonly PriceHistory[], from: Date, until: Date, lookBackMs: number): Computed[] {
  return histories.flatMap(({ regular, overrides }) => {
    const special = overrides.find((override) => override.from < until && from < override.until);
    const { points, reference } = special ? offerOf(special, [...regular, ...overrides], lookBackMs) : { points: 1n, reference: 1n };
    if (reference === null) return [];
    return [
      { of: 'PRICE' as const, numerator: points - reference, denominator: reference },
      { of: 'VALUE' as const, numerator: reference - points, denominator: points },
    ];
  });
}

/** The special price of each item at some time of the campaign, beside what may be called its price before. */
export const itemPrices = (histories: readonly PriceHistory[], from: Date, until: Date, lookBackMs: number): SpecialPrice[] =>
  histories.flatMap(({ regular, overrides }) => {
    const special = overrides.find((override) => override.from < until && from < override.until);
    if (!special) return [];
    const { reference } = offerOf(special, [...regular, ...overrides], lookBackMs);
    return [{ now: special.points, was: hasBaseline(regular, special.from, lookBackMs) ? reference : null }];
  });
