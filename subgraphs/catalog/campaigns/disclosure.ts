/** The rules that a promotion has to state. */
export interface Disclosure {
  readonly threshold: string | null;
  readonly accrualRule: string | null;
  readonly expiry: string | null;
  readonly limits: string | null;
}

export const disclosureParts = ['threshold', 'accrualRule', 'expiry', 'limits'] as const;

/** Everything that is not stated, at once; blanks state nothing. */
export const missingFrom = (disclosure: Disclosure | null): string[] => disclosureParts.filter((part) => !disclosure?.[part]?.trim());

const percent = String.raw`\d+(?:[.,]\d+)?\s*(?:%|％|per ?cent)`;
const praise = '(?!\\s*(?:off|back|more|extra|cheaper|返|优惠|折))';
const ceilings = new RegExp(
  `(?:at most|no more than|不超过|最多|至多|上限)[^%％\\d]{0,20}${percent}${praise}|${percent}${praise}[^%％\\d,.;，。；]{0,30}at (?:the )?most`,
  'giu',
);

/** What the parts say that can be held against numbers: a ceiling in per cent among the limits takes and promises nothing. */
export const statedBy = (disclosure: Disclosure | null): string[] =>
  disclosureParts.map((part) => (part === 'limits' ? (disclosure?.limits ?? '').replaceAll(ceilings, '') : (disclosure?.[part] ?? '')));

/** A headline as anybody ever sees it: never without the threshold from which it is true. */
export const withThreshold = (headline: { readonly zh: string; readonly en: string }, threshold: string): { zh: string; en: string } => ({
  zh: `${headline.zh}（门槛：${threshold}）`,
  en: `${headline.en} (from: ${threshold})`,
});
