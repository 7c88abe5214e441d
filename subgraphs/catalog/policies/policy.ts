/** What the price of an item is compared with when it is set anew. */
export type BoundAgainst = 'IN_FORCE' | 'REGULAR';

/** What an admin decides for a partner's catalog, or for all partners at once. Lengths in seconds, shares in basis points. */
export interface Policy {
  /** How long a quoted price is kept. */
  readonly quoteLifeSeconds: number;
  /** How far a price may move, where nobody says. */
  readonly priceBoundBasisPoints: number;
  /** Special prices below the regular one count (IN_FORCE: what was asked then), or not (REGULAR). */
  readonly boundAgainst: BoundAgainst;
  /** How long ago the price held that the new one is measured against. */
  readonly boundLookBackSeconds: number;
  /** A special price is measured against the lowest price of so long before it, and "was, now" needs a price of that age. */
  readonly referenceLookBackSeconds: number;
  /** Whether an item without any disclosure is refused; one that states only a part always is. */
  readonly disclosureRequired: boolean;
  /** From which share of complaints on an item is taken off the shelves, once it was redeemed so many times. */
  readonly complaintLimitBasisPoints: number;
  readonly complaintLeastOrders: number;
  /** From how many members on a report shows figures of a group. */
  readonly reportFloorMembers: number;
}

const daySeconds = 86_400;

/** What holds where nobody has decided otherwise; part of the contract. */
export const defaultPolicy: Policy = {
  quoteLifeSeconds: 600,
  priceBoundBasisPoints: 2_000,
  boundAgainst: 'IN_FORCE',
  boundLookBackSeconds: daySeconds,
  referenceLookBackSeconds: 7 * daySeconds,
  disclosureRequired: false,
  complaintLimitBasisPoints: 500,
  complaintLeastOrders: 20,
  reportFloorMembers: 10,
};

/** The later word counts: the default, then what holds for all, then what holds for this partner. */
export const policyFrom = (...words: readonly (Partial<Policy> | null | undefined)[]): Policy =>
  Object.assign({}, defaultPolicy, ...words) as Policy;

/** Why a wish is none that prices could be kept by: the argument and a sentence; null where nothing is wrong. */
export function policyProblem(wish: Partial<Policy>): readonly [argument: string, message: string] | null {
  const ranges: readonly (readonly [keyof Policy, number, number])[] = [
    ['quoteLifeSeconds', 1, 7 * daySeconds],
    ['priceBoundBasisPoints', 0, 1_000_000],
    ['boundLookBackSeconds', 0, 366 * daySeconds],
    ['referenceLookBackSeconds', daySeconds, 366 * daySeconds],
    ['complaintLimitBasisPoints', 1, 10_000],
    ['complaintLeastOrders', 1, 1_000_000],
    ['reportFloorMembers', 2, 100_000],
  ];
  for (const [name, least, most] of ranges) {
    const value = wish[name];
    if (typeof value === 'number' && (value < least || value > most)) return [name, `${name} is ${least} to ${most}`];
  }
  return null;
}
