/** How much a partner may owe all others together, and from where on it is told. */
export interface CreditTerms {
  readonly limitFen: bigint;
  readonly alertFen: bigint;
}

export type CreditLevelName = 'CLEAR' | 'NEAR' | 'REACHED';

/** Pure: where a partner stands that owes `usedFen` net of what it is owed. At the limit is reached, at the alert is near. */
export function levelOf(usedFen: bigint, { limitFen, alertFen }: CreditTerms): CreditLevelName {
  if (usedFen >= limitFen) return 'REACHED';
  return usedFen >= alertFen ? 'NEAR' : 'CLEAR';
}

/** Pure: whether it may come to owe so much more. The last fen of the limit may be used. */
export const mayOwe = (usedFen: bigint, limitFen: bigint, fen: bigint): boolean => usedFen + fen <= limitFen;

const rank: Readonly<Record<CreditLevelName, number>> = { CLEAR: 0, NEAR: 1, REACHED: 2 };

/** Pure: whether it became worse, which is what an alert is for; coming back is none. */
export const isWorse = (before: CreditLevelName, now: CreditLevelName): boolean => rank[now] > rank[before];

/** Pure: from where on a partner is told if nobody says otherwise: four fifths of its limit. */
export const alertByDefault = (limitFen: bigint): bigint => (limitFen * 4n) / 5n;
