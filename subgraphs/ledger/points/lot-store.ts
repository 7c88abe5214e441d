import type { EntityManager } from '@mikro-orm/postgresql';
import { invariant } from '../../kernel/invariant.js';
import { change, rows } from '../../kernel/sql.js';
import { type Cell, insertRows } from './insert-rows.js';
import type { SpendableLot } from './lots.js';

/** A lot's row. `remaining` includes `held`. */
export interface StoredLot extends SpendableLot {
  readonly programme: string;
  readonly remaining: bigint;
  readonly held: bigint;
  readonly accrual: string | null;
  /** When a return last gave it life again after it had expired. */
  readonly revivedAt: Date | null;
}

export interface NewLot {
  readonly id: string;
  readonly programme: string;
  readonly points: bigint;
  readonly remaining: bigint;
  readonly earnedAt: Date;
  readonly usableFrom: Date;
  readonly expiresAt: Date | null;
  readonly accrual: string | null;
  /** The event without which it may not be spent. */
  readonly waitsFor?: string | null;
}

/** What a write moves in one lot. */
export interface LotMove {
  readonly lot: string;
  readonly remaining: bigint;
  readonly held: bigint;
}

interface Row {
  id: string;
  programme: string;
  remaining: string;
  held: string;
  earned_at: string;
  usable_from: string;
  expires_at: string | null;
  accrual: string | null;
  revived_at: string | null;
}

const columns = 'id, programme, remaining, held, earned_at, usable_from, expires_at, accrual, revived_at';

const stored = (row: Row): StoredLot => ({
  id: row.id,
  programme: row.programme,
  remaining: BigInt(row.remaining),
  held: BigInt(row.held),
  free: BigInt(row.remaining) - BigInt(row.held),
  earnedAt: new Date(row.earned_at),
  usableFrom: new Date(row.usable_from),
  expiresAt: row.expires_at === null ? null : new Date(row.expires_at),
  accrual: row.accrual,
  revivedAt: row.revived_at === null ? null : new Date(row.revived_at),
});

/** The member's lots that have points left in these programmes. */
export async function openLots(tx: EntityManager, uid: string, programmes: readonly string[]): Promise<StoredLot[]> {
  if (programmes.length === 0) return [];
  const found = await rows<Row>(
    tx,
    `select ${columns} from lot where member_uid = ? and open and programme in (${programmes.map(() => '?').join(', ')})`,
    [uid, ...programmes],
  );
  return found.map(stored);
}

/** These lots, also empty ones. */
export async function lotsById(tx: EntityManager, uid: string, ids: readonly string[]): Promise<Map<string, StoredLot>> {
  if (ids.length === 0) return new Map();
  const found = await rows<Row>(tx, `select ${columns} from lot where member_uid = ? and id in (${ids.map(() => '?').join(', ')})`, [
    uid,
    ...ids,
  ]);
  return new Map(found.map((row) => [row.id, stored(row)]));
}

export async function addLot(tx: EntityManager, uid: string, lot: NewLot): Promise<void> {
  const at = (instant: Date | null): Cell => instant?.toISOString() ?? null;
  await insertRows(
    tx,
    'lot',
    ['member_uid', 'id', 'programme', 'points', 'remaining', 'earned_at', 'usable_from', 'expires_at', 'accrual', 'waits_for', 'open'],
    [
      [
        uid,
        lot.id,
        lot.programme,
        lot.points,
        lot.remaining,
        at(lot.earnedAt),
        at(lot.usableFrom),
        at(lot.expiresAt),
        lot.accrual,
        lot.waitsFor ?? null,
        lot.remaining > 0n,
      ],
    ],
  );
}

/** Moves points in several lots of one member; the database refuses what would go below zero, and what is held no lot can lose. */
export async function moveLots(tx: EntityManager, uid: string, moves: readonly LotMove[]): Promise<void> {
  const summed = new Map<string, LotMove>();
  for (const { lot, remaining, held } of moves) {
    const before = summed.get(lot);
    summed.set(lot, { lot, remaining: (before?.remaining ?? 0n) + remaining, held: (before?.held ?? 0n) + held });
  }
  if (summed.size === 0) return;
  const changed = await change(
    tx,
    `update lot set remaining = lot.remaining + move.remaining, held = lot.held + move.held, open = lot.remaining + move.remaining > 0
     from (values ${[...summed].map(() => '(?::uuid, ?::bigint, ?::bigint)').join(', ')}) move (lot, remaining, held)
     where lot.member_uid = ? and lot.id = move.lot and lot.held + move.held <= lot.remaining + move.remaining`,
    [...[...summed.values()].flatMap(({ lot, remaining, held }) => [lot, remaining, held]), uid],
  );
  invariant(changed === summed.size, 'A move named a lot that the member does not have, or points of it that are held');
}
