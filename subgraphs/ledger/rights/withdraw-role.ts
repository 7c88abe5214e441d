import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid } from 'uuid';
import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { change, rows } from '../../kernel/sql.js';
import type { Make } from '../approvals/kind.js';
import { propose, type Proposed } from '../approvals/propose.js';
import type { Context } from '../context.js';

/** Whom a scope is taken from: everyone of a partner, or one person by the subject of the token. */
export interface Role {
  readonly partner: string | null;
  readonly subject: string | null;
  readonly scope: string;
}

export interface WithdrawOutcome {
  readonly kind: 'withdrawn';
  readonly before: boolean;
}

/** Takes a scope away at once, although tokens that carry it are still valid. */
export function withdrawRole(
  { em, viewer }: Pick<Context, 'em' | 'viewer'>,
  key: WriteKey,
  request: Role & { readonly reason: string },
): Promise<Once<WithdrawOutcome>> {
  const { partner, subject, scope, reason } = request;
  mustBeSound(request);
  if (reason.trim() === '' || reason.length > 500) throw badInput('`reason` is 1 to 500 characters', { argument: 'reason' });
  return once<WithdrawOutcome>(em, key, request, async (tx) => {
    if (partner !== null && (await rows(tx, 'select 1 from partner where id = ?', [partner])).length === 0)
      throw badInput('There is no such partner', { argument: 'partner' });
    const added = await change(
      tx,
      `insert into withdrawn_role (id, partner, subject, scope, reason, withdrawn_by, withdrawn_at) values (?, ?, ?, ?, ?, ?, clock())
       on conflict do nothing`,
      [uuid(), partner, subject, scope, reason, viewer.sub],
    );
    if (added === 0) return { kind: 'withdrawn', before: true };
    const about = { ...request };
    await auditChange(tx, key, { partner, before: { ...about, withdrawn: false }, after: { ...about, withdrawn: true } });
    return { kind: 'withdrawn', before: false };
  });
}

export interface NotWithdrawnRefusal {
  readonly kind: 'refused';
  readonly code: 'NOT_WITHDRAWN';
}

/** Proposes that a scope is given back; that takes a second person. */
export function proposeRestoration(
  context: Pick<Context, 'em' | 'viewer'>,
  key: WriteKey,
  request: Role & { readonly reason: string },
): Promise<Once<Proposed | NotWithdrawnRefusal>> {
  mustBeSound(request);
  const { partner, subject, scope } = request;
  return propose<NotWithdrawnRefusal>(context, key, request, async (tx) => {
    if (!(await isWithdrawn(tx, request))) return { kind: 'refused', code: 'NOT_WITHDRAWN' };
    const body: Role = { partner, subject, scope };
    return { kind: 'ROLE_RESTORATION', partner, operatorOnly: true, body };
  });
}

export const restoreRole: Make<Role> = async (tx, { body, reason }) => {
  const withdrawn = await isWithdrawn(tx, body);
  await change(
    tx,
    `update withdrawn_role set ended_at = clock()
     where scope = ? and partner is not distinct from ? and subject is not distinct from ? and ended_at is null`,
    [body.scope, body.partner, body.subject],
  );
  return { kind: 'made', before: { ...body, withdrawn }, after: { ...body, withdrawn: false, reason } };
};

const isWithdrawn = async (tx: EntityManager, { partner, subject, scope }: Role): Promise<boolean> =>
  (
    await rows(
      tx,
      `select 1 from withdrawn_role where scope = ? and partner is not distinct from ? and subject is not distinct from ? and ended_at is null`,
      [scope, partner, subject],
    )
  ).length > 0;

function mustBeSound({ partner, subject, scope }: Role): void {
  if ((partner === null) === (subject === null)) throw badInput('Name a partner or a subject, one of them', { argument: 'subject' });
  if (subject !== null && (subject.length === 0 || subject.length > 200))
    throw badInput('`subject` is 1 to 200 characters', { argument: 'subject' });
  if (!/^[a-z]+(\.[a-z-]+)+(:(own|all))?$/.test(scope))
    throw badInput('`scope` is a scope such as ledger.accrue:own', { argument: 'scope' });
}
