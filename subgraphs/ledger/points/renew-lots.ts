import type { EntityManager } from '@mikro-orm/postgresql';
import { change } from '../../kernel/sql.js';
import { expiryPolicyOf, type Programme } from '../partners/programme.entity.js';
import { expiryOf } from './expiry.js';
import type { LockedMember } from './journal.js';

/**
 * Gives every lot of a SLIDING programme that lives at `now` the life that an activity at `at` gives; none ever loses by it, and none comes back. What is
 * held lives on too, so that a hold that is released later gives back what has been renewed.
 */
export async function renewLots(tx: EntityManager, { uid, now }: LockedMember, programme: Programme, at: Date): Promise<void> {
  const until = expiryOf(expiryPolicyOf(programme), at);
  if (until === null) return;
  const renewed = await change(
    tx,
    `update lot set expires_at = ? where member_uid = ? and programme = ? and open and expires_at > ? and expires_at < ? and waits_for is null`,
    [until.toISOString(), uid, programme.id, now.toISOString(), until.toISOString()],
  );
  if (renewed === 0) return;
  await change(
    tx,
    `update hold h set lot_expires_at = p.expires_at
     from (select h.id, array_agg(case when l.programme = ? then l.expires_at else p.expires_at end order by p.n) as expires_at
           from hold h cross join lateral unnest(h.lots, h.lot_expires_at) with ordinality p (lot, expires_at, n)
             join lot l on l.member_uid = h.member_uid and l.id = p.lot
           where h.member_uid = ? and h.open group by h.id) p
     where h.member_uid = ? and h.id = p.id and ? = any (h.programmes)`,
    [programme.id, uid, uid, programme.id],
  );
}
