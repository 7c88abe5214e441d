import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../../kernel/sql.js';
import type { FeeBearer } from '../partners/partner.entity.js';
import type { HoldClock, HoldState } from './holds.js';
import { type Cell, insertRows } from './insert-rows.js';
import type { LockedMember } from './journal.js';

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

/** What a hold takes of one lot. `expiresAt` is the lot's when the hold was placed: released later than that, the points are gone. */
export interface HoldPart {
  readonly n: number;
  readonly programme: string;
  readonly lot: string;
  readonly points: bigint;
  readonly expiresAt: Date | null;
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

export async function holdById(tx: EntityManager, id: string): Promise<StoredHold | null> {
  const [row] = await rows<Row>(tx, 'select * from hold where id = ?', [id]);
  return row ? stored(row) : null;
}

/** The hold that a redemption was paid with. */
export async function capturedHold(tx: EntityManager, redemption: string): Promise<StoredHold | null> {
  const [row] = await rows<Row>(tx, `select * from hold where redemption = ? and state = 'CAPTURED'`, [redemption]);
  return row ? stored(row) : null;
}

/** The member's holds that have run out and that no job has ended yet. */
export async function overdueHolds(tx: EntityManager, member: LockedMember): Promise<StoredHold[]> {
  const found = await rows<Row>(tx, 'select * from hold where member_uid = ? and open and expires_at <= ? order by id', [
    member.uid,
    member.now.toISOString(),
  ]);
  return found.map(stored);
}

export async function legsOf(tx: EntityManager, hold: string): Promise<HoldLeg[]> {
  const found = await rows<{
    programme: string;
    issuer: string;
    points: string;
    fen: string;
    returned_points: string;
    returned_fen: string;
  }>(tx, `select l.*, p.issuer from hold_leg l join programme p on p.id = l.programme where l.hold = ? order by l.programme`, [hold]);
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
  const found = await rows<{ n: number; programme: string; lot: string; points: string; expires_at: string | null; returned: string }>(
    tx,
    'select * from hold_lot where member_uid = ? and hold = ? order by n',
    [memberUid, id],
  );
  return found.map((row) => ({
    n: row.n,
    programme: row.programme,
    lot: row.lot,
    points: BigInt(row.points),
    expiresAt: instant(row.expires_at),
    returned: BigInt(row.returned),
  }));
}

export interface NewHold extends Omit<StoredHold, 'state' | 'endedAt'> {
  readonly placedAt: Date;
  readonly legs: readonly Pick<HoldLeg, 'programme' | 'points' | 'fen'>[];
  readonly parts: readonly Omit<HoldPart, 'n' | 'returned'>[];
}

export async function addHold(tx: EntityManager, hold: NewHold): Promise<void> {
  const text = (at: Date | null): Cell => at?.toISOString() ?? null;
  await insertRows(
    tx,
    'hold',
    ['id', 'member_uid', 'redemption', 'acceptor', 'fee_basis_points', 'fee_borne_by', 'state', 'expires_at', 'placed_at'],
    [
      [
        hold.id,
        hold.memberUid,
        hold.redemption,
        hold.acceptor,
        hold.feeBasisPoints,
        hold.feeBorneBy,
        'OPEN',
        text(hold.expiresAt),
        text(hold.placedAt),
      ],
    ],
  );
  await insertRows(
    tx,
    'hold_leg',
    ['hold', 'programme', 'points', 'fen'],
    hold.legs.map(({ programme, points, fen }) => [hold.id, programme, points, fen]),
  );
  await insertRows(
    tx,
    'hold_lot',
    ['member_uid', 'hold', 'n', 'programme', 'lot', 'points', 'expires_at'],
    hold.parts.map(({ programme, lot, points, expiresAt }, n) => [hold.memberUid, hold.id, n, programme, lot, points, text(expiresAt)]),
  );
}

export async function endHold(
  tx: EntityManager,
  member: LockedMember,
  hold: string,
  state: 'CAPTURED' | 'RELEASED' | 'EXPIRED',
): Promise<void> {
  await rows(tx, 'update hold set state = ?, ended_at = ? where id = ?', [state, member.now.toISOString(), hold]);
}

export async function pin(tx: EntityManager, hold: string): Promise<void> {
  await rows(tx, `update hold set state = 'PINNED', expires_at = null where id = ?`, [hold]);
}
