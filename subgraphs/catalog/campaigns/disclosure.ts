import { plainText } from '../../kernel/plain-text.js';

/** The rules that a promotion has to state. */
export interface Disclosure {
  readonly threshold: string | null;
  readonly accrualRule: string | null;
  readonly expiry: string | null;
  readonly limits: string | null;
}

const disclosureParts = ['threshold', 'accrualRule', 'expiry', 'limits'] as const;

/** Everything that is not stated, at once; blanks state nothing. */
export const missingFrom = (disclosure: Disclosure | null): string[] => disclosureParts.filter((part) => !disclosure?.[part]?.trim());

// In plain text; a comma or a point between digits is a part of a number.
const clauses = /(?:[^,.;!?。]|(?<=\d)[,.](?=\d))+/gu;
const percent = String.raw`(?<!\d)(?<!\d[.,])\d+(?:[.,]\d+)?\s?(?:%|per ?cent)`;
const ceilings = new RegExp(
  `(?:at most|no more than|不超过|最多|至多|上限)[^%\\d]{0,20}${percent}|${percent}[^%\\d]{0,30}at (?:the )?most`,
  'giu',
);
// Whoever is given something is promised it, with a ceiling or without.
const praise =
  /[返减赠送奖惠省降增涨获折]|(?<!参)加|(?<!不)得|\boff\b|back|(?<!no )more|extra|cheap|bonus|discount|rebate|reward|gift|sav(?:e|ing)|earn|\bgets?\b|\bless\b/iu;

/** What the parts say that can be held against numbers: a ceiling in per cent among the limits takes and promises nothing. */
export const statedBy = (disclosure: Disclosure | null): string[] =>
  disclosureParts.map((part) => (part === 'limits' ? withoutCeilings(disclosure?.limits ?? '') : (disclosure?.[part] ?? '')));

const withoutCeilings = (limits: string): string =>
  plainText(limits).replaceAll(clauses, (clause) => (praise.test(clause) ? clause : clause.replaceAll(ceilings, '')));

/** A headline as anybody ever sees it: never without the threshold from which it is true. */
export const withThreshold = (headline: { readonly zh: string; readonly en: string }, threshold: string): { zh: string; en: string } => ({
  zh: `${headline.zh}（门槛：${threshold}）`,
  en: `${headline.en} (from: ${threshold})`,
});
