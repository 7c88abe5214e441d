import { type Rational, sumOf } from '../../kernel/rational.js';
import type { RuleTerms } from '../ledger-port.js';
import type { Computed } from './labels.js';

type RuleConditions = Pick<RuleTerms, (typeof conditions)[number] | 'certificateRegistered'>;

/**
 * What comes back of what is spent, and how much more than usual is earned: of each programme, and of every kind of purchase that one of
 * the rules is for. Bonuses add up only where one purchase earns them all, as in the ledger; what an event gives is no share of spending.
 * `values`: fen per point.
 */
export function ruleNumbers(rules: readonly RuleTerms[], values: ReadonlyMap<string, { readonly value: Rational }>): Computed[] {
  const programmes = [...new Set(rules.map(({ programme }) => programme))];
  return programmes.flatMap((programme) => {
    const value = values.get(programme)?.value;
    const earnings = earningsOf(rules.filter((rule) => rule.programme === programme && rule.kind !== 'EVENT'));
    return earnings.flatMap(({ bases, bonuses }): Computed[] => {
      const bonus = sumOf(bonuses.map(({ bonusBasisPoints }) => BigInt(bonusBasisPoints ?? 0)));
      const rate = bases.reduce<Rational | null>((sum, base) => (base.rate === null ? sum : plus(sum, base.rate)), null);
      const share: Computed[] = rate && value ? [giveBack(rate, value, bonus)] : [];
      return bonuses.length === 0 ? share : share.concat({ of: 'ACCRUAL', numerator: bonus, denominator: 10_000n });
    });
  });
}

interface Earning {
  readonly bases: readonly RuleTerms[];
  readonly bonuses: readonly RuleTerms[];
}

/** What the least purchase earns that each bonus is for, and each base that no bonus was counted on. */
function earningsOf(rules: readonly RuleTerms[]): Earning[] {
  const earningOf = (purchase: RuleConditions): Earning => {
    const fitting = rules.filter((rule) => fits(rule, purchase));
    return {
      bases: mostSpecific(fitting.filter(({ kind }) => kind === 'BASE')),
      bonuses: fitting.filter(({ kind }) => kind === 'BONUS'),
    };
  };
  const promoted = rules.filter(({ kind }) => kind === 'BONUS').map(earningOf);
  const others = rules.filter((rule) => rule.kind === 'BASE' && !promoted.some(({ bases }) => bases.includes(rule)));
  return [...promoted, ...others.map(earningOf)];
}

const conditions = ['category', 'certificate', 'cardProduct', 'event', 'tier'] as const;

const fits = (rule: RuleConditions, purchase: RuleConditions): boolean =>
  (!rule.certificateRegistered || purchase.certificateRegistered) &&
  conditions.every((condition) => rule[condition] === null || rule[condition] === purchase[condition]);

/** Of the bases that fit, those that the ledger counts: a category outweighs the other conditions; among equals all. */
function mostSpecific(rules: readonly RuleTerms[]): RuleTerms[] {
  const weightOf = (rule: RuleConditions): number =>
    conditions.reduce((sum, condition) => sum + (rule[condition] === null ? 0 : condition === 'category' ? 5 : 1), 0);
  const most = Math.max(...rules.map(weightOf));
  return rules.filter((rule) => weightOf(rule) === most);
}

const plus = (a: Rational | null, b: Rational): Rational =>
  a
    ? { numerator: a.numerator * b.denominator + b.numerator * a.denominator, denominator: a.denominator * b.denominator }
    : { numerator: b.numerator, denominator: b.denominator };

const giveBack = (rate: Rational, value: Rational, bonus: bigint): Computed => ({
  of: 'GIVE_BACK',
  numerator: rate.numerator * value.numerator * (10_000n + bonus),
  denominator: rate.denominator * value.denominator * 10_000n,
});
