import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../../kernel/sql.js';

/**
 * Freezes the accounts of a case's members, in order of their ids as every write on several members locks them. The case remembers whom it
 * froze itself: who was frozen before, by a person or another case, is not its to give free.
 */
export async function freezeFor(tx: EntityManager, id: string): Promise<void> {
  await rows(
    tx,
    'insert into account (member_uid) select member_uid from case_member where case_id = ? order by member_uid on conflict do nothing',
    [id],
  );
  await lockAccounts(tx, id);
  await rows(
    tx,
    `with frozen as (
       update account a set frozen = true from case_member m where m.case_id = ? and a.member_uid = m.member_uid and not a.frozen returning a.member_uid)
     update case_member m set froze = true from frozen f where m.case_id = ? and m.member_uid = f.member_uid`,
    [id, id],
  );
}

/** Gives free whom the case froze; who is in another held case stays frozen, and is that case's to give free. */
export async function giveFree(tx: EntityManager, id: string): Promise<void> {
  await lockAccounts(tx, id);
  await rows(
    tx,
    `with heirs as (
       select m.member_uid, (select o.case_id from case_member o join look_through_case c on c.id = o.case_id
          where o.member_uid = m.member_uid and o.case_id <> m.case_id and c.held_by is not null order by o.case_id limit 1) as heir
       from case_member m where m.case_id = ? and m.froze),
     handed as (
       update case_member o set froze = true from heirs h where h.heir = o.case_id and h.member_uid = o.member_uid)
     update account a set frozen = false from heirs h where h.heir is null and a.member_uid = h.member_uid`,
    [id],
  );
  await rows(tx, 'update case_member set froze = false where case_id = ?', [id]);
}

const lockAccounts = (tx: EntityManager, id: string): Promise<object[]> =>
  rows(
    tx,
    'select 1 from account where member_uid in (select member_uid from case_member where case_id = ?) order by member_uid for update',
    [id],
  );
