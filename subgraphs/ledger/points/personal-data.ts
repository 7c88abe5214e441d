import type { EntityManager } from '@mikro-orm/postgresql';
import type { Open, PersonalData } from '../../kernel/personal-data.js';
import { rows } from '../../kernel/sql.js';
import { type Actor, append, lockAccount, type LockedMember } from './journal.js';
import { moveLots } from './lot-store.js';
import { entryOf } from './posting.js';
import { expireLots, lapseHolds } from './settle.js';

interface Sum {
  readonly programme: string;
  readonly points: string;
}

/**
 * A member with points, held points or arrears is somebody whom an issuer owes, or who owes one. Points can be given up, the rest must end.
 * The journal keeps the uid for ever: it is what the chain is made of, and names nobody once the member is forgotten.
 */
export const personal: PersonalData = {
  // Whoever is looked into is not told by an export, nor by whom; lots on the other side of a transfer are another member's.
  withheld: [
    'case_member',
    'points_freeze.frozen_by',
    'points_freeze.reason',
    'points_freeze.lifted_by',
    'points_freeze.lift_reason',
    'transfer_part.from_lot',
    'transfer_part.to_lot',
  ],

  async open(em, memberUid, forfeit) {
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
  },

  async forget(tx, memberUid, erasure) {
    const member = await lockAccount(tx, memberUid);
    const actor = { principal: 'job:erasure', key: erasure };
    await lapseHolds(tx, member, actor);
    await expireLots(tx, member, actor);
    await giveUp(tx, member, actor, erasure);
    await rows(tx, 'update account set frozen = true, forgotten = true where member_uid = ?', [memberUid]);
  },
};

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
