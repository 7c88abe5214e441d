import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import { raise } from './propose-tiers.js';
import { ladderOf } from './set-tiers.js';
import type { StoredReason } from './tier.entity.js';

export type TierOutcome =
  | { readonly kind: 'decided'; readonly id: string }
  | { readonly kind: 'refused'; readonly code: 'ALREADY_DECIDED'; readonly state: 'ACCEPTED' | 'DECLINED' };

/** Accepts or declines a proposal. A person decides, and the answer to two at once is one decision. */
export function decideTier(
  { em, viewer }: Context,
  key: WriteKey,
  id: string,
  partner: string,
  accept: boolean,
): Promise<Once<TierOutcome>> {
  return once<TierOutcome>(em, key, { id, accept }, async (tx) => {
    const [proposal] = await rows<{ memberUid: string; toTier: string; state: string; reasons: StoredReason[] }>(
      tx,
      `select member_uid as "memberUid", to_tier as "toTier", state, reasons from tier_proposal where id = ? and partner = ? for update`,
      [id, partner],
    );
    if (!proposal) throw badInput('There is no such proposal', { argument: 'proposal' });
    const { memberUid, toTier, state, reasons } = proposal;
    if (state !== 'OPEN') return { kind: 'refused', code: 'ALREADY_DECIDED', state: state as 'ACCEPTED' | 'DECLINED' };
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

export interface TierAssignment {
  readonly memberUid: string | null;
  /** How the caller named it: a repeated request is known by that, whoever it leads to by then. */
  readonly ref: string;
  readonly partner: string;
  readonly tier: string;
  readonly note: string;
}

/** Puts a member on a step by hand, with a reason that the member reads. */
export function assignTier(
  { em }: Context,
  key: WriteKey,
  { memberUid, ref, partner, tier, note }: TierAssignment,
): Promise<Once<{ readonly kind: 'assigned' } | { readonly kind: 'refused'; readonly code: 'NOT_ENROLLED' }>> {
  if (note.trim() === '' || note.length > 200) throw badInput('`reason` is 1 to 200 characters', { argument: 'reason' });
  return once(em, key, { member: ref, partner, tier, note }, async (tx) => {
    if (memberUid === null) return { kind: 'refused' as const, code: 'NOT_ENROLLED' as const };
    const ladder = await ladderOf(tx, partner);
    if (!ladder?.tiers.some(({ id }) => id === tier)) throw badInput('The ladder has no such step', { argument: 'tier' });
    const reasons: StoredReason[] = [{ code: 'STAFF', before: '0', recent: '0', note }];
    await raise(tx, { memberUid, partner, tier, reasons: JSON.stringify(reasons), automated: false });
    await auditChange(tx, key, { partner, before: null, after: { memberUid, tier, note } });
    return { kind: 'assigned' as const };
  });
}
