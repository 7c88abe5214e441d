import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../../kernel/sql.js';
import { endHold, overdueHolds, partsOf, type StoredHold } from './hold-store.js';
import { type Actor, append, type LockedMember } from './journal.js';
import { isExpired } from './lots.js';
import { moveLots } from './lot-store.js';
import { entryOf } from './posting.js';

/** Ends a hold without a capture: its points go back to their lots, and those of a lot that expired meanwhile expire with it. */
export async function giveBack(
  tx: EntityManager,
  member: LockedMember,
  actor: Actor,
  hold: StoredHold,
  state: 'RELEASED' | 'EXPIRED',
): Promise<void> {
  const parts = await partsOf(tx, hold);
  const lapsed = parts.filter((part) => isExpired(part, member.now));
  await moveLots(tx, member.uid, [
    ...parts.map(({ lot, points }) => ({ lot, remaining: 0n, held: -points })),
    ...lapsed.map(({ lot, points }) => ({ lot, remaining: -points, held: 0n })),
  ]);
  await append(
    tx,
    member,
    actor,
    lapsed.map(({ programme, lot, points }) => entryOf('EXPIRY', programme, { kind: 'HOLD', id: hold.id }, [{ lot, points }])),
  );
  await endHold(tx, member, hold.id, state);
}

/** Ends the member's holds that have run out. Every write on points does so first, so none depends on when a job ran. */
export async function lapseHolds(tx: EntityManager, member: LockedMember, actor: Actor): Promise<void> {
  for (const hold of await overdueHolds(tx, member)) await giveBack(tx, member, actor, hold, 'EXPIRED');
}

/** Books the expiry of the member's lots, as far as they are not held; `only` narrows it to some lots. */
export async function expireLots(tx: EntityManager, member: LockedMember, actor: Actor, only?: readonly string[]): Promise<void> {
  if (only?.length === 0) return;
  const narrowed = only ? ` and id in (${only.map(() => '?').join(', ')})` : '';
  const due = await rows<{ id: string; programme: string; free: string }>(
    tx,
    `select id, programme, remaining - held as free from lot
     where member_uid = ? and open and expires_at <= ? and remaining > held${narrowed} order by expires_at, id`,
    [member.uid, member.now.toISOString(), ...(only ?? [])],
  );
  const parts = due.map(({ id, programme, free }) => ({ lot: id, programme, points: BigInt(free) }));
  await moveLots(
    tx,
    member.uid,
    parts.map(({ lot, points }) => ({ lot, remaining: -points, held: 0n })),
  );
  await append(
    tx,
    member,
    actor,
    parts.map(({ lot, programme, points }) => entryOf('EXPIRY', programme, { kind: 'EXPIRY', id: lot }, [{ lot, points }])),
  );
}
