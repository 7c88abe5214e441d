import { isRunning, offerOf } from '../pricing/offers.js';
import type { PriceHistory, PriceOverride } from '../pricing/price-history.js';
import type { Computed, SpecialPrice } from './labels.js';
import { without } from './parity.js';

/**
 * Change of price and of value per item, in every part of a time: of each special price in it, and none where the regular price holds. Where
 * nothing can be called the price of before, nothing changed that could be spoken of.
 */
export const itemNumbers = (histories: readonly PriceHistory[], from: Date, until: Date): Computed[] =>
  histories.flatMap((history) =>
    partsOf(history, from, until).flatMap(({ special }): Computed[] => {
      const offer = special && offerOf(special, history);
      const { points, reference } = offer?.reference ? { points: offer.points, reference: offer.reference } : { points: 1n, reference: 1n };
      return [
        { of: 'PRICE', numerator: points - reference, denominator: reference },
        { of: 'VALUE', numerator: reference - points, denominator: points },
      ];
    }),
  );

/** What each item costs in every part of a time, beside what may be called its price before. */
export const itemPrices = (histories: readonly PriceHistory[], from: Date, until: Date): SpecialPrice[] =>
  histories.flatMap((history) =>
    partsOf(history, from, until).flatMap(({ special, since }): SpecialPrice[] => {
      if (special) return [{ now: special.points, was: offerOf(special, history).reference }];
      const regular = history.regular.find((span) => isRunning(span, since)) ?? history.regular[0];
      return regular ? [{ now: regular.points, was: null }] : [];
    }),
  );

interface Part {
  readonly since: Date;
  /** Null: the regular price holds. */
  readonly special: PriceOverride | null;
}

/** A time cut where the price of an item changes to or from a special one. */
function partsOf({ overrides }: PriceHistory, from: Date, until: Date): Part[] {
  const ms = (span: { readonly from: Date; readonly until: Date }) => ({ from: span.from.getTime(), until: span.until.getTime() });
  const special = overrides.filter((override) => override.from < until && from < override.until);
  const regular = from < until ? without([ms({ from, until })], special.map(ms)) : [];
  return [
    ...special.map((override) => ({ since: override.from, special: override })),
    ...regular.map((span) => ({ since: new Date(span.from), special: null })),
  ];
}
