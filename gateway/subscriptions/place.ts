/**
 * Where a reader of events is: a position in each subgraph that tells of events. Positions are the subgraphs'
 * own words. `told`: the subgraph whose event the place belongs to.
 */
export interface Place {
  readonly told: string | null;
  readonly positions: ReadonlyMap<string, string>;
}

/** The subgraphs that tell of events, in the order in which a place names them. */
export const tellers = ['ledger', 'catalog', 'members'] as const;

export const placeText = ({ told, positions }: Place): string =>
  [told ?? '', ...tellers.map((name) => positions.get(name) ?? '')].join('|');

/** Null for anything that is not a place. */
export function readPlace(text: string): Place | null {
  const [told, ...rest] = text.split('|');
  if (told === undefined || rest.length !== tellers.length || !(told === '' || (tellers as readonly string[]).includes(told))) return null;
  const positions = new Map<string, string>();
  for (const [index, name] of tellers.entries()) if (rest[index]) positions.set(name, rest[index]);
  return { told: told === '' ? null : told, positions };
}
