import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../kernel/sql.js';
import { Child } from './child.entity.js';

/** Children's days whose guardian's consent holds now; of those to one recipient, or to all where it is null. */
export async function childrenOf(em: EntityManager, memberUids: readonly string[], recipient: string | null): Promise<Child[]> {
  const found = await rows<object>(
    em,
    `select child.* from child join consent on consent.id = child.consent_id
     where child.member_uid = any(?::uuid[]) and (?::text is null or consent.recipient = ?) and consent.valid_from <= clock()
       and (consent.valid_until is null or clock() < consent.valid_until) and (consent.withdrawn_at is null or clock() < consent.withdrawn_at)
     order by child.id`,
    [memberUids, recipient, recipient],
  );
  return found.map((row) => em.map(Child, row as never));
}
