import { Unavailable } from '../../../schema/transport.js';
import type { EntityManager } from '@mikro-orm/postgresql';
import { change, rows } from '../../kernel/sql.js';
import type { Job, JobContext } from '../../kernel/subgraph.js';
import { oweForCoupon, takeBackCoupon } from '../ledger-writes.js';

/**
 * Tells the ledger what a use of a coupon made partners owe, then what came back of its basket, and that it was cancelled; in this order,
 * whatever happened meanwhile. Every call goes out under the key of the use or of the return, so two workers at once, or a crash between
 * the answer and its note, do no harm.
 */
async function settleUse({ em, peers }: Pick<JobContext, 'em' | 'peers'>, use: string): Promise<void> {
  for (;;) {
    const [row] = await rows<{
      owed: string;
      debtor: string;
      acceptor: string;
      programme: string;
      fen: string;
      part: string | null;
      part_fen: string;
    }>(
      em,
      `select u.owed, debtor, acceptor, programme, fen, r.id as part, r.coupon_fen as part_fen
       from coupon_use u left join coupon_return r on r.use_id = u.id and r.owed = 'OWING'
       where u.id = ? and (r.id is not null or u.owed = 'OWING' or (u.owed = 'OWED' and u.cancelled_at is not null)) order by r.id limit 1`,
      [use],
    );
    if (!row) return;
    const { part } = row;
    if (row.owed === 'OWED' && part !== null) {
      await takeBackCoupon(peers, use, `${part}:back`, { return: part, fen: BigInt(row.part_fen) });
      await change(em, `update coupon_return set owed = 'TAKEN_BACK' where id = ? and owed = 'OWING'`, [part]);
    } else if (row.owed === 'OWING') {
      const { debtor: issuer, acceptor, programme, fen } = row;
      await oweForCoupon(peers, { use, issuer, acceptor, programme, fen: BigInt(fen) }, `${use}:owe`);
      await change(em, `update coupon_use set owed = 'OWED' where id = ? and owed = 'OWING'`, [use]);
    } else {
      await takeBackCoupon(peers, use, `${use}:back`);
      await change(em, `update coupon_use set owed = 'TAKEN_BACK' where id = ? and owed = 'OWED'`, [use]);
    }
  }
}

/** At once, as far as the ledger answers; else the job does it. */
export async function settleUseSoon(context: Pick<JobContext, 'em' | 'peers' | 'log'>, use: string): Promise<void> {
  await settleUse(context, use).catch((error: unknown) => {
    context.log.warn({ err: error, use }, 'the ledger was not told of a coupon; it is told later');
  });
}

export const settleCoupons: Job = {
  name: 'settle-coupons',
  everyMs: 1_000,
  async run(context) {
    const em = context.em.fork() as EntityManager;
    const open = await rows<{ id: string }>(
      em,
      `select id from coupon_use where owed = 'OWING' or (owed = 'OWED' and cancelled_at is not null)
       union select use_id from coupon_return where owed = 'OWING' order by id limit 100`,
    );
    for (const { id } of open)
      await settleUse({ ...context, em }, id).catch((error: unknown) => {
        // Out of reach for one is out of reach for all; a refusal of one is nobody else's.
        if (error instanceof Unavailable) throw error;
        context.log.error({ err: error, use: id }, 'the ledger refuses what a coupon made partners owe');
      });
  },
};
