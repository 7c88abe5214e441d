/** Figures of a group of members; nobody's own. */
export interface GroupFigures {
  readonly members: number;
  readonly purchases: number;
  readonly points: bigint;
  readonly spentFen: bigint;
}

/** Pure: the figures of a group, or null where it is so small that they would be somebody's. */
export const shownAbove = (floor: number, figures: GroupFigures): GroupFigures | null => (figures.members >= floor ? figures : null);
