/** What a law lets a fine be. A rule with versions, for laws change and readings do. */
export interface PenaltyRule {
  readonly leastMultiple: number;
  readonly mostMultiple: number;
  readonly mostWithoutGainsFen: bigint;
}

export interface FineRange {
  readonly leastFen: bigint;
  readonly mostFen: bigint;
}

/** Pure: so many times the illegal gains; where there are none, up to a sum. The sum is no limit where there were gains. */
export const fineRange = ({ leastMultiple, mostMultiple, mostWithoutGainsFen }: PenaltyRule, illegalGainsFen: bigint): FineRange =>
  illegalGainsFen > 0n
    ? { leastFen: illegalGainsFen * BigInt(leastMultiple), mostFen: illegalGainsFen * BigInt(mostMultiple) }
    : { leastFen: 0n, mostFen: mostWithoutGainsFen };

/** Pure. */
export const isWithinRange = (fen: bigint, { leastFen, mostFen }: FineRange): boolean => fen >= leastFen && fen <= mostFen;
