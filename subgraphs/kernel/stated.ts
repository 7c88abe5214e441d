import { chineseNumber, numeral } from './chinese-number.js';
import { plainText } from './plain-text.js';
import type { Rational } from './rational.js';

/** A decimal as it was written: 1.25 is 125 with 2 decimals. */
export interface Written {
  readonly digits: bigint;
  readonly decimals: number;
}

/**
 * A number that a text states. PERCENT: so many per cent; `signed` where a sign is part of what is said, and of the digits. OFF: so many
 * per cent off a price, 8折 is 20. FACTOR: so many times as much.
 */
export type Stated =
  | (Written & { readonly kind: 'PERCENT'; readonly signed: boolean })
  | (Written & { readonly kind: 'OFF' })
  | (Written & { readonly kind: 'FACTOR' });

/** Every percentage and every multiple that a text states, in Chinese and in English. */
export function statedIn(text: string): Stated[] {
  const plain = plainText(text);
  return [...percentsIn(plain), ...offIn(plain), ...factorsIn(plain)];
}

/** Whether a share is what was written, once it is rounded to as many decimals of a per cent as that has, but to one at the least. */
export function isShare({ digits, decimals }: Written, { numerator, denominator }: Rational): boolean {
  const places = Math.max(decimals, 1);
  const scaled = (numerator < 0n ? -numerator : numerator) * 100n * 10n ** BigInt(places);
  const rounded = (2n * scaled + denominator) / (2n * denominator);
  return digits * 10n ** BigInt(places - decimals) === (numerator < 0n ? -rounded : rounded);
}

/** Whether what grew by a share is at the least so many times what it was: more than was said breaks no promise. */
export const reaches = ({ digits, decimals }: Written, { numerator, denominator }: Rational): boolean =>
  (numerator + denominator) * 10n ** BigInt(decimals) >= digits * denominator;

/** A percentage as people write it, such as `+16.7`, or null where the text is something else. */
export function percentOf(text: string): (Written & { readonly signed: boolean }) | null {
  const match = new RegExp(`^${sign}?(\\d{1,12}(?:[.,]\\d{1,6})?)\\s*%?$`, 'u').exec(plainText(text).trim());
  return match && signedOf(match[1], match[2] ?? '');
}

// A number begins where no other goes on: neither "12" nor "1.2" has a 2 in it.
const number = String.raw`(?<!\d)(?<!\d[.,])\d+(?:,\d+)*(?:\.\d+)?`;
const sign = String.raw`(?:(?<![\d%])([+-])\s*)`;
const percentSign = String.raw`\s*(?:%|per[\s-]?cent|pct\b|个百分点)`;
const ones = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];
const tens = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const word = String.raw`(?<![a-z])(?:(?:${tens.join('|')})(?:[\s—―-](?:${ones.slice(0, 9).join('|')}))?|${ones.join('|')}|(?:(?:a|one) )?hundred)(?!(?!fold)[a-z])`;

/** Commas part thousands, or one of them decimals; in anything else they part numbers, of which the last is meant. */
function arabicOf(text: string): Written {
  const parts = text.split(',');
  const thousands = parts.slice(1).every((part) => /^\d{3}(?:\.|$)/.test(part));
  const decimal = thousands ? parts.join('') : /^\d+,\d+$/.test(text) ? parts.join('.') : (parts.at(-1) ?? '');
  const [whole = '', fraction = ''] = decimal.split('.');
  return { digits: BigInt(whole + fraction), decimals: fraction.length };
}

const wordOf = (text: string): Written => {
  const parts = text.toLowerCase().split(/[\s—―-]/);
  const value = parts.reduce((sum, part) => sum + (tens.includes(part) ? (tens.indexOf(part) + 2) * 10 : ones.indexOf(part) + 1), 0);
  return { digits: BigInt(parts.includes('hundred') ? 100 : value), decimals: 0 };
};

const numberOf = (text: string): Written => (/^\d/.test(text) ? arabicOf(text) : /^[a-z]/i.test(text) ? wordOf(text) : chineseNumber(text));

function signedOf(mark: string | undefined, text: string): Written & { readonly signed: boolean } {
  const { digits, decimals } = numberOf(text);
  return { digits: mark === undefined || '+正'.includes(mark) ? digits : -digits, decimals, signed: mark !== undefined };
}

const percentPatterns = [
  new RegExp(`${sign}?(${number})${percentSign}`, 'giu'),
  new RegExp(`()(${word})${percentSign}`, 'giu'),
  new RegExp(`()(${numeral})个百分点`, 'gu'),
  new RegExp(`百分之\\s*([正负+-])?\\s*(${number}|${numeral})`, 'gu'),
];
// All of it, unless 一百分 are so many points, or 百货 goods.
const wholePattern = /(?<![一二两三四五六七八九几\d])百分百(?!货)/gu;
// Tenths, as in 返三成; 成 is the beginning of many other words.
const tenthPattern = /(?<![\d.第])([一二两三四五六七八九1-9])成(半?)(?![员为功本立就品交分色长语人年熟都会])/gu;

const percent = (mark: string | undefined, written: string): Stated => ({ kind: 'PERCENT', ...signedOf(mark, written) });

const percentsIn = (text: string): Stated[] => [
  ...percentPatterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, mark, digits = '']) => percent(mark || undefined, digits))),
  ...[...text.matchAll(wholePattern)].map(() => percent(undefined, '100')),
  ...[...text.matchAll(tenthPattern)].map(([, digit = '', half]): Stated => {
    const { digits } = numberOf(digit);
    return { kind: 'PERCENT', digits: digits * 10n + (half ? 5n : 0n), decimals: 0, signed: false };
  }),
];

const offPattern = new RegExp(`(${number}|${numeral})\\s*折(?![叠旧页合算抵不])`, 'gu');
const half = String.raw`(?:(?<![a-z])half|(?<![\d.,])0\.5|(?<![\d./⁄])1\s?[/⁄]\s?2)`;
const halfPattern = new RegExp(`${half}[\\s-]?(?:price|off)|${half} (?:the|as many) points|半价|半折|对折`, 'giu');

/** 8折 and 80折 are 20 per cent off, 85折 and 8.5折 are 15. */
const offIn = (text: string): Stated[] => [
  ...[...text.matchAll(offPattern)].map(([, written = '']): Stated => {
    const { digits, decimals } = numberOf(written);
    const one = 10n ** BigInt(decimals);
    const paid = digits <= 10n * one ? digits * 10n : digits;
    return decimals > 0 && digits <= 10n * one
      ? { kind: 'OFF', digits: 10n * one - digits, decimals: decimals - 1 }
      : { kind: 'OFF', digits: 100n * one - paid, decimals };
  }),
  ...[...text.matchAll(halfPattern)].map((): Stated => ({ kind: 'OFF', digits: 50n, decimals: 0 })),
];

const pieces = '[件个份张盒瓶袋包只支台套次名人]';
const factorPatterns = [
  new RegExp(`(${number}|${word})[\\s-]?fold`, 'giu'),
  new RegExp(`(${number}|${word})\\s?x(?![a-z\\d])(?!\\s*\\d)`, 'giu'),
  new RegExp(`(${number})\\s?[×✕✖](?!\\s*\\d)`, 'giu'),
  new RegExp(`(?<![a-z\\d])(?<!\\d\\s*)[x×✕✖]\\s?(\\d+(?:,\\d+)*(?:\\.\\d+)?)(?![.,]?\\d)(?!\\s*(?:${pieces}|[x×%]))`, 'giu'),
  new RegExp(`(?<=(?:分|值|points?|values?|rewards?)\\s?)\\*\\s?(\\d+(?:\\.\\d+)?)(?![.,]?\\d)`, 'giu'),
];
const timesPattern = new RegExp(`(${number}|${word})\\s*times(?![a-z])|(twice|thrice)(?![a-z])`, 'giu');
const wordPatterns: readonly (readonly [RegExp, bigint])[] = [
  [/(?<![a-z])doubl(?:e|es|ed|ing)(?![\s-]?(?:rooms?|beds?|glazed|sided|breasted|decker|espresso|click|occupancy|layer))/giu, 2n],
  [/(?<![a-z])(?:tripl|trebl)(?:e|es|ed|ing)(?![\s-]?(?:rooms?|beds?|glazed|layer))/giu, 3n],
  [/(?<![a-z])quadrupl/giu, 4n],
  [/(?<![a-z])quintupl/giu, 5n],
  [/加倍|翻了?[倍番]|倍增|成倍|[数多几]倍/gu, 2n],
];
// "Grows by two times" is three times as much; "grows to" is not.
const timesChinese = new RegExp(
  `(?:(增加|增长|提高|提升|上涨|高出|多出|多送|加送|再送)了?\\s?)?(?:([多高涨翻加送])了?\\s?)?(${number}|双|${numeral})\\s?倍(半?)(?!数)`,
  'gu',
);
const foldChinese = /翻了?\s?([一二两三四五六七八九1-9])\s?番/gu;

const factorsIn = (text: string): Stated[] => [
  ...factorPatterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, written = '']) => factor(numberOf(written)))),
  ...[...text.matchAll(timesPattern)]
    .filter(
      ({ 0: { length }, index }) =>
        !isFrequency(text.slice(Math.max(0, index - 20), index), text.slice(index + length, index + length + 40)),
    )
    .map(([, written, once]) => factor(once ? wordOf(/twice/i.test(once) ? 'two' : 'three') : numberOf(written ?? ''))),
  ...wordPatterns.flatMap(([pattern, digits]) => [...text.matchAll(pattern)].map(() => factor({ digits, decimals: 0 }))),
  ...[...text.matchAll(timesChinese)].map(([, growth, verb, written = '', half]) => {
    const { digits, decimals } = written === '双' ? { digits: 2n, decimals: 0 } : numberOf(written);
    const one = 10n ** BigInt(decimals);
    const more = growth !== undefined || (verb !== undefined && digits === one) ? one : 0n;
    return half
      ? factor({ digits: (digits + more) * 10n + 5n * one, decimals: decimals + 1 })
      : factor({ digits: digits + more, decimals });
  }),
  ...[...text.matchAll(foldChinese)].map(([, written = '']) => factor({ digits: 2n ** numberOf(written).digits, decimals: 0 })),
];

const factor = (written: Written): Stated => ({ kind: 'FACTOR', ...written });

const oftenPattern =
  /^\s*(?:(?:an?|per|each|every|in|within)\s+(?:(?:an?|one|each|calendar|\d+)\s+)*(?:day|week|month|quarter|year|season|member|person|household|customer|account|visit|campaign)|daily|weekly|monthly|yearly|annually)/iu;
const mostPattern = /(?:up to|at most|max(?:imum|\.)?|no more than|not more than|limited to|only)\s*$/iu;

/** "Twice a month" and "at most 3 times." say how often, not how much. */
const isFrequency = (before: string, after: string): boolean =>
  oftenPattern.test(after) || (mostPattern.test(before) && /^\s*(?:[.,;:!?)。，；]|$)/u.test(after));
