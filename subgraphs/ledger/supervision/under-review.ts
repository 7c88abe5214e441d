import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../../kernel/sql.js';

/** Whether the member is looked into: a case about it is not cleared, or its points are frozen. Who is forgotten is frozen for good, and by nobody. */
export async function isUnderReview(em: EntityManager, memberUid: string): Promise<boolean> {
  const [found] = await rows<{ review: boolean }>(
    em,
    `select exists (select from case_member m join look_through_case c on c.id = m.case_id where m.member_uid = ? and c.state <> 'CLEARED')
       or exists (select from points_freeze where member_uid = ? and lifted_at is null)
       or exists (select from account where member_uid = ? and frozen and not forgotten) as review`,
    [memberUid, memberUid, memberUid],
  );
  return found?.review ?? false;
}
