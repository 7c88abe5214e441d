import type { Mismatch } from './labels.js';

/** An accrual rule as far as it matters when it gives points. */
export interface RuleTerm {
  readonly name: string;
  /** Null for a draft: it gives nothing yet, and nobody knows from when. */
  readonly inForce: { readonly from: Date; readonly until: Date | null } | null;
}

/** A version of a rule, and the versions of its programme's rules that are published. */
export interface PublishedVersions {
  readonly name: string;
  readonly version: number;
  readonly state: 'DRAFT' | 'PUBLISHED' | 'ENDED';
  readonly validFrom: Date | null;
  readonly validUntil: Date | null;
  readonly published: readonly { readonly name: string; readonly version: number; readonly validFrom: Date | null }[];
}

/** From its first instant to its own last one, or to that from which a newer version takes over. */
export function termOf({ name, version, state, validFrom, validUntil, published }: PublishedVersions): RuleTerm {
  if (state === 'DRAFT' || validFrom === null) return { name, inForce: null };
  const ends = published.filter((other) => other.name === name && other.version > version).map((newer) => newer.validFrom);
  const [until = null] = [validUntil, ...ends].filter((end) => end !== null).toSorted((a, b) => a.getTime() - b.getTime());
  return { name, inForce: { from: validFrom, until } };
}

/** Rules that do not give points for the whole of a campaign: what it promises by them nobody would be given. */
export const notInForce = (rules: readonly RuleTerm[], startsAt: Date, endsAt: Date): Mismatch[] =>
  rules
    .filter(({ inForce }) => !inForce || inForce.from > startsAt || (inForce.until !== null && inForce.until < endsAt))
    .map(({ name, inForce }) => ({
      claimed: `${name}, from ${startsAt.toISOString()} until ${endsAt.toISOString()}`,
      computed: inForce ? periodOf(inForce) : 'not published',
    }));

const periodOf = ({ from, until }: NonNullable<RuleTerm['inForce']>): string =>
  `in force from ${from.toISOString()}${until === null ? '' : ` until ${until.toISOString()}`}`;
