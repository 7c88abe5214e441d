import type { EntityManager } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import { Programme } from '../partners/programme.entity.js';
import { lockMember, type LockedMember } from './journal.js';
import { poolOf } from './one-trip.js';
import { renewLots } from './renew-lots.js';

const staleMs = 1_000;
const known = new WeakMap<Pool, { readonly readAt: number; readonly sliding: Promise<ReadonlySet<string>> }>();

/** Programmes whose lots live on by activity, as of a second ago at the most: where there are none, spending pays with a look into memory. */
async function slidingOf(em: EntityManager): Promise<ReadonlySet<string>> {
  const pool = await poolOf(em);
  const now = performance.now();
  const last = known.get(pool);
  if (last && now - last.readAt < staleMs) return last.sliding;
  const sliding = rows<{ id: string }>(em, `select id from programme where expiry_mode = 'SLIDING'`).then(
    (found) => new Set(found.map(({ id }) => id)),
  );
  known.set(pool, { readAt: now, sliding });
  sliding.catch(() => known.delete(pool));
  return sliding;
}

/**
 * Points that were spent renew what is left of their programmes, from the instant of the spending. It follows the capture, which stands
 * whatever becomes of this; what a crash in between leaves out, the jobs make up for before the expiry of any lot is booked.
 */
export async function renewAfterSpending({ em, log }: Pick<Context, 'em' | 'log'>, hold: string): Promise<void> {
  try {
    if ((await slidingOf(em)).size === 0) return;
    await em.fork().transactional(async (fork) => {
      const tx = fork as EntityManager;
      const [spent] = await rows<{ uid: string }>(tx, `select member_uid as uid from hold where id = ? and state = 'CAPTURED'`, [hold]);
      const member = spent && (await lockMember(tx, spent.uid));
      if (member) await renewBySpending(tx, member);
    });
  } catch (error) {
    log.warn({ err: error, hold }, 'lots were not renewed yet');
  }
}

/** Members of whom a lot of a SLIDING programme expires within two runs of the job, those first whose lots have the least time left. */
export const soonToExpire = `
  select l.member_uid as uid from lot l join programme p on p.id = l.programme
  where p.expiry_mode = 'SLIDING' and l.open and l.expires_at > clock() and l.expires_at <= clock() + interval '3 minutes'
  group by l.member_uid order by min(l.expires_at), l.member_uid limit ?`;

/**
 * Renews the member's lots of every SLIDING programme from when points of it were last spent: what lived then, also where it has run out
 * since and nobody booked that.
 */
export async function renewBySpending(tx: EntityManager, member: LockedMember): Promise<void> {
  const spent = await rows<{ programme: string; at: string }>(
    tx,
    `select e.programme, max(e.at) as at from entry e join programme p on p.id = e.programme
     where e.member_uid = ? and e.kind = 'BURN' and p.expiry_mode = 'SLIDING' group by e.programme`,
    [member.uid],
  );
  for (const { programme, at } of spent) {
    const then = new Date(at);
    await renewLots(tx, { ...member, now: then }, await tx.findOneOrFail(Programme, { id: programme }), then);
  }
}
