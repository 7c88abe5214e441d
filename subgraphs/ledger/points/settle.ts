import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../../kernel/sql.js';
import { type Actor, append, type LockedMember } from './journal.js';
import { moveLots } from './lot-store.js';
import { entryOf } from './posting.js';

/** Ends the member's holds that have run out. Every write on points does so first, so none depends on when a job ran. */
export async function lapseHolds(tx: EntityManager, member: LockedMember, actor: Actor): Promise<void> {
  await rows(tx, 'select lapse_holds(?, ?, ?, ?)', [member.uid, member.now.toISOString(), actor.principal, actor.key]);
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
