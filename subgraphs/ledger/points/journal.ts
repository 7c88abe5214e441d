import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid } from 'uuid';
import { rows } from '../../kernel/sql.js';
import { insertRows } from './insert-rows.js';
import type { NewEntry } from './posting.js';

/** Who made an entry, under which key. */
export interface Actor {
  readonly principal: string;
  readonly key: string;
}

/** A member whose account row this transaction holds: nobody else writes on its points until the end of it. */
export interface LockedMember {
  readonly uid: string;
  readonly now: Date;
  readonly frozen: boolean;
  seq: bigint;
}

/**
 * Locks the member's account, the first lock of every write on points, so that no two writes on one member interleave and none can
 * deadlock. Null where the member never had points. `skipLocked` gives null instead of waiting.
 */
export async function lockMember(tx: EntityManager, uid: string, skipLocked = false): Promise<LockedMember | null> {
  const [account] = await rows<{ seq: string; frozen: boolean; now: string }>(
    tx,
    `select seq, frozen, clock() as now from account where member_uid = ? for update${skipLocked ? ' skip locked' : ''}`,
    [uid],
  );
  return account ? { uid, now: new Date(account.now), frozen: account.frozen, seq: BigInt(account.seq) } : null;
}

/** The same, and opens the account of a member who never had points. */
export async function lockAccount(tx: EntityManager, uid: string): Promise<LockedMember> {
  await rows(tx, 'insert into account (member_uid) values (?) on conflict do nothing', [uid]);
  return (await lockMember(tx, uid)) as LockedMember;
}

/** The same, and opens the wallet of the programme too. */
export async function lockWallet(tx: EntityManager, uid: string, programme: string): Promise<LockedMember> {
  const member = await lockAccount(tx, uid);
  await rows(tx, 'insert into wallet (member_uid, programme) values (?, ?) on conflict do nothing', [uid, programme]);
  return member;
}

/** Appends entries to the member's journal, in order. */
export async function append(tx: EntityManager, member: LockedMember, actor: Actor, entries: readonly NewEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const numbered = entries.map((entry) => ({ entry, seq: ++member.seq }));
  await insertRows(
    tx,
    'entry',
    ['member_uid', 'seq', 'id', 'kind', 'programme', 'points', 'at', 'cause_kind', 'cause_id', 'actor', 'key'],
    numbered.map(({ entry: { kind, programme, points, cause }, seq }) => [
      member.uid,
      seq,
      uuid(),
      kind,
      programme,
      points,
      member.now.toISOString(),
      cause.kind,
      cause.id,
      actor.principal,
      actor.key,
    ]),
  );
  await insertRows(
    tx,
    'posting',
    ['member_uid', 'seq', 'n', 'programme', 'account', 'lot', 'points'],
    numbered.flatMap(({ entry, seq }) =>
      entry.postings.map(({ account, lot, points }, n) => [member.uid, seq, n, entry.programme, account, lot, points]),
    ),
  );
  await rows(tx, 'update account set seq = ? where member_uid = ?', [member.seq, member.uid]);
}
