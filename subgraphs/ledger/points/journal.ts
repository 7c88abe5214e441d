import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../../kernel/sql.js';
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
  /** Its person is forgotten: it gets no points any more. */
  readonly forgotten: boolean;
}

/**
 * Locks the member's account, the first lock of every write on points, so that no two writes on one member interleave and none can
 * deadlock. Null where the member never had points. `skipLocked` gives null instead of waiting.
 */
export async function lockMember(tx: EntityManager, uid: string, skipLocked = false): Promise<LockedMember | null> {
  const [account] = await rows<{ frozen: boolean; forgotten: boolean; now: string }>(
    tx,
    `select frozen, forgotten, clock() as now from account where member_uid = ? for update${skipLocked ? ' skip locked' : ''}`,
    [uid],
  );
  return account ? { uid, now: new Date(account.now), frozen: account.frozen, forgotten: account.forgotten } : null;
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

/** Appends entries to the member's journal, in order, each chained to the one before it. */
export async function append(tx: EntityManager, member: LockedMember, actor: Actor, entries: readonly NewEntry[]): Promise<void> {
  for (const { kind, programme, points, cause, counter, parts } of entries) {
    await rows(tx, 'select append_entry(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::uuid[], ?::bigint[])', [
      member.uid,
      kind,
      programme,
      points,
      member.now.toISOString(),
      cause.kind,
      cause.id,
      actor.principal,
      actor.key,
      counter,
      parts.map(({ lot }) => lot),
      parts.map((part) => part.points),
    ]);
  }
}
