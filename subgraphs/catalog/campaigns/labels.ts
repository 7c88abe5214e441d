import { plainText } from '../../kernel/plain-text.js';
import { isShare, percentOf, reaches, type Stated, statedIn } from '../../kernel/stated.js';
import { percentText, roundHalfAway } from '../pricing/change.js';

/** What a claim is about: the fall of a price, what a point buys, what share of spending comes back, how many points a purchase earns. */
export type ClaimSubject = 'PRICE' | 'VALUE' | 'GIVE_BACK' | 'ACCRUAL';

/** One claim of a campaign. `percent` as written, such as `+16.7`; for FREE_TEXT the words are read. */
export interface Claim {
  readonly kind: 'PERCENTAGE' | 'DOUBLE' | 'FREE_TEXT';
  readonly of: ClaimSubject | null;
  readonly percent: string | null;
  readonly text: string | null;
}

/** A ratio that the items and rules of a campaign really have: 2000/10000 is +20 %. */
export interface Computed {
  readonly of: ClaimSubject;
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** A claim that the numbers do not bear out. `computed`: all that they do bear out, correctly named. */
export interface Mismatch {
  readonly claimed: string;
  readonly computed: string;
}

/** The price of an item for a time, and the one before it; `was` null where it had none for long enough to speak of. */
export interface SpecialPrice {
  readonly was: bigint | null;
  readonly now: bigint;
}

/** Every claim that does not hold against the numbers, the words of the headline included. */
export const mismatchesOf = (...said: Parameters<typeof verdictsOf>): Mismatch[] => saidOnce(verdictsOf(...said));

/** Of everything that is said, in its order, several things in one text as well: null where it holds, or how it does not. */
export function verdictsOf(
  claims: readonly Claim[],
  headlines: readonly string[],
  computed: readonly Computed[],
  prices: readonly SpecialPrice[] = [],
): (Mismatch | null)[] {
  const said = [...claims, ...headlines.map((text): Claim => ({ kind: 'FREE_TEXT', of: null, percent: null, text }))];
  const bear = ({ was, now }: WasNow): boolean => prices.length > 0 && prices.every((price) => price.was === was && price.now === now);
  return [
    ...said
      .flatMap(statementsOf)
      .map((one) => (holds(one, computed) ? null : { claimed: one.claimed, computed: textOf(computed, one.subjects) })),
    ...said
      .flatMap(({ text }) => wasNowOf(text ?? ''))
      .map((one) => (bear(one) ? null : { claimed: one.claimed, computed: pricesText(prices) })),
  ];
}

/** What does not hold, each text once. */
export function saidOnce(verdicts: readonly (Mismatch | null)[]): Mismatch[] {
  const found = verdicts.filter((verdict) => verdict !== null);
  return found.filter((one, index) => found.findIndex(({ claimed }) => claimed === one.claimed) === index);
}

interface WasNow {
  readonly claimed: string;
  readonly was: bigint;
  readonly now: bigint;
}

const points = String.raw`\s?:?\s?(\d[\d,]*)`;
const was = String.raw`(?:was|原(?:售?价|来)?[为是]?)`;
const now = String.raw`(?:now|today|现价?(?:[为是仅]|只要)?)(?:\s?:?\s?only)?`;
// What costs so much now "before 31 May" has a last day, and no price before.
const wasNowPattern = new RegExp(
  `(?:${was}|before)${points}\\D{0,40}?${now}${points}|${now}${points}\\D{0,40}?(?:${was}|before(?=\\s?:))${points}`,
  'gi',
);

/** Every "was 6,000, now 5,000" in some words, in either order. */
const wasNowOf = (text: string): WasNow[] =>
  [...plainText(text).matchAll(wasNowPattern)].map(([, was, now, nowFirst, wasLast]) => ({
    claimed: text,
    was: whole(was ?? wasLast),
    now: whole(now ?? nowFirst),
  }));
const whole = (digits = '0'): bigint => BigInt(digits.replaceAll(',', ''));

const pricesText = (prices: readonly SpecialPrice[]): string =>
  prices.length === 0
    ? 'no special price'
    : prices.map(({ was, now }) => (was === null ? `now ${now}, without a price before that counts` : `was ${was}, now ${now}`)).join('; ');

/** A number that somebody states, and what it may be about. */
interface Statement {
  readonly claimed: string;
  readonly subjects: readonly ClaimSubject[];
  readonly stated: Stated;
}

const all: readonly ClaimSubject[] = ['PRICE', 'VALUE', 'GIVE_BACK', 'ACCRUAL'];
const growing: readonly ClaimSubject[] = ['VALUE', 'ACCRUAL'];
const falling: readonly ClaimSubject[] = ['PRICE'];
const double: Stated = { kind: 'FACTOR', digits: 2n, decimals: 0 };

function statementsOf({ kind, of, percent, text }: Claim): Statement[] {
  const subjects = of === null ? null : [of];
  if (kind === 'DOUBLE') return [{ claimed: `double ${of ?? ''}`.trim(), subjects: subjects ?? growing, stated: double }];
  if (kind === 'PERCENTAGE') {
    const number = percentOf(percent ?? '');
    return number
      ? [{ claimed: `${percent} % ${of ?? ''}`.trim(), subjects: subjects ?? all, stated: { kind: 'PERCENT', ...number } }]
      : [];
  }
  const words = text ?? '';
  return statedIn(words).map((stated) => ({ claimed: words, subjects: subjects ?? subjectsOf(stated, plainText(words)), stated }));
}

/** What a number in some words may be about: what multiplies grows, unless it is a part of what there was. */
function subjectsOf(stated: Stated, words: string): readonly ClaimSubject[] {
  if (stated.kind === 'PERCENT') return subjectsIn(words);
  return stated.kind === 'OFF' || isPart(stated) ? falling : growing;
}

const isPart = ({ digits, decimals }: Stated): boolean => digits < 10n ** BigInt(decimals);

/** Whose number it is, where the words say so. */
function subjectsIn(words: string): readonly ClaimSubject[] {
  const named = (
    [
      ['PRICE', /price|cheaper|\boff\b|discount|fewer points|积分价|降价|便宜|直降|立减/i],
      ['VALUE', /value|worth|buys? more|价值|增值|更值/i],
      ['GIVE_BACK', /back|rebate|cashback|返/i],
      ['ACCRUAL', /earn|accru|bonus points|more points|累积|多积|多得/i],
    ] as const
  ).flatMap(([subject, pattern]) => (pattern.test(words) ? [subject] : []));
  return named.length > 0 ? named : all;
}

/** True of every item or rule of some subject that it may be about. */
const holds = ({ subjects, stated }: Statement, computed: readonly Computed[]): boolean =>
  subjects.some((subject) => {
    const numbers = computed.filter(({ of }) => of === subject);
    return numbers.length > 0 && numbers.every((number) => isTrue(stated, number));
  });

function isTrue(stated: Stated, number: Computed): boolean {
  if (stated.kind === 'OFF') return isShare({ ...stated, digits: -stated.digits }, number);
  if (stated.kind === 'FACTOR') return number.of === 'PRICE' && isPart(stated) ? fallsTo(stated, number) : reaches(stated, number);
  // What falls is said to be "16.67 % off": without a sign the size is meant.
  return isShare(stated.signed || number.numerator >= 0n ? stated : { ...stated, digits: -stated.digits }, number);
}

/** Whether a price is at the most so many times what it was. */
const fallsTo = (stated: Stated, { numerator, denominator }: Computed): boolean =>
  (numerator + denominator) * 10n ** BigInt(stated.decimals) <= stated.digits * denominator;

const names: Readonly<Record<ClaimSubject, string>> = { PRICE: 'price', VALUE: 'value', GIVE_BACK: 'give-back', ACCRUAL: 'accrual' };

function textOf(computed: readonly Computed[], subjects: readonly ClaimSubject[]): string {
  const fitting = computed.filter(({ of }) => subjects.includes(of));
  // Both names of one change, so that the right number cannot go under the wrong one.
  const shown = subjects.some((of) => of === 'PRICE' || of === 'VALUE')
    ? computed.filter(({ of }) => of === 'PRICE' || of === 'VALUE' || subjects.includes(of))
    : fitting;
  const texts = shown.map(
    ({ of, numerator, denominator }) => `${percentText(roundHalfAway(numerator * 10_000n, denominator), 2)} % ${names[of]}`,
  );
  return texts.length > 0 ? [...new Set(texts)].join(', ') : 'nothing of the kind';
}
