import type { EntityManager } from '@mikro-orm/postgresql';
import { encode } from '../../kernel/json.js';
import { change } from '../../kernel/sql.js';

/** What a member wrote goes with the member; that there was a complaint still counts for the item. */
export async function forgetComplaints(tx: EntityManager, memberUid: string): Promise<void> {
  await change(tx, `update complaint set text = '', delivered = ?, differences = ?, reported_by = '' where member_uid = ?`, [
    encode([]),
    encode([]),
    memberUid,
  ]);
}
