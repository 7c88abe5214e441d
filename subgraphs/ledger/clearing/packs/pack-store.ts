import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid } from 'uuid';
import { rows } from '../../../kernel/sql.js';
import { raise } from '../alerts.js';
import { asJson } from '../json-rows.js';
import { backTo, draw, type Drawn, type Pack, type PackPart } from './packs.js';

export interface StoredPack extends Pack {
  readonly partner: string;
  readonly programme: string;
  readonly points: bigint;
  readonly priceFen: bigint;
  readonly alertPoints: bigint;
}

type Row = Record<'id' | 'partner' | 'programme' | 'points' | 'left_points' | 'price_fen' | 'alert_points' | 'bought_at', string> & {
  readonly expires_at: string | null;
};

export const stored = (row: Row): StoredPack => ({
  id: row.id,
  partner: row.partner,
  programme: row.programme,
  points: BigInt(row.points),
  left: BigInt(row.left_points),
  priceFen: BigInt(row.price_fen),
  alertPoints: BigInt(row.alert_points),
  boughtAt: new Date(row.bought_at),
  expiresAt: row.expires_at === null ? null : new Date(row.expires_at),
});

/** Every transaction locks packs in this order, so that no two wait for each other. */
const inOrder = 'order by expires_at nulls last, bought_at, id';

/**
 * Draws an accrual's points from its partner's packs; answers how many they cover. Trap: whoever draws holds the packs until commit, so
 * this comes after everything else that the accrual writes but the obligation. It is no part of a redemption.
 */
export async function drawPacks(
  tx: EntityManager,
  { accrual, partner, programme, points, now }: { accrual: string; partner: string; programme: string; points: bigint; now: Date },
): Promise<bigint> {
  const found = await rows<Row>(
    tx,
    `select * from pack where partner = ? and programme = ? and left_points > 0 and (expires_at is null or expires_at > ?) ${inOrder} for update`,
    [partner, programme, now.toISOString()],
  );
  const packs = found.map(stored);
  const { parts, uncovered } = draw(packs, points, now);
  await move(tx, accrual, accrual, parts, 1n);
  for (const { pack, points: drawn } of parts) {
    const { left, alertPoints } = packs.find(({ id }) => id === pack) as StoredPack;
    if (left > alertPoints && left - drawn <= alertPoints) await raise(tx, { partner, kind: 'PACK_LOW', pack, leftPoints: left - drawn });
  }
  return points - uncovered;
}

export interface BackInPacks {
  /** Points of the accrual that packs covered. */
  readonly covered: bigint;
  /** Of these, what had come back before, and what has come back now. */
  readonly before: bigint;
  readonly after: bigint;
}

/** Gives back to the packs what `done` of an accrual's `total` points had drawn of them; to an ended pack too, where they lapse with the rest. */
export async function returnToPacks(
  tx: EntityManager,
  { accrual, cause, done, total }: { accrual: string; cause: string; done: bigint; total: bigint },
): Promise<BackInPacks> {
  const drawn = await drawnBy(tx, accrual);
  if (drawn.length === 0) return { covered: 0n, before: 0n, after: 0n };
  const packs = drawn.map(({ pack }) => pack);
  await rows(tx, `select from pack where id = any (?::uuid[]) ${inOrder} for update`, [packs]);
  const parts = backTo(drawn, done, total);
  await move(tx, accrual, cause, parts, -1n);
  const sum = (values: readonly bigint[]): bigint => values.reduce((a, b) => a + b, 0n);
  const before = sum(drawn.map(({ returned }) => returned));
  return { covered: sum(drawn.map(({ points }) => points)), before, after: before + sum(parts.map(({ points }) => points)) };
}

async function drawnBy(tx: EntityManager, accrual: string): Promise<Drawn[]> {
  const found = await rows<{ pack: string; points: string; returned: string }>(
    tx,
    `select pack, sum(points) filter (where points > 0) as points, coalesce(-sum(points) filter (where points < 0), 0) as returned
     from pack_draw where accrual = ? group by pack order by pack`,
    [accrual],
  );
  return found.map(({ pack, points, returned }) => ({ pack, points: BigInt(points), returned: BigInt(returned) }));
}

/** Draws (`sign` 1) or gives back (−1), in one statement with the trace of it. */
async function move(tx: EntityManager, accrual: string, cause: string, parts: readonly PackPart[], sign: 1n | -1n): Promise<void> {
  if (parts.length === 0) return;
  await rows(
    tx,
    `with part as (select * from json_to_recordset(?::json) as p (id uuid, pack uuid, points bigint)),
       moved as (update pack set left_points = left_points - part.points from part where pack.id = part.pack)
     insert into pack_draw (id, pack, accrual, points, cause, at) select id, pack, ?, points, ?, clock() from part`,
    [asJson(parts.map(({ pack, points }) => ({ id: uuid(), pack, points: sign * points }))), accrual, cause],
  );
}

/** Packs that a partner bought, or sold where it is the issuer of their programme; of all where it is null. */
export async function packsOf(
  em: EntityManager,
  { partner, programme, after, limit }: { partner: string | null; programme: string | null; after: string | null; limit: number },
): Promise<StoredPack[]> {
  const found = await rows<Row>(
    em,
    `select p.* from pack p join programme g on g.id = p.programme
     where (?::text is null or p.partner = ? or g.issuer = ?) and (?::text is null or p.programme = ?) and (?::uuid is null or p.id > ?::uuid)
     order by p.id limit ?`,
    [partner, partner, partner, programme, programme, after, after, limit],
  );
  return found.map(stored);
}

export async function packById(em: EntityManager, id: string): Promise<StoredPack | null> {
  const [row] = await rows<Row>(em, 'select * from pack where id = ?', [id]);
  return row ? stored(row) : null;
}
