/** Members who have points and have not spent any for so many whole months, and not for one more. */
export interface IdleBand {
  readonly months: number;
  readonly members: number;
  readonly points: bigint;
}

/** Idle for so many months where the programme says nothing else. */
export const dormantByDefault = 6;

/**
 * Pure: who has been idle for at least `months`, as far as that may be told; null where it may not. Shorter terms hold everybody of the
 * longer ones, so two answers would show those between them: a term is told only where it adds at least `floor` members to the next longer
 * one that is told, and leaves nobody or as many over. Otherwise that longer one is the answer, with its own months.
 */
export function dormantFor(months: number, floor: number, bands: readonly IdleBand[]): IdleBand | null {
  const holders = bands.reduce((sum, { members }) => sum + members, 0);
  let told: IdleBand | null = null;
  let members = 0;
  let points = 0n;
  for (const band of bands.toSorted((one, other) => other.months - one.months)) {
    if (band.months < months) break;
    members += band.members;
    points += band.points;
    const over = holders - members;
    if (members - (told?.members ?? 0) >= floor && (over === 0 || over >= floor)) told = { months: band.months, members, points };
  }
  return told;
}
