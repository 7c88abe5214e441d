import type { EntityManager } from '@mikro-orm/postgresql';
import { invariant } from '../../kernel/invariant.js';
import { change, rows } from '../../kernel/sql.js';
import type { FeeBearer } from '../partners/partner.entity.js';
import type { HoldClock, HoldState } from './holds.js';

export interface StoredHold extends HoldClock {
  readonly id: string;
  readonly memberUid: string;
  readonly redemption: string;
  readonly acceptor: string;
  /** The acceptor's fee when the hold was placed; captures and returns count with it. */
  readonly feeBasisPoints: number;
  readonly feeBorneBy: FeeBearer;
}

/** What a hold takes in one programme, and what of it was returned. */
export interface HoldLeg {
  readonly programme: string;
  readonly issuer: string;
  readonly points: bigint;
  readonly fen: bigint;
  readonly returnedPoints: bigint;
  readonly returnedFen: bigint;
}

/** What a hold takes of one lot; `n` counts from 1. */
export interface HoldPart {
  readonly n: number;
  readonly programme: string;
  readonly lot: string;
  readonly points: bigint;
  readonly returned: bigint;
}

interface Row {
  id: string;
  member_uid: string;
  redemption: string;
  acceptor: string;
  fee_basis_points: number;
  fee_borne_by: FeeBearer;
  state: HoldState;
  expires_at: string | null;
  ended_at: string | null;
}

const instant = (text: string | null): Date | null => (text === null ? null : new Date(text));

const stored = (row: Row): StoredHold => ({
  id: row.id,
  memberUid: row.member_uid,
  redemption: row.redemption,
  acceptor: row.acceptor,
  feeBasisPoints: row.fee_basis_points,
  feeBorneBy: row.fee_borne_by,
  state: row.state,
  expiresAt: instant(row.expires_at),
  endedAt: instant(row.ended_at),
});

/** The hold that a redemption was paid with. */
export async function capturedHold(tx: EntityManager, redemption: string): Promise<StoredHold | null> {
  const [row] = await rows<Row>(tx, `select * from hold where redemption = ? and state = 'CAPTURED'`, [redemption]);
  return row ? stored(row) : null;
}

/** Its legs, in the order in which the redemption named them. */
export async function legsOf(tx: EntityManager, { id, memberUid }: Pick<StoredHold, 'id' | 'memberUid'>): Promise<HoldLeg[]> {
  const found = await rows<{
    programme: string;
    issuer: string;
    points: string;
    fen: string;
    returned_points: string;
    returned_fen: string;
  }>(
    tx,
    `select l.programme, p.issuer, l.points, l.fen, coalesce(l.returned_points, 0) as returned_points, coalesce(l.returned_fen, 0) as returned_fen
     from hold h cross join lateral unnest(h.programmes, h.points, h.fen, h.returned_points, h.returned_fen) with ordinality
       l (programme, points, fen, returned_points, returned_fen, n) join programme p on p.id = l.programme
     where h.member_uid = ? and h.id = ? order by l.n`,
    [memberUid, id],
  );
  return found.map((row) => ({
    programme: row.programme,
    issuer: row.issuer,
    points: BigInt(row.points),
    fen: BigInt(row.fen),
    returnedPoints: BigInt(row.returned_points),
    returnedFen: BigInt(row.returned_fen),
  }));
}

export async function partsOf(tx: EntityManager, { id, memberUid }: Pick<StoredHold, 'id' | 'memberUid'>): Promise<HoldPart[]> {
  const found = await rows<{ n: number; programme: string; lot: string; points: string; returned: string }>(
    tx,
    `select l.n::integer as n, h.programmes[l.leg] as programme, l.lot, l.points, coalesce(l.returned, 0) as returned
     from hold h cross join lateral unnest(h.lots, h.lot_leg, h.lot_points, h.lot_returned) with ordinality l (lot, leg, points, returned, n)
     where h.member_uid = ? and h.id = ? order by l.n`,
    [memberUid, id],
  );
  return found.map((row) => ({
    n: row.n,
    programme: row.programme,
    lot: row.lot,
    points: BigInt(row.points),
    returned: BigInt(row.returned),
  }));
}

/** Counts what came back of some legs or parts of a hold, so that no return gives it twice; never more than was taken. */
export async function countReturned(
  tx: EntityManager,
  { id, memberUid }: Pick<StoredHold, 'id' | 'memberUid'>,
  legs: readonly { readonly programme: string; readonly points: bigint; readonly fen: bigint }[],
  parts: readonly { readonly n: number; readonly points: bigint }[],
): Promise<void> {
  if (legs.length === 0) return;
  const changed = await change(
    tx,
    `update hold h set returned_points = legs.points, returned_fen = legs.fen, lot_returned = parts.points
     from (select array_agg(coalesce(l.points, 0) + coalesce(back.points, 0) order by l.n)::bigint[] as points,
             array_agg(coalesce(l.fen, 0) + coalesce(back.fen, 0) order by l.n)::bigint[] as fen,
             bool_and(coalesce(l.points, 0) + coalesce(back.points, 0) <= l.taken and coalesce(l.fen, 0) + coalesce(back.fen, 0) <= l.worth) as fits
           from hold h cross join lateral unnest(h.programmes, h.points, h.fen, h.returned_points, h.returned_fen) with ordinality
             l (programme, taken, worth, points, fen, n)
           left join unnest(?::text[], ?::bigint[], ?::bigint[]) back (programme, points, fen) on back.programme = l.programme
           where h.member_uid = ? and h.id = ?) legs,
          (select array_agg(coalesce(l.points, 0) + coalesce(back.points, 0) order by l.n)::bigint[] as points,
             bool_and(coalesce(l.points, 0) + coalesce(back.points, 0) <= l.taken) as fits
           from hold h cross join lateral unnest(h.lot_points, h.lot_returned) with ordinality l (taken, points, n)
           left join unnest(?::bigint[], ?::bigint[]) back (n, points) on back.n = l.n
           where h.member_uid = ? and h.id = ?) parts
     where h.member_uid = ? and h.id = ? and legs.fits and parts.fits`,
    [
      legs.map(({ programme }) => programme),
      legs.map(({ points }) => points),
      legs.map(({ fen }) => fen),
      memberUid,
      id,
      parts.map(({ n }) => n),
      parts.map(({ points }) => points),
      memberUid,
      id,
      memberUid,
      id,
    ],
  );
  invariant(changed === 1, 'More came back of a hold than it took');
}
