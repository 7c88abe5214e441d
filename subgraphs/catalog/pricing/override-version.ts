import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../../kernel/sql.js';

/** What a special price takes over from the regular version: all but the price itself. */
const taken = `id, owner_id, name_zh, name_en, category, face_fen, programme, delivery_kind, delivery_amount, delivery_unit,
  max_points_share_basis_points, accepts_other_programmes, credit_threshold, tags, opens_at, closes_at, disclosure, coupon, variants, specification, supplier`;

/** Another price of the item as it is, as a version like any other: a quote and a redemption name it, and nothing has to be recomputed. */
export async function addVersion(
  tx: EntityManager,
  item: string,
  cause: 'OVERRIDE' | 'PRICING',
  { points, author, reason }: { readonly points: bigint | string; readonly author: string; readonly reason: string },
): Promise<number> {
  const [row] = await rows<{ version: number }>(
    tx,
    `insert into item_version (${taken}, version, price_points, current, saved_at, cause, author, reason)
     select ${taken}, (select max(version) + 1 from item_version where id = ?), ?, false, clock(), ?, ?, ?
     from item_version where id = ? and current returning version`,
    [item, points, cause, author, reason, item],
  );
  return (row as { version: number }).version;
}

/** After a save: special prices that run or are to come hold for the item as it is now. */
export async function renewOverrides(tx: EntityManager, item: string): Promise<void> {
  const open = await rows<{ id: string; points: string; author: string; reason: string }>(
    tx,
    'select id, points, author, reason from price_override where item = ? and ends_at > clock() order by starts_at',
    [item],
  );
  for (const override of open)
    await rows(tx, 'update price_override set version = ? where id = ?', [await addVersion(tx, item, 'OVERRIDE', override), override.id]);
}
