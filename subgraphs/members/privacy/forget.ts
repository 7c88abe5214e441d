import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../../kernel/sql.js';

/**
 * Takes out what says who the member is: name, phone, numbers at partners, children, credit, tiers. The uid stays, because books and consents
 * rest on it; without these rows it names nobody.
 */
export async function forgetPerson(tx: EntityManager, memberUid: string): Promise<void> {
  // First: what is being decided about the member ends before, and nothing begins that would come after what is deleted here.
  await rows(tx, `update member set name = '', phone = null, erased_at = coalesce(erased_at, clock()) where uid = ?`, [memberUid]);
  for (const table of ['member_link', 'child', 'credit_record', 'member_tier', 'tier_proposal', 'decision_opt_out'])
    await rows(tx, `delete from ${table} where member_uid = ?`, [memberUid]);
  await rows(tx, 'update consent set withdrawn_at = clock() where member_uid = ? and withdrawn_at is null', [memberUid]);
}
