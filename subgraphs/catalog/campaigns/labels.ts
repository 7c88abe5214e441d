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
export function mismatchesOf(
  claims: readonly Claim[],
  headlines: readonly string[],
  computed: readonly Computed[],
  prices: readonly SpecialPrice[] = [],
): Mismatch[] {
  const found = [...claims, ...headlines.map((text): Claim => ({ kind: 'FREE_TEXT', of: null, percent: null, text }))].flatMap((claim) =>
    statementsOf(claim)
      .filter((statement) => !holds(statement, computed))
      .map(({ claimed, subjects }) => ({ claimed, computed: textOf(computed, subjects) })),
  );
  for (const text of [...claims.map((claim) => claim.text ?? ''), ...headlines])
    if (wasNow(text).some(({ was, now }) => prices.length === 0 || prices.some((price) => price.was !== was || price.now !== now)))
      found.push({ claimed: text, computed: pricesText(prices) });
  return found.filter((one, index) => found.findIndex(({ claimed }) => claimed === one.claimed) === index);
}

const wasNowPattern =
  /(?:was|before|原价|原为|原)\s*[:：]?\s*([\d,，]+)[^\d]{0,40}?(?:now|today|现价|现为|现只要|现)\s*[:：]?\s*(?:only\s*)?([\d,，]+)/gi;

/** Every "was 6,000, now 5,000" in some words. */
const wasNow = (text: string): { was: bigint; now: bigint }[] =>
  [...text.matchAll(wasNowPattern)].map(([, was = '', now = '']) => ({ was: whole(was), now: whole(now) }));
const whole = (digits: string): bigint => BigInt(digits.replaceAll(/[,，]/g, '') || '0');

const pricesText = (prices: readonly SpecialPrice[]): string =>
  prices.length === 0
    ? 'no special price'
    : prices.map(({ was, now }) => (was === null ? `now ${now}, without a price before that counts` : `was ${was}, now ${now}`)).join('; ');

/** A number that somebody states; `percent` in units of 10^-decimals. `signed`: the sign is part of what is said. */
interface Statement {
  readonly claimed: string;
  readonly subjects: readonly ClaimSubject[];
  readonly percent: { readonly value: bigint; readonly decimals: number; readonly signed: boolean } | 'double';
}

const all: readonly ClaimSubject[] = ['PRICE', 'VALUE', 'GIVE_BACK', 'ACCRUAL'];
const doubling: readonly ClaimSubject[] = ['VALUE', 'ACCRUAL'];
const percentPattern = /([+\-−–]?)\s*(\d+(?:[.,]\d+)?)\s*(?:[%％]|per ?cent)/gi;
const doublePattern = /double|twice|two-fold|\b2x\b|×\s*2(?![\d.])|加倍|翻倍|翻番|双倍|两倍|2\s*倍/i;

function statementsOf({ kind, of, percent, text }: Claim): Statement[] {
  const subjects = of === null ? null : [of];
  if (kind === 'DOUBLE') return [{ claimed: `double ${of ?? ''}`.trim(), subjects: subjects ?? doubling, percent: 'double' }];
  if (kind === 'PERCENTAGE') {
    const number = numberOf(percent ?? '');
    return number ? [{ claimed: `${percent} % ${of ?? ''}`.trim(), subjects: subjects ?? all, percent: number }] : [];
  }
  const words = text ?? '';
  const named = subjects ?? subjectsIn(words);
  const percents = [...words.matchAll(percentPattern)].flatMap(([, sign = '', digits = '']) => {
    const number = numberOf(`${sign}${digits}`);
    return number ? [{ claimed: words, subjects: named, percent: number }] : [];
  });
  return doublePattern.test(words) ? [...percents, { claimed: words, subjects: subjects ?? doubling, percent: 'double' }] : percents;
}

/** A percentage as people write it, or null where it is none. */
export function numberOf(written: string): { value: bigint; decimals: number; signed: boolean } | null {
  const match = /^\s*([+\-−–]?)\s*(\d{1,12})(?:[.,](\d{1,6}))?\s*[%％]?\s*$/.exec(written);
  if (!match) return null;
  const [, sign = '', whole = '', fraction = ''] = match;
  const magnitude = BigInt(whole + fraction);
  return { value: sign === '' || sign === '+' ? magnitude : -magnitude, decimals: fraction.length, signed: sign !== '' };
}

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
const holds = ({ subjects, percent }: Statement, computed: readonly Computed[]): boolean =>
  subjects.some((subject) => {
    const numbers = computed.filter(({ of }) => of === subject);
    return numbers.length > 0 && numbers.every((number) => equals(percent, number));
  });

/** Equal once the true number is written with as many decimals as the claim has, but with one at the least. */
function equals(percent: Statement['percent'], { numerator, denominator }: Computed): boolean {
  if (percent === 'double') return numerator >= denominator;
  const decimals = Math.max(percent.decimals, 1);
  const value = percent.value * 10n ** BigInt(decimals - percent.decimals);
  const truth = roundHalfAway(numerator * 100n * 10n ** BigInt(decimals), denominator);
  // What falls is said to be "16.67 % off": without a sign the size is meant.
  return value === (percent.signed || truth >= 0n ? truth : -truth);
}

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
