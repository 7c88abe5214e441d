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

/** A headline as anybody ever sees it: never without the threshold from which it is true. */
export const withThreshold = (headline: { readonly zh: string; readonly en: string }, threshold: string): { zh: string; en: string } => ({
  zh: `${headline.zh}（门槛：${threshold}）`,
  en: `${headline.en} (from: ${threshold})`,
});
