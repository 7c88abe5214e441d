import type { EntityManager } from '@mikro-orm/postgresql';
import { change, rows } from '../../kernel/sql.js';
import type { StandingClaims } from './allocation.js';

/** Claims of drops that stand, with those of one member. */
export async function standingClaims(em: EntityManager, drop: string, memberUid: string | null): Promise<StandingClaims> {
  const [row] = await rows<{ all: number; early: number; mine: number }>(
    em,
    `select count(*)::integer as all, count(*) filter (where early)::integer as early, count(*) filter (where member_uid = ?)::integer as mine
     from drop_claim where drop_id = ? and not released`,
    [memberUid, drop],
  );
  return row as StandingClaims;
}

/** The piece of a redemption that came to nothing can be claimed again. */
export const releaseClaim = (tx: EntityManager, redemption: string): Promise<number> =>
  change(tx, 'update drop_claim set released = true where redemption_id = ?', [redemption]);

/** The first of the items that is only to be had by claiming it now, unless by this very drop. */
export async function itemInDrop(
  em: EntityManager,
  items: readonly string[],
  unless: string | null,
): Promise<{ readonly item: string; readonly opensAt: Date } | null> {
  const [row] = await rows<{ item: string; opens_at: string }>(
    em,
    `select item, opens_at from item_drop where item = any(?::text[]) and closes_at > clock() and (?::uuid is null or id <> ?::uuid) order by item limit 1`,
    [items, unless, unless],
  );
  return row ? { item: row.item, opensAt: new Date(row.opens_at) } : null;
}
