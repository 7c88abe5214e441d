import type { EntityManager } from '@mikro-orm/postgresql';
import { badInput, DomainError } from '../../kernel/errors.js';
import { once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { timesDown } from '../../kernel/rational.js';
import type { Context } from '../context.js';
import { Partner } from '../partners/partner.entity.js';
import { isAccepted, Programme, valueOf } from '../partners/programme.entity.js';
import { addHold, holdById, type HoldPart } from './hold-store.js';
import { lockAccount, lockMember, type LockedMember } from './journal.js';
import { burn } from './lots.js';
import { moveLots, openLots } from './lot-store.js';
import { lapseHolds } from './settle.js';

/** What a redemption takes in one programme, and the money that this covers. */
export interface Leg {
  readonly programme: string;
  readonly points: bigint;
  readonly fen: bigint;
}

export interface HoldRequest {
  readonly hold: string;
  readonly redemption: string;
  readonly memberUid: string;
  readonly acceptor: string;
  readonly legs: readonly Leg[];
  readonly expiresAt?: Date | null;
}

export type PlaceHoldOutcome =
  | { readonly kind: 'placed'; readonly hold: string; readonly expiresAt: Date | null; readonly before: boolean }
  | {
      readonly kind: 'refused';
      readonly code: 'INSUFFICIENT_POINTS';
      readonly programme: string;
      readonly missing: bigint;
      readonly missingFen: bigint;
    }
  | { readonly kind: 'refused'; readonly code: 'MEMBER_FROZEN' | 'SUSPENDED_PARTNER' };

/** Sets points aside for one redemption, every leg or none; they stay capturable although their lots expire meanwhile. */
export function placeHold({ em }: Pick<Context, 'em'>, key: WriteKey, request: HoldRequest): Promise<Once<PlaceHoldOutcome>> {
  const legs = byProgramme(request.legs);
  return once<PlaceHoldOutcome>(em, key, request, async (tx) => {
    const acceptor = await tx.findOne(Partner, { id: request.acceptor });
    if (!acceptor) throw badInput('There is no such partner', { argument: 'acceptor' });
    const programmes = await tx.find(Programme, { id: { $in: legs.map(({ programme }) => programme) } });
    if (programmes.length !== legs.length) throw badInput('There is no such programme', { argument: 'legs.programme' });
    // Nothing but cash still gets a hold, so that its redemption goes the way of every other.
    const member = await (legs.length === 0 ? lockAccount : lockMember)(tx, request.memberUid);
    const before = await placedBefore(tx, request);
    if (before) return before;
    if (acceptor.suspended) return { kind: 'refused', code: 'SUSPENDED_PARTNER' };
    if (!member) return missingIn(programmes, legs[0] as Leg, (legs[0] as Leg).points);
    if (member.frozen) return { kind: 'refused', code: 'MEMBER_FROZEN' };
    await lapseHolds(tx, member, key);
    const lots = await openLots(
      tx,
      member.uid,
      legs.map(({ programme }) => programme),
    );
    const parts: Omit<HoldPart, 'n' | 'returned'>[] = [];
    for (const leg of legs) {
      const programme = programmes.find(({ id }) => id === leg.programme) as Programme;
      const usable = isAccepted(programme, acceptor.id) ? lots.filter((lot) => lot.programme === leg.programme) : [];
      const taken = burn(usable, leg.points, member.now);
      if (taken.kind === 'refused') return missingIn(programmes, leg, taken.missing);
      for (const { lot, points } of taken.parts) {
        const expiresAt = lots.find(({ id }) => id === lot)?.expiresAt ?? null;
        parts.push({ programme: programme.id, lot, points, expiresAt });
      }
    }
    await apply(tx, member, request, acceptor, legs, parts);
    return { kind: 'placed', hold: request.hold, expiresAt: request.expiresAt ?? null, before: false };
  });
}

function missingIn(programmes: readonly Programme[], leg: Leg, missing: bigint): PlaceHoldOutcome {
  const programme = programmes.find(({ id }) => id === leg.programme) as Programme;
  return {
    kind: 'refused',
    code: 'INSUFFICIENT_POINTS',
    programme: leg.programme,
    missing,
    missingFen: timesDown(missing, valueOf(programme)),
  };
}

async function apply(
  tx: EntityManager,
  member: LockedMember,
  { hold, redemption, memberUid, acceptor, expiresAt }: HoldRequest,
  { feeBasisPoints, feeBorneBy }: Partner,
  legs: readonly Leg[],
  parts: readonly Omit<HoldPart, 'n' | 'returned'>[],
): Promise<void> {
  await addHold(tx, {
    id: hold,
    memberUid,
    redemption,
    acceptor,
    feeBasisPoints,
    feeBorneBy,
    expiresAt: expiresAt ?? null,
    placedAt: member.now,
    legs,
    parts,
  });
  await moveLots(
    tx,
    memberUid,
    parts.map(({ lot, points }) => ({ lot, remaining: 0n, held: points })),
  );
}

/** The same hold under another key is the same hold; another one under its id is a mistake of the sender. */
async function placedBefore(tx: EntityManager, { hold, redemption, memberUid, acceptor }: HoldRequest): Promise<PlaceHoldOutcome | null> {
  const known = await holdById(tx, hold);
  if (!known) return null;
  if (known.redemption !== redemption || known.memberUid !== memberUid || known.acceptor !== acceptor)
    throw new DomainError('IDEMPOTENCY_CONFLICT', 'Another hold has this id', { hold });
  return { kind: 'placed', hold, expiresAt: known.expiresAt, before: true };
}

/** Legs of one programme as one; a leg of no points takes nothing. */
export function byProgramme(legs: readonly Leg[]): Leg[] {
  const merged = new Map<string, Leg>();
  for (const { programme, points, fen } of legs) {
    const other = merged.get(programme);
    merged.set(programme, { programme, points: points + (other?.points ?? 0n), fen: fen + (other?.fen ?? 0n) });
  }
  return [...merged.values()].filter(({ points }) => points > 0n);
}
