import { sumOf } from '../../kernel/rational.js';
import type { Rational } from '../../kernel/rational.js';
import { hasBaseline, offerOf } from '../pricing/offers.js';
import type { PriceHistory } from '../pricing/price-history.js';
import type { Computed, SpecialPrice } from './labels.js';

/** An accrual rule as far as its effect can be claimed. */
export interface RuleFacts {
  readonly programme: string;
  /** Points per fen; null for a bonus. */
  readonly rate: Rational | null;
  readonly bonusBasisPoints: number | null;
}

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

/** What comes back of what is spent by the rules together, and how much more than usual is earned. `values`: fen per point. */
export function ruleNumbers(rules: readonly RuleFacts[], values: ReadonlyMap<string, { readonly value: Rational }>): Computed[] {
  const bonus = sumOf(rules.map(({ bonusBasisPoints }) => BigInt(bonusBasisPoints ?? 0)));
  const giveBack = rules.flatMap(({ programme, rate }): Computed[] => {
    const value = values.get(programme)?.value;
    if (!rate || !value) return [];
    const numerator = rate.numerator * value.numerator * (10_000n + bonus);
    return [{ of: 'GIVE_BACK', numerator, denominator: rate.denominator * value.denominator * 10_000n }];
  });
  return rules.some(({ bonusBasisPoints }) => bonusBasisPoints !== null)
    ? [...giveBack, { of: 'ACCRUAL', numerator: bonus, denominator: 10_000n }]
    : giveBack;
}
