import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { rows } from '../../kernel/sql.js';
import type { Make } from '../approvals/kind.js';
import { propose, type Proposed } from '../approvals/propose.js';
import type { Context } from '../context.js';
import { operator } from '../partners/partner.entity.js';

export interface SuspendOutcome {
  readonly kind: 'suspended';
  readonly partner: string;
  readonly before: boolean;
}

interface Request {
  readonly partner: string;
  readonly reason: string;
}

/** Suspends a partner at once: it earns and redeems nothing, and its tokens are good for returns and statements alone. */
export function suspend({ em }: Pick<Context, 'em'>, key: WriteKey, { partner, reason }: Request): Promise<Once<SuspendOutcome>> {
  if (reason.trim() === '' || reason.length > 500) throw badInput('`reason` is 1 to 500 characters', { argument: 'reason' });
  if (partner === operator) throw badInput('The operator cannot be suspended', { argument: 'partner' });
  return once<SuspendOutcome>(em, key, { partner, reason }, async (tx) => {
    const [known] = await rows<{ suspended: boolean }>(tx, 'select suspended from partner where id = ? for no key update', [partner]);
    if (!known) throw badInput('There is no such partner', { argument: 'partner' });
    if (known.suspended) return { kind: 'suspended', partner, before: true };
    await rows(tx, 'update partner set suspended = true where id = ?', [partner]);
    await auditChange(tx, key, { partner, before: { suspended: false }, after: { suspended: true, reason } });
    return { kind: 'suspended', partner, before: false };
  });
}

export interface NotSuspendedRefusal {
  readonly kind: 'refused';
  readonly code: 'NOT_SUSPENDED';
}

/** Proposes that a suspension ends; that takes a second person, as its beginning does not. */
export const proposeReinstatement = (
  context: Pick<Context, 'em' | 'viewer'>,
  key: WriteKey,
  request: Request,
): Promise<Once<Proposed | NotSuspendedRefusal>> =>
  propose<NotSuspendedRefusal>(context, key, request, async (tx) => {
    const { partner } = request;
    const [known] = await rows<{ suspended: boolean }>(tx, 'select suspended from partner where id = ?', [partner]);
    if (!known) throw badInput('There is no such partner', { argument: 'partner' });
    if (!known.suspended) return { kind: 'refused', code: 'NOT_SUSPENDED' };
    return { kind: 'REINSTATEMENT', partner, operatorOnly: true, body: {} };
  });

export const reinstate: Make<object> = async (tx, { partner, reason }) => {
  const [known] = await rows<{ suspended: boolean }>(tx, 'select suspended from partner where id = ? for no key update', [partner]);
  await rows(tx, 'update partner set suspended = false where id = ?', [partner]);
  return { kind: 'made', before: { suspended: known?.suspended ?? false }, after: { suspended: false, reason } };
};
