import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid } from 'uuid';
import { serviceViewer } from '../../../../schema/viewer.js';
import { change, rows } from '../../../kernel/sql.js';
import type { Job, JobContext } from '../../../kernel/subgraph.js';
import { complete } from '../../complete-report.js';
import { onTheWire } from '../../purchase-line.js';
import { engagementKind, engagementLines, engagementRef } from '../report-engagement.js';
import { verdictOf } from './referral.js';

interface Waiting {
  readonly id: string;
  readonly partner: string;
  readonly referrer: string;
  readonly referred: string;
  readonly at: string;
  readonly until: string;
  readonly minimum: string;
  readonly wait: number;
}

/** Referrals per run; the rest follows in the next one. */
const batch = 1_000;

/**
 * Rewards who brought a member that then bought, by the partner's EVENT rule `REFERRAL` with its caps; whoever brought the referrer has nothing
 * of it. Late, twice or on two instances it rewards once: the referral's row is the lock, and the engagement is named after it.
 */
export const rewardReferrals: Job = {
  name: 'reward-referrals',
  everyMs: 60_000,
  async run(context) {
    const waiting = await rows<Waiting>(
      context.em,
      `select id, partner, referrer_uid as referrer, referred_uid as referred, at, until, minimum_fen::text as minimum, wait_days as wait
       from referral where state = 'WAITING' order by looked_at nulls first, at limit ${batch}`,
    );
    for (const referral of waiting) {
      // Before the look: one that fails each time takes its turn like the others.
      await change(context.em, 'update referral set looked_at = clock_timestamp() where id = ?', [referral.id]);
      try {
        await settle(context, referral);
      } catch (error) {
        context.log.warn({ err: error, referral: referral.id }, 'a referral was left out and will be looked at again');
      }
    }
  },
};

async function settle(context: JobContext, referral: Waiting): Promise<void> {
  const { firstPurchase } = await context.peers.ask<{ firstPurchase: string | null }>(
    'ledger',
    `query ($partner: ID!, $memberUid: ID!, $since: DateTime!, $minimumFen: Fen!) {
      firstPurchase(partner: $partner, memberUid: $memberUid, since: $since, minimumFen: $minimumFen) }`,
    {
      partner: referral.partner,
      memberUid: referral.referred,
      since: new Date(referral.at).toISOString(),
      minimumFen: Number(referral.minimum),
    },
    serviceViewer('referrals', randomUUID()),
  );
  const boughtAt = firstPurchase === null ? null : new Date(firstPurchase);
  const engagement = await context.em.fork().transactional((tx) => decide(tx as EntityManager, referral, boughtAt));
  if (engagement !== null) await complete(context, engagementKind, engagement);
}

/** Ends the referral if its time has come; the engagement to complete where it is rewarded. */
async function decide(
  tx: EntityManager,
  { id, partner, referrer, at, until, wait }: Waiting,
  boughtAt: Date | null,
): Promise<string | null> {
  const [row] = await rows<{ now: string }>(tx, `select clock() as now from referral where id = ? and state = 'WAITING' for update`, [id]);
  if (!row) return null;
  const verdict = verdictOf({ at: new Date(at), until: new Date(until), waitDays: wait }, boughtAt, new Date(row.now));
  if (verdict === 'WAITING') return null;
  await change(tx, 'update referral set state = ?, bought_at = ? where id = ?', [verdict, verdict === 'REWARDED' ? boughtAt : null, id]);
  if (verdict === 'LAPSED') return null;
  const engagement = uuid();
  await change(
    tx,
    `insert into engagement (id, partner, ref, member_uid, at, fingerprint, intent, state, kind, proof_ref, event_id)
     values (?, ?, ?, ?, clock(), '', ?, 'RECORDED', 'REFERRAL', ?, ?)`,
    [engagement, partner, engagementRef('REFERRAL', id), referrer, onTheWire(engagementLines('REFERRAL')), id, engagement],
  );
  return engagement;
}
