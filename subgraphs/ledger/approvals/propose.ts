import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid } from 'uuid';
import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { encode } from '../../kernel/json.js';
import { rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import type { ChangeKind } from './change.entity.js';

export interface Proposal<Body extends object> {
  readonly kind: ChangeKind;
  readonly partner: string | null;
  /** Whether only the operator's staff decide on it. */
  readonly operatorOnly: boolean;
  readonly body: Body;
}

export interface Proposed {
  readonly kind: 'proposed';
  readonly change: string;
}

/** What somebody else than the proposer has to agree to. `prepare` looks, refuses, or says what exactly is proposed; nothing else changes yet. */
export function propose<R extends { readonly kind: 'refused' } = never>(
  { em, viewer }: Pick<Context, 'em' | 'viewer'>,
  key: WriteKey,
  input: { readonly reason: string },
  prepare: (tx: EntityManager) => Promise<Proposal<object> | R>,
): Promise<Once<Proposed | R>> {
  const reason = input.reason.trim();
  if (reason === '' || reason.length > 500) throw badInput('`reason` is 1 to 500 characters', { argument: 'reason' });
  return once<Proposed | R>(em, key, input, async (tx) => {
    const proposal = await prepare(tx);
    if (proposal.kind === 'refused') return proposal;
    const { kind, partner, operatorOnly, body } = proposal;
    const id = uuid();
    await rows(
      tx,
      `insert into approval (id, kind, partner, operator_only, reason, body, proposed_by, proposed_at) values (?, ?, ?, ?, ?, ?, ?, clock())`,
      [id, kind, partner, operatorOnly, reason, encode(body), viewer.sub],
    );
    await auditChange(tx, key, { partner, before: null, after: { change: id, kind, state: 'PROPOSED', reason, ...body } });
    return { kind: 'proposed', change: id };
  });
}
