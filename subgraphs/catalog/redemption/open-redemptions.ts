import type { EntityManager } from '@mikro-orm/postgresql';
import type { Open } from '../../kernel/personal-data.js';
import { rows } from '../../kernel/sql.js';

/** Redemptions and holds of a member that have not ended: while one runs the member is not forgotten. */
export async function openRedemptions(em: EntityManager, memberUid: string): Promise<Open[]> {
  const found = await rows<{ id: string }>(
    em,
    `select id from redemption where member_uid = ? and step not in ('COMPLETED', 'RELEASED') order by id limit 100`,
    [memberUid],
  );
  return found.map(({ id }) => ({ what: 'REDEMPTION', detail: id }));
}
