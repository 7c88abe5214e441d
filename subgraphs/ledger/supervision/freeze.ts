import type { EntityManager } from '@mikro-orm/postgresql';
import type { WriteKey } from '../../kernel/idempotency.js';
import { rows } from '../../kernel/sql.js';
import { lockAccount } from '../points/journal.js';
import { lapseHolds } from '../points/settle.js';

/**
 * Freezes the accounts of a case's members, in order of their ids as every write on several members locks them. What waits for its capture
 * ends; what is being delivered already is paid for, or a partner would lose what it handed over.
 */
export async function freezeFor(tx: EntityManager, id: string, key: WriteKey): Promise<void> {
  const members = await rows<{ uid: string }>(tx, 'select member_uid as uid from case_member where case_id = ? order by member_uid', [id]);
  for (const { uid } of members) {
    const member = await lockAccount(tx, uid);
    await lapseHolds(tx, member, key);
    await rows(
      tx,
      `select give_back(h, ?, ?, ?, 'RELEASED') from hold h where h.member_uid = ? and h.open and h.state = 'OPEN' and h.expires_at is not null`,
      [member.now.toISOString(), key.principal, key.key, uid],
    );
  }
  await rows(tx, 'update case_member set held = true where case_id = ?', [id]);
  await rows(tx, 'update account set frozen = true where not frozen and member_uid = any(?::uuid[])', [members.map(({ uid }) => uid)]);
}

/** Gives free whom nothing else holds: the database keeps frozen who is in another held case, or was frozen by a person. Whoever is forgotten stays so. */
export async function giveFree(tx: EntityManager, id: string): Promise<void> {
  await lockAccounts(tx, id);
  const held = await rows<{ member: string }>(
    tx,
    'update case_member set held = false where case_id = ? and held returning member_uid as member',
    [id],
  );
  await rows(tx, 'update account set frozen = forgotten where member_uid = any(?::uuid[])', [held.map(({ member }) => member)]);
}

const lockAccounts = (tx: EntityManager, id: string): Promise<object[]> =>
  rows(
    tx,
    'select 1 from account where member_uid in (select member_uid from case_member where case_id = ?) order by member_uid for update',
    [id],
  );
