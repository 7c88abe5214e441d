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
 * Pure: the members that count, of those who had agreed when the time was over. They count in lots of at least `floor` that never change
 * (`order` is a member's place, which nobody outside can tell); who withdraws takes the whole lot out. So what was read before and after
 * differs by nobody or by at least `floor` members, and never by the one who is known to have withdrawn.
 */
export function countedOf(
  floor: number,
  agreed: ReadonlySet<string>,
  still: ReadonlySet<string>,
  order: (member: string) => string,
): ReadonlySet<string> {
  const placed = [...agreed].map((member) => ({ member, place: order(member) })).toSorted((a, b) => (a.place < b.place ? -1 : 1));
  const lots = Math.floor(placed.length / floor);
  const counted = new Set<string>();
  for (let lot = 0; lot < lots; lot += 1) {
    const members = placed.slice(lot * floor, lot === lots - 1 ? undefined : (lot + 1) * floor).map(({ member }) => member);
    if (members.every((member) => still.has(member))) for (const member of members) counted.add(member);
  }
  return counted;
}
