import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid } from 'uuid';
import type { Viewer } from '../../../schema/viewer.js';
import { badInput } from '../../kernel/errors.js';
import { once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { rows } from '../../kernel/sql.js';
import type { SubgraphContext } from '../../kernel/subgraph.js';
import { findPotential } from './find-potential.js';
import { nextTier, type Potential } from './potential.js';
import { lockStanding } from './lock-standing.js';
import { lowest, stored } from './read-tiers.js';
import { ladderOf } from './set-tiers.js';
import type { TierLadder } from './tier.entity.js';

export interface Proposed {
  readonly proposed: number;
  readonly raised: number;
}

/**
 * Looks at the windows that end now and proposes, or makes, one step up. A member who has an open proposal, or about whom something was
 * decided within one window, is left alone: the same growth counts once, however often this runs.
 */
export async function proposeTiers(context: Pick<SubgraphContext, 'em' | 'peers'>, viewer: Viewer, ladder: TierLadder): Promise<Proposed> {
  const total = { proposed: 0, raised: 0 };
  for await (const found of findPotential(context, viewer, ladder)) {
    for (const potential of found) {
      const outcome = await context.em.fork().transactional((tx) => propose(tx as EntityManager, ladder, potential));
      if (outcome !== null) total[outcome] += 1;
    }
  }
  return total;
}

async function propose(
  tx: EntityManager,
  ladder: TierLadder,
  { memberUid, ratioBasisPoints, reasons }: Potential,
): Promise<keyof Proposed | null> {
  const { partner, windowDays } = ladder;
  // The ledger's books keep the uid of who is forgotten: nobody is judged by it any more.
  if (!(await lockStanding(tx, memberUid, partner))) return null;
  const [known] = await rows<{ tier: string | null; objects: boolean; settled: boolean }>(
    tx,
    `select (select tier from member_tier where member_uid = m.uid and partner = ?) as tier,
       exists (select 1 from decision_opt_out where member_uid = m.uid and partner = ?) as objects,
       exists (select 1 from tier_proposal where member_uid = m.uid and partner = ?
         and (state = 'OPEN' or decided_at > clock() - ? * interval '1 day')) as settled
     from member m where uid = ?`,
    [partner, partner, partner, windowDays, memberUid],
  );
  if (!known || known.settled) return null;
  const from = known.tier ?? lowest(ladder.tiers).id;
  const to = nextTier(ladder.tiers, from);
  if (to === null) return null;
  const automatic = ladder.upgrade === 'AUTOMATIC' && !known.objects;
  const reasonsText = JSON.stringify(stored(reasons, windowDays));
  await rows(
    tx,
    `insert into tier_proposal (id, member_uid, partner, from_tier, to_tier, ratio_basis_points, reasons, state, at, decided_at, decided_by)
     values (?, ?, ?, ?, ?, ?, ?::jsonb, ?, clock(), case when ? then clock() end, case when ? then 'rule' end)`,
    [uuid(), memberUid, partner, from, to.id, ratioBasisPoints, reasonsText, automatic ? 'ACCEPTED' : 'OPEN', automatic, automatic],
  );
  if (automatic) await raise(tx, { memberUid, partner, tier: to.id, reasons: reasonsText, automated: true });
  return automatic ? 'raised' : 'proposed';
}

/** The same on somebody's word, once per key. Members are judged before the key's transaction opens, for the ledger is asked. */
export async function proposeOnce(
  context: Pick<SubgraphContext, 'em' | 'peers' | 'viewer'>,
  key: WriteKey,
  partner: string,
): Promise<Once<Proposed & { readonly kind: 'proposed' }>> {
  const ladder = await ladderOf(context.em, partner);
  if (!ladder) throw badInput('The partner has no tiers', { argument: 'partner' });
  const [known] = await rows(context.em, 'select 1 as known from idempotency where principal = ? and key = ?', [key.principal, key.key]);
  // A key that was used before proposes nothing, whatever grew since.
  const total = known ? { proposed: 0, raised: 0 } : await proposeTiers(context, context.viewer, ladder);
  return once(context.em, key, { partner }, async () => ({ kind: 'proposed' as const, ...total }));
}

/** Puts a member on a step; `reasons` is what the member reads as the cause, as JSON. */
export async function raise(
  tx: EntityManager,
  to: {
    readonly memberUid: string;
    readonly partner: string;
    readonly tier: string;
    readonly reasons: string;
    readonly automated: boolean;
  },
): Promise<void> {
  await rows(
    tx,
    `insert into member_tier (member_uid, partner, tier, since, reasons, automated) values (?, ?, ?, clock(), ?::jsonb, ?)
     on conflict (member_uid, partner) do update set tier = excluded.tier, since = excluded.since, reasons = excluded.reasons, automated = excluded.automated`,
    [to.memberUid, to.partner, to.tier, to.reasons, to.automated],
  );
}
