import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../../kernel/sql.js';

/** One decision at a time about a member at a partner. False of who is forgotten, or never was; until the transaction ends nobody is forgotten. */
export async function lockStanding(tx: EntityManager, memberUid: string, partner: string): Promise<boolean> {
  await rows(tx, 'select pg_advisory_xact_lock(hashtextextended(?, 0))', [`tier/${partner}/${memberUid}`]);
  const [known] = await rows(tx, 'select 1 as known from member where uid = ? and erased_at is null for share', [memberUid]);
  return known !== undefined;
}
