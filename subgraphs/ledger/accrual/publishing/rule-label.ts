import type { Rational } from '../../../kernel/rational.js';
import { isShare, reaches, type Stated, statedIn } from '../../../kernel/stated.js';
import type { Rule } from '../rules.js';

/** A claim that the rule's numbers do not bear out. */
export interface Mismatch {
  readonly claimed: string;
  readonly computed: string;
}

type Terms = Pick<Rule, 'kind' | 'ratePoints' | 'rateFen' | 'bonusBasisPoints'>;

/** A share, and what it is a share of. */
interface Computed extends Rational {
  readonly name: 'give-back' | 'on top of the base' | 'of the points it is about';
}

/** Every text of the rule that names a percentage or a multiple which it does not give. `value`: fen per point. */
export function mismatchesOf(texts: readonly (string | null)[], rule: Terms, value: Rational): Mismatch[] {
  const computed = computedOf(rule, value);
  return texts.flatMap((text) => {
    if (text === null || text === '') return [];
    return statedIn(text).every((stated) => holds(stated, computed)) ? [] : [{ claimed: text, computed: textOf(computed) }];
  });
}

/** What comes back of what is spent, or what is added to the base. */
function computedOf({ kind, ratePoints, rateFen, bonusBasisPoints }: Terms, value: Rational): Computed | null {
  if (kind === 'BASE')
    return { name: 'give-back', numerator: (ratePoints ?? 0n) * value.numerator, denominator: (rateFen ?? 1n) * value.denominator };
  if (bonusBasisPoints === null) return null;
  const name = kind === 'BONUS' ? 'on top of the base' : 'of the points it is about';
  return { name, numerator: BigInt(bonusBasisPoints), denominator: 10_000n };
}

/** "Double" is the base and as much again. What a rule gives is no price, so nothing is off one. */
function holds(stated: Stated, computed: Computed | null): boolean {
  if (computed === null || stated.kind === 'OFF') return false;
  return stated.kind === 'PERCENT' ? isShare(stated, computed) : computed.name === 'on top of the base' && reaches(stated, computed);
}

/** Per cent in units of so many decimals, half away from zero. */
const rounded = ({ numerator, denominator }: Rational, places: number): bigint =>
  (2n * numerator * 100n * 10n ** BigInt(places) + denominator) / (2n * denominator);

function textOf(computed: Computed | null): string {
  if (computed === null) return 'no share of anything';
  const hundredths = String(rounded(computed, 2)).padStart(3, '0');
  return `${hundredths.slice(0, -2)}.${hundredths.slice(-2)} % ${computed.name}`;
}
