/** What a group of members chose, as plain values. */
export interface Group {
  readonly category: string;
  readonly members: ReadonlySet<string>;
  readonly redemptions: number;
}

/**
 * Pure: the categories whose figures are not shown. A group below `floor` members never is, nor one of nobody, for that would say of
 * everybody that they did not. One hidden group alone would follow from any total that somebody knows, and several that hold fewer than
 * `floor` members together would be those members' own; so the smallest of what is left is hidden with them until neither is so.
 */
export function hiddenBelow(floor: number, groups: readonly Group[]): ReadonlySet<string> {
  const smallestFirst = groups.toSorted(
    (one, other) =>
      one.members.size - other.members.size || one.redemptions - other.redemptions || (one.category < other.category ? -1 : 1),
  );
  const hidden = smallestFirst.filter(({ members }) => members.size < floor);
  const inside = (): number => new Set(hidden.flatMap(({ members }) => [...members])).size;
  const follows = (): boolean => hidden.length === 1 || (inside() > 0 && inside() < floor);
  while (hidden.length > 0 && hidden.length < groups.length && follows()) hidden.push(smallestFirst[hidden.length] as Group);
  return new Set(hidden.map(({ category }) => category));
}

/**
 * Pure: the members that count: all who had agreed when the time was over, or nobody once one of them has withdrawn. Figures without that
 * one would tell what it chose by what was read before, for a partner is told who withdraws.
 */
export const countedOf = (agreed: ReadonlySet<string>, still: ReadonlySet<string>): ReadonlySet<string> =>
  [...agreed].every((member) => still.has(member)) ? agreed : new Set();
