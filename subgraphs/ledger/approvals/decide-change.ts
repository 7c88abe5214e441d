import type { EntityManager } from '@mikro-orm/postgresql';
import { validate as isUuid } from 'uuid';
import type { Viewer } from '../../../schema/viewer.js';
import { actingFor, mustBeOperator, mustHold } from '../../kernel/acting-for.js';
import { now } from '../../kernel/clock.js';
import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { decode } from '../../kernel/json.js';
import { rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import { ProposedChange, type ChangeState } from './change.entity.js';
import type { Made } from './kind.js';
import { makers } from './makers.js';

export type DecideOutcome =
  | { readonly kind: 'decided'; readonly change: string }
  | { readonly kind: 'refused'; readonly code: 'SELF_APPROVAL' }
  | { readonly kind: 'refused'; readonly code: 'ALREADY_DECIDED'; readonly state: ChangeState; readonly decidedAt: Date }
  | Extract<Made, { kind: 'refused' }>;

/** A second person agrees, and the change is made at once. Nobody agrees to what they proposed; what is decided stays decided. */
export function approve({ em, viewer }: Pick<Context, 'em' | 'viewer'>, key: WriteKey, id: string): Promise<Once<DecideOutcome>> {
  return once<DecideOutcome>(em, key, { id }, async (tx) => {
    const change = await locked(tx, viewer, id);
    mayApprove(viewer, change);
    const refused = decidedBefore(change);
    if (refused) return refused;
    if (change.proposedBy === viewer.sub) return { kind: 'refused', code: 'SELF_APPROVAL' };
    const { kind, partnerId: partner, reason, proposedBy } = change;
    const agreed = { id, partner, reason, proposedBy, decidedBy: viewer.sub, key, now: await now(tx), body: decode<never>(change.body) };
    const made = await makers[kind](tx, agreed);
    if (made.kind === 'refused') return made;
    await settle(tx, key, viewer, change, 'APPROVED', made);
    return { kind: 'decided', change: id };
  });
}

/** The change is not made. Who could approve it may reject it, and who proposed it may take it back. */
export function reject({ em, viewer }: Pick<Context, 'em' | 'viewer'>, key: WriteKey, id: string): Promise<Once<DecideOutcome>> {
  return once<DecideOutcome>(em, key, { id }, async (tx) => {
    const change = await locked(tx, viewer, id);
    if (change.proposedBy !== viewer.sub) mayApprove(viewer, change);
    const refused = decidedBefore(change);
    if (refused) return refused;
    await settle(tx, key, viewer, change, 'REJECTED', { before: null, after: null });
    return { kind: 'decided', change: id };
  });
}

/** Another partner's change, and one that is about the viewer's own rights, is as unknown as one that never was. */
async function locked(tx: EntityManager, { partner }: Viewer, id: string): Promise<ProposedChange> {
  const found = isUuid(id) ? await rows(tx, 'select 1 from approval where id = ? for update', [id]) : [];
  const change = found.length > 0 ? await tx.findOne(ProposedChange, { id }, { disableIdentityMap: true }) : null;
  if (!change || (partner !== undefined && (change.operatorOnly || change.partnerId !== partner)))
    throw badInput('There is no such change', { argument: 'id' });
  return change;
}

function mayApprove(viewer: Viewer, { operatorOnly, partnerId }: ProposedChange): void {
  // Rejecting is open with other scopes as well, so that who proposed may take it back.
  mustHold(viewer, 'ledger.approve:own');
  if (operatorOnly || partnerId === null) mustBeOperator(viewer);
  actingFor(viewer, 'ledger.approve', partnerId ?? 'operator');
}

const decidedBefore = ({ state, decidedAt }: ProposedChange): Extract<DecideOutcome, { code: 'ALREADY_DECIDED' }> | null =>
  state === 'PROPOSED' ? null : { kind: 'refused', code: 'ALREADY_DECIDED', state, decidedAt: decidedAt as Date };

async function settle(
  tx: EntityManager,
  key: WriteKey,
  viewer: Viewer,
  { id, kind, partnerId }: ProposedChange,
  state: ChangeState,
  { before, after }: { readonly before: object | null; readonly after: object | null },
): Promise<void> {
  await rows(tx, 'update approval set state = ?, decided_by = ?, decided_at = clock() where id = ?', [state, viewer.sub, id]);
  const about = { change: id, kind };
  await auditChange(tx, key, {
    partner: partnerId,
    before: { ...about, state: 'PROPOSED', ...before },
    after: { ...about, state, ...after },
  });
}
