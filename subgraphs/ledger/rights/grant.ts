import { v7 as uuid } from 'uuid';
import { without } from '../../../schema/standing.js';
import { covers, type Viewer } from '../../../schema/viewer.js';
import { now } from '../../kernel/clock.js';
import { badInput, DomainError } from '../../kernel/errors.js';
import type { Once, WriteKey } from '../../kernel/idempotency.js';
import { change, rows } from '../../kernel/sql.js';
import type { Make } from '../approvals/kind.js';
import { propose, type Proposed } from '../approvals/propose.js';
import type { Context } from '../context.js';
import { Partner } from '../partners/partner.entity.js';
import { withdrawnFrom } from './read-rights.js';
import { type Boundary, exceeding, type Granted, scopesOf, ungrantable } from './classes.js';

export interface GrantRequest {
  readonly partner: string;
  readonly classes: readonly string[];
  readonly boundary: Boundary;
  readonly until: Date | null;
  readonly reason: string;
}

export interface GrantBody {
  readonly grants: readonly Granted[];
  readonly until: Date | null;
}

/** Proposes scopes for a partner's system beyond its token. Nobody gives what they do not have. */
export function proposeGrant(context: Pick<Context, 'em' | 'viewer'>, key: WriteKey, request: GrantRequest): Promise<Once<Proposed>> {
  const { partner, until } = request;
  const grants = grantsOf(context.viewer, request);
  return propose<never>(context, key, request, async (tx) => {
    if (!(await tx.findOne(Partner, { id: partner }))) throw badInput('There is no such partner', { argument: 'partner' });
    if (until && until <= (await now(tx))) throw badInput('`until` is over already', { argument: 'until' });
    const body: GrantBody = { grants, until };
    return { kind: 'GRANT', partner, operatorOnly: true, body };
  });
}

function grantsOf({ scopes }: Viewer, { classes, boundary }: GrantRequest): Granted[] {
  if (classes.length === 0 || classes.length > 50) throw badInput('`classes` names 1 to 50 classes or scopes', { argument: 'classes' });
  const grants = scopesOf(classes, boundary);
  const beyond = exceeding(scopes, grants);
  if (beyond.length > 0)
    throw new DomainError('FORBIDDEN_OPERATION', `Nobody grants what they do not have: ${beyond.join(', ')}`, {
      needs: beyond,
      has: scopes,
    });
  const personal = ungrantable(grants);
  if (personal.length > 0) throw badInput(`No partner's system can have ${personal.join(', ')}`, { argument: 'classes' });
  return grants;
}

/** The grants begin when they are agreed to; a withdrawal of the same scope ends with that. One that ran out meanwhile grants nothing. */
export const makeGrant: Make<GrantBody> = async (tx, { partner, body: { grants, until }, proposedBy, now: at }) => {
  const before = await rows<{ scope: string; until: string | null }>(
    tx,
    `select scope, until from partner_grant where partner = ? and (until is null or until > clock()) order by scope`,
    [partner],
  );
  const lost = (await withdrawnFrom(tx, [proposedBy])).flatMap(({ scopes }) => scopes);
  const beyond = grants.map(({ scope }) => scope).filter((scope) => !covers(without([scope, scope.replace(/:own$/, ':all')], lost), scope));
  if (beyond.length > 0)
    throw new DomainError('FORBIDDEN_OPERATION', `Who proposed this has lost ${beyond.join(', ')} since`, { needs: beyond });
  if (until !== null && until <= at) throw badInput('The grant ran out before it was agreed to', { argument: 'id' });
  for (const { scope, class: fieldClass } of grants) {
    await rows(tx, `insert into partner_grant (id, partner, scope, class, valid_from, until, granted_by) values (?, ?, ?, ?, ?, ?, ?)`, [
      uuid(),
      partner,
      scope,
      fieldClass,
      at.toISOString(),
      until?.toISOString() ?? null,
      proposedBy,
    ]);
    await change(tx, 'update withdrawn_role set ended_at = clock() where partner = ? and scope = ? and ended_at is null', [partner, scope]);
  }
  return { kind: 'made', before: { partner, grants: before }, after: { partner, grants, until } };
};
