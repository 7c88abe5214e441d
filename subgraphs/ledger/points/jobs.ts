import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../../kernel/sql.js';
import type { Job, JobContext } from '../../kernel/subgraph.js';
import { type Actor, lockMember, type LockedMember } from './journal.js';
import { expireLots, lapseHolds } from './settle.js';
import { settleArrears } from './settle-arrears.js';
import { renewBySpending, soonToExpire } from './spending-renews.js';

/** Members per run; the rest follows in the next one. */
const batch = 1_000;

/**
 * Books what time did, one member at a time. Balances are right without it, so it may run late, twice, or in two processes at once: a
 * member that somebody else works on is left for the next run, and what is booked is not found again.
 */
const sweep = (
  name: string,
  everyMs: number,
  due: string,
  book: (tx: EntityManager, member: LockedMember, actor: Actor) => Promise<void>,
): Job => ({
  name,
  everyMs,
  async run({ em, log }: JobContext) {
    const actor = { principal: `job:${name}`, key: '' };
    for (const { uid } of await rows<{ uid: string }>(em, due, [batch])) {
      try {
        await em.fork().transactional(async (tx) => {
          const member = await lockMember(tx as EntityManager, uid, true);
          if (member) await book(tx as EntityManager, member, actor);
        });
      } catch (error) {
        log.warn({ err: error, job: name }, 'one member was left out and will be tried again');
      }
    }
  },
});

export const jobs: readonly Job[] = [
  sweep(
    'expire-holds',
    5_000,
    'select distinct member_uid as uid from hold where open and expires_at <= clock() limit ?',
    (tx, member, actor) => lapseHolds(tx, member, actor),
  ),
  sweep(
    'settle-arrears',
    60_000,
    `select distinct w.member_uid as uid from wallet w join lot_now l on l.member_uid = w.member_uid and l.programme = w.programme
     where w.arrears > 0 and l.open and l.free > 0 and (l.expires_at is null or l.expires_at > clock()) limit ?`,
    async (tx, member, actor) => {
      const owing = await rows<{ programme: string }>(tx, 'select programme from wallet where member_uid = ? and arrears > 0', [
        member.uid,
      ]);
      for (const { programme } of owing) await settleArrears(tx, member, actor, programme, { kind: 'HOLD', id: programme });
    },
  ),
  sweep('renew-lots', 60_000, soonToExpire, (tx, member) => renewBySpending(tx, member)),
  sweep(
    'expire-lots',
    60_000,
    'select distinct member_uid as uid from lot where open and expires_at <= clock() and remaining > held limit ?',
    async (tx, member, actor) => {
      // First, for the job above takes no more members than it can in a run.
      await renewBySpending(tx, member);
      await lapseHolds(tx, member, actor);
      await expireLots(tx, member, actor);
    },
  ),
];
