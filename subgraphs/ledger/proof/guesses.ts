export interface KnownPosting {
  readonly account: string;
  readonly lot: string | null;
  readonly points: bigint;
}

/** What the hash of an entry covers, but for whose and which it is. */
export interface KnownEntry {
  readonly kind: string;
  readonly programme: string;
  readonly points: bigint;
  readonly at: string;
  readonly causeKind: string;
  readonly causeId: string;
  readonly postings: readonly KnownPosting[];
}

/** What the rest of the ledger knows: the values that a field could have had. */
export interface World {
  readonly kinds: readonly string[];
  readonly causeKinds: readonly string[];
  readonly programmes: readonly string[];
  readonly accounts: readonly string[];
  readonly lots: readonly string[];
  readonly causes: readonly string[];
  readonly instants: readonly string[];
}

export interface Guess extends KnownEntry {
  /** How the entry as it is differs from this. */
  readonly told: string;
}

/** Pure: the text of postings that an entry's hash covers. */
export const saidOf = (postings: readonly KnownPosting[]): string =>
  postings.map(({ account, lot, points }) => `${account}:${lot ?? ''}:${points}`).join(';');

const sum = (postings: readonly KnownPosting[]): bigint => postings.reduce((total, { points }) => total + points, 0n);
const ofLots = (postings: readonly KnownPosting[]): readonly KnownPosting[] => postings.filter(({ lot }) => lot !== null);

/** Pure: every entry that this one may have been before one of its parts was altered, a posting added or a posting deleted. */
export function guesses(entry: KnownEntry, world: World): Guess[] {
  const { postings } = entry;
  const { accounts, lots } = world;
  const text = (['kind', 'programme', 'causeKind', 'causeId', 'at'] as const).flatMap((field) =>
    valuesOf(field, world)
      .filter((value) => value !== entry[field])
      .map((value) => Object.assign({}, entry, { [field]: value, told: `${columnOf[field]}: ${entry[field]}, was ${value}` })),
  );
  const points = sum(ofLots(postings));
  const told = `points: ${entry.points}, was ${points}`;
  // Where the other side is not kept by itself, it was altered with the entry.
  const balanced = postings.map((posting) => (posting.lot === null ? { account: posting.account, lot: null, points: -points } : posting));
  const wrongPoints =
    points === entry.points
      ? []
      : [
          { ...entry, points, told },
          { ...entry, points, postings: balanced, told },
        ];
  const wrongPosting = postings.flatMap((posting, n) => {
    const put = (changed: Partial<KnownPosting>, told: string): Guess =>
      Object.assign({}, entry, { postings: postings.with(n, Object.assign({}, posting, changed)), told: `posting ${n}: ${told}` });
    const rest = -(sum(postings) - posting.points);
    const balancing = rest === posting.points ? [] : [put({ points: rest }, `points: ${posting.points}, was ${rest}`)];
    const elsewhere =
      posting.lot === null
        ? accounts
            .filter((name) => name !== posting.account)
            .map((account) => put({ account }, `account: ${posting.account}, was ${account}`))
        : lots.filter((id) => id !== posting.lot).map((lot) => put({ lot }, `lot: ${posting.lot}, was ${lot}`));
    return balancing.concat(elsewhere, Object.assign({}, entry, { postings: postings.toSpliced(n, 1), told: `posting ${n}: added` }));
  });
  return [...wrongPoints, ...wrongPosting, ...deletedPosting(entry, world), ...text];
}

/** The posting that balanced the others, at any place, on any account or lot. */
function deletedPosting(entry: KnownEntry, { accounts, lots }: World): Guess[] {
  const { postings } = entry;
  const missing = -sum(postings);
  if (missing === 0n) return [];
  const candidates = [
    ...accounts.filter((account) => account !== 'lot').map((account) => ({ account, lot: null, points: missing })),
    ...lots.map((lot) => ({ account: 'lot', lot, points: missing })),
  ];
  return candidates.flatMap((posting) =>
    Array.from({ length: postings.length + 1 }, (_, n) => ({
      ...entry,
      postings: postings.toSpliced(n, 0, posting),
      told: `posting ${n}: deleted, was ${posting.points} of ${posting.lot ?? posting.account}`,
    })),
  );
}

const columnOf = { kind: 'kind', programme: 'programme', causeKind: 'cause_kind', causeId: 'cause_id', at: 'at' } as const;

function valuesOf(field: keyof typeof columnOf, world: World): readonly string[] {
  switch (field) {
    case 'kind':
      return world.kinds;
    case 'programme':
      return world.programmes;
    case 'causeKind':
      return world.causeKinds;
    case 'causeId':
      return world.causes;
    case 'at':
      return world.instants;
  }
}
