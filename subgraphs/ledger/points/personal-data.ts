import type { EntityManager } from '@mikro-orm/postgresql';
import type { Open } from '../../kernel/personal-data.js';
import { rows } from '../../kernel/sql.js';
import { type Actor, append, type LockedMember } from './journal.js';
import { moveLots } from './lot-store.js';
import { entryOf } from './posting.js';
import { expireLots, lapseHolds } from './settle.js';

interface Sum {
  readonly programme: string;
  readonly points: string;
}

/** A member with points, held points or arrears is somebody whom an issuer owes, or who owes one. Points can be given up, the rest must end. */
export async function openPoints(em: EntityManager, memberUid: string, forfeit: boolean): Promise<Open[]> {
  const free = await rows<Sum>(
    em,
    'select programme, sum(free)::text as points from lot_now where member_uid = ? group by programme having sum(free) > 0 order by 1',
    [memberUid],
  );
  const held = await rows<Sum>(
    em,
    'select programme, sum(held)::text as points from lot_now where member_uid = ? group by programme having sum(held) > 0 order by 1',
    [memberUid],
  );
  const arrears = await rows<Sum>(
    em,
    'select programme, arrears::text as points from wallet where member_uid = ? and arrears > 0 order by 1',
    [memberUid],
  );
  return [...named('HELD_POINTS', held), ...named('ARREARS', arrears), ...(forfeit ? [] : named('POINTS', free))];
}

/** Whether the account is closed for ever. */
export async function isForgotten(em: EntityManager, memberUid: string): Promise<boolean> {
  const [account] = await rows<{ forgotten: boolean }>(em, 'select forgotten from account where member_uid = ?', [memberUid]);
  return account?.forgotten ?? false;
}

/** The account is closed for ever: nothing is left in it, not even held, and nothing comes in. */
export async function forgetPoints(tx: EntityManager, member: LockedMember, actor: Actor, erasure: string): Promise<void> {
  await lapseHolds(tx, member, actor);
  await expireLots(tx, member, actor);
  await giveUp(tx, member, actor, erasure);
  await rows(tx, 'update account set frozen = true, forgotten = true where member_uid = ?', [member.uid]);
}

const named = (what: string, sums: readonly Sum[]): Open[] =>
  sums.map(({ programme, points }) => ({ what, detail: `${points} ${programme}` }));

/** What is left goes back to its issuers, as a correction that names the erasure. */
export async function giveUp(tx: EntityManager, member: LockedMember, actor: Actor, cause: string): Promise<void> {
  const left = await rows<{ id: string; programme: string; free: string }>(
    tx,
    'select id, programme, (remaining - held)::text as free from lot where member_uid = ? and open and remaining > held order by programme, id',
    [member.uid],
  );
  for (const programme of new Set(left.map((lot) => lot.programme))) {
    const parts = left.filter((lot) => lot.programme === programme).map((lot) => ({ lot: lot.id, points: -BigInt(lot.free) }));
    await moveLots(
      tx,
      member.uid,
      parts.map(({ lot, points }) => ({ lot, remaining: points, held: 0n })),
    );
    await append(tx, member, actor, [entryOf('ADJUSTMENT', programme, { kind: 'ADJUSTMENT', id: cause }, parts)]);
  }
}
