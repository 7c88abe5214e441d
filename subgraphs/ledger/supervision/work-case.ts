import type { EntityManager } from '@mikro-orm/postgresql';
import type { Viewer } from '../../../schema/viewer.js';
import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { rows } from '../../kernel/sql.js';
import { addStep, type CaseMeasureName, type CaseStateName, type CaseStepName, lockCase, openCase, type StoredCase } from './case-store.js';
import { freezeFor, giveFree } from './freeze.js';

export type CaseOutcome =
  | { readonly kind: 'done'; readonly case: string }
  | { readonly kind: 'refused'; readonly code: 'CASE_CLEARED' }
  | { readonly kind: 'refused'; readonly code: 'SELF_APPROVAL' };

export interface OpenWish {
  readonly kind: 'REPORT' | 'CAMPAIGN';
  /** Uids; the caller has looked them up. */
  readonly members: readonly string[];
  readonly partners: readonly string[];
  readonly campaign: string | null;
  readonly reason: string;
}

type Asking = { readonly em: EntityManager; readonly viewer: Viewer };

/** Opens a case that a person saw, for members, partners or a campaign. */
export function reportCase({ em, viewer }: Asking, key: WriteKey, body: object, wish: OpenWish): Promise<Once<CaseOutcome>> {
  mustSayWhy(wish.reason);
  if (wish.members.length + wish.partners.length === 0 && wish.campaign === null)
    throw badInput('A case is about members, partners or a campaign', { argument: 'input' });
  return once<CaseOutcome>(em, key, body, async (tx) => {
    const known = await rows(tx, 'select 1 from partner where id = any(?::text[])', [wish.partners]);
    if (known.length < new Set(wish.partners).size) throw badInput('There is no such partner', { argument: 'partners' });
    const id = await openCase(tx, { ...wish, hub: null, signals: [], score: 0, by: viewer.sub });
    await auditChange(tx, key, { before: null, after: { case: id, kind: wish.kind, campaign: wish.campaign, reason: wish.reason } });
    return { kind: 'done', case: id };
  });
}

/** Freezes the points of everybody in the case: nothing of them is spent or moved until it is cleared. What they earn and get back still comes. */
export const holdCase = (asking: Asking, key: WriteKey, id: string, reason: string): Promise<Once<CaseOutcome>> =>
  step(asking, key, id, reason, 'HELD', async (tx) => {
    await freezeFor(tx, id, key);
    await rows(tx, 'update look_through_case set held_by = coalesce(held_by, ?) where id = ?', [asking.viewer.sub, id]);
    return null;
  });

/** Hands the case to an authority; it stays open, and held where it was. */
export const escalateCase = (asking: Asking, key: WriteKey, id: string, to: string, reason: string): Promise<Once<CaseOutcome>> => {
  if (to.trim() === '' || to.length > 100) throw badInput('`to` is 1 to 100 characters', { argument: 'to' });
  const work = async (tx: EntityManager): Promise<null> => {
    await rows(tx, `update look_through_case set state = 'ESCALATED', escalated_to = ? where id = ?`, [to, id]);
    return null;
  };
  return step(asking, key, id, reason, 'ESCALATED', work, { to });
};

/** Writes down what an authority did beside a fine; each as often as it did. */
export const recordMeasure = (
  asking: Asking,
  key: WriteKey,
  id: string,
  measure: CaseMeasureName,
  reason: string,
): Promise<Once<CaseOutcome>> => step(asking, key, id, reason, measure, () => Promise.resolve(null));

/** Ends the case and gives its members free. As with suspensions, the end of a hold takes another person than its beginning. */
export const clearCase = (asking: Asking, key: WriteKey, id: string, reason: string): Promise<Once<CaseOutcome>> =>
  step(asking, key, id, reason, 'CLEARED', async (tx, { heldBy }) => {
    if (heldBy === asking.viewer.sub) return { kind: 'refused', code: 'SELF_APPROVAL' };
    await giveFree(tx, id);
    await rows(tx, `update look_through_case set state = 'CLEARED', held_by = null, cleared_at = clock() where id = ?`, [id]);
    return null;
  });

function step(
  { em, viewer }: Asking,
  key: WriteKey,
  id: string,
  reason: string,
  name: CaseStepName,
  take: (tx: EntityManager, before: StoredCase) => Promise<CaseOutcome | null>,
  more: object = {},
): Promise<Once<CaseOutcome>> {
  mustSayWhy(reason);
  return once<CaseOutcome>(em, key, { case: id, reason, name, ...more }, async (tx) => {
    const before = await lockCase(tx, id);
    if (before.state === 'CLEARED') return { kind: 'refused', code: 'CASE_CLEARED' };
    const refused = await take(tx, before);
    if (refused) return refused;
    await addStep(tx, id, name, viewer.sub, reason);
    const was: { state: CaseStateName; held: boolean } = { state: before.state, held: before.heldBy !== null };
    await auditChange(tx, key, { before: { case: id, ...was }, after: { case: id, step: name, reason, ...more } });
    return { kind: 'done', case: id };
  });
}

function mustSayWhy(reason: string): void {
  if (reason.trim() === '' || reason.length > 500) throw badInput('`reason` is 1 to 500 characters', { argument: 'reason' });
}
