import type { Rational } from '../../../kernel/rational.js';
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

const percents = /([+-]?)\s*(\d{1,9})(?:[.,](\d{1,6}))?\s*[%％]/g;
const factors = /(?:×|\bx)\s?(\d{1,3})|(\d{1,3})\s?(?:x\b|×|times\b|-?fold|倍)|([两双二三四五六七八九十])倍/giu;
const words: readonly (readonly [RegExp, bigint])[] = [
  [/\b(?:double|twice)|加倍|翻倍|翻番/i, 2n],
  [/\b(?:triple|treble|three times)/i, 3n],
];
const chinese = '零一二三四五六七八九十';

/** Every text of the rule that names a percentage or a multiple which it does not give. `value`: fen per point. */
export function mismatchesOf(texts: readonly (string | null)[], rule: Terms, value: Rational): Mismatch[] {
  const computed = computedOf(rule, value);
  return texts.flatMap((text) => {
    if (text === null || text === '') return [];
    const holds = [
      ...percentsIn(text).map((claim) => isShare(claim, computed)),
      ...factorsIn(text).map((claim) => isFactor(claim, computed)),
    ];
    return holds.includes(false) ? [{ claimed: text, computed: textOf(computed) }] : [];
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

interface Percent {
  readonly digits: bigint;
  readonly decimals: number;
}

const percentsIn = (text: string): Percent[] =>
  [...text.matchAll(percents)].map(([, sign, whole = '', fraction = '']) => ({
    digits: BigInt(whole + fraction) * (sign === '-' ? -1n : 1n),
    decimals: fraction.length,
  }));

const factorsIn = (text: string): bigint[] => [
  ...[...text.matchAll(factors)].map(([, after, before, numeral]) =>
    numeral === undefined ? BigInt(after ?? before ?? 0) : '两双'.includes(numeral) ? 2n : BigInt(chinese.indexOf(numeral)),
  ),
  ...words.flatMap(([pattern, factor]) => (pattern.test(text) ? [factor] : [])),
];

/** Equal once the true share is written with as many decimals as the claim has, but with one at the least. */
function isShare({ digits, decimals }: Percent, computed: Computed | null): boolean {
  if (computed === null) return false;
  const places = Math.max(decimals, 1);
  return digits * 10n ** BigInt(places - decimals) === rounded(computed, places);
}

/** "Double" is the base and as much again; more than was said breaks no promise. */
const isFactor = (factor: bigint, computed: Computed | null): boolean =>
  computed?.name === 'on top of the base' && computed.numerator >= (factor - 1n) * computed.denominator;

/** Per cent in units of so many decimals, half away from zero. */
const rounded = ({ numerator, denominator }: Rational, places: number): bigint =>
  (2n * numerator * 100n * 10n ** BigInt(places) + denominator) / (2n * denominator);

function textOf(computed: Computed | null): string {
  if (computed === null) return 'no share of anything';
  const hundredths = String(rounded(computed, 2)).padStart(3, '0');
  return `${hundredths.slice(0, -2)}.${hundredths.slice(-2)} % ${computed.name}`;
}
