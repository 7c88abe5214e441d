import type { EntityManager } from '@mikro-orm/postgresql';
import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import { lockStanding } from './lock-standing.js';
import { raise } from './propose-tiers.js';
import { standingAt } from './read-tiers.js';
import { ladderOf } from './set-tiers.js';
import type { MemberTierStep, ProposalState, StoredReason } from './tier.entity.js';

export type TierOutcome =
  | { readonly kind: 'decided'; readonly id: string }
  | { readonly kind: 'refused'; readonly code: 'ALREADY_DECIDED'; readonly state: Exclude<ProposalState, 'OPEN'> }
  | { readonly kind: 'refused'; readonly code: 'NOT_HIGHER'; readonly tier: MemberTierStep };

/** Accepts or declines a proposal. A person decides, and the answer to two at once is one decision. Nobody is lowered by one that is old. */
export function decideTier(
  { em, viewer }: Context,
  key: WriteKey,
  id: string,
  partner: string,
  accept: boolean,
): Promise<Once<TierOutcome>> {
  return once<TierOutcome>(em, key, { id, accept }, async (tx) => {
    const [named] = await rows<{ memberUid: string }>(
      tx,
      'select member_uid as "memberUid" from tier_proposal where id = ? and partner = ?',
      [id, partner],
    );
    if (named) await lockStanding(tx, named.memberUid, partner);
    const [proposal] = await rows<{ memberUid: string; toTier: string; state: ProposalState; reasons: StoredReason[] }>(
      tx,
      `select member_uid as "memberUid", to_tier as "toTier", state, reasons from tier_proposal where id = ? and partner = ?`,
      [id, partner],
    );
    if (!proposal) throw badInput('There is no such proposal', { argument: 'proposal' });
    const { memberUid, toTier, state, reasons } = proposal;
    if (state !== 'OPEN') return { kind: 'refused', code: 'ALREADY_DECIDED', state };
    const current = accept ? await notAbove(tx, memberUid, partner, toTier) : null;
    if (current) return { kind: 'refused', code: 'NOT_HIGHER', tier: current };
    await rows(tx, 'update tier_proposal set state = ?, decided_at = clock(), decided_by = ? where id = ?', [
      accept ? 'ACCEPTED' : 'DECLINED',
      viewer.sub,
      id,
    ]);
    if (accept) await raise(tx, { memberUid, partner, tier: toTier, reasons: JSON.stringify(reasons), automated: false });
    await auditChange(tx, key, { partner, before: { proposal: id, state }, after: { state: accept ? 'ACCEPTED' : 'DECLINED' } });
    return { kind: 'decided', id };
  });
}

/** The step that the member is on, where the other one is no higher. */
async function notAbove(tx: EntityManager, memberUid: string, partner: string, to: string): Promise<MemberTierStep | null> {
  const [standing, ladder] = [await standingAt(tx, memberUid, partner), await ladderOf(tx, partner)];
  if (!standing || !ladder) throw badInput('The partner has no tiers', { argument: 'partner' });
  const rank = ladder.tiers.find(({ id }) => id === to)?.rank ?? 0;
  return rank > standing.tier.rank ? null : standing.tier;
}

export interface TierAssignment {
  readonly memberUid: string | null;
  /** How the caller named it: a repeated request is known by that, whoever it leads to by then. */
  readonly ref: string;
  readonly partner: string;
  readonly tier: string;
  readonly note: string;
}

/**
 * Puts a member on a step by hand, with a reason that the member reads. What was proposed before is closed by it. The audit trail, which
 * nothing is ever taken out of, has what was decided and not what was written of the member.
 */
export function assignTier(
  { em, viewer }: Context,
  key: WriteKey,
  { memberUid, ref, partner, tier, note }: TierAssignment,
): Promise<Once<{ readonly kind: 'assigned' } | { readonly kind: 'refused'; readonly code: 'NOT_ENROLLED' }>> {
  if (note.trim() === '' || note.length > 200) throw badInput('`reason` is 1 to 200 characters', { argument: 'reason' });
  return once(em, key, { member: ref, partner, tier, note }, async (tx) => {
    if (memberUid === null || !(await lockStanding(tx, memberUid, partner)))
      return { kind: 'refused' as const, code: 'NOT_ENROLLED' as const };
    const ladder = await ladderOf(tx, partner);
    if (!ladder?.tiers.some(({ id }) => id === tier)) throw badInput('The ladder has no such step', { argument: 'tier' });
    const reasons: StoredReason[] = [{ code: 'STAFF', before: '0', recent: '0', note }];
    await rows(
      tx,
      `update tier_proposal set state = 'SUPERSEDED', decided_at = clock(), decided_by = ? where member_uid = ? and partner = ? and state = 'OPEN'`,
      [viewer.sub, memberUid, partner],
    );
    await raise(tx, { memberUid, partner, tier, reasons: JSON.stringify(reasons), automated: false });
    await auditChange(tx, key, { partner, before: null, after: { memberUid, tier } });
    return { kind: 'assigned' as const };
  });
}
