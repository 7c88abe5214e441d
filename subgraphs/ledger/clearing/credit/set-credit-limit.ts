import type { EntityManager } from '@mikro-orm/postgresql';
import { badInput } from '../../../kernel/errors.js';
import type { Once, WriteKey } from '../../../kernel/idempotency.js';
import { rows } from '../../../kernel/sql.js';
import type { Make } from '../../approvals/kind.js';
import { propose, type Proposed } from '../../approvals/propose.js';
import type { Context } from '../../context.js';
import { operator } from '../netting.js';
import { alertByDefault } from './credit.js';
import { creditOf } from './credit-store.js';

export interface CreditLimitBody {
  readonly partner: string;
  /** Null: it may owe without a limit. */
  readonly limitFen: bigint | null;
  readonly alertFen: bigint | null;
}

/** Proposes how much a partner may owe; its own staff have no say in that. */
export function proposeCreditLimit(
  context: Pick<Context, 'em' | 'viewer'>,
  key: WriteKey,
  input: CreditLimitBody & { readonly reason: string },
): Promise<Once<Proposed>> {
  const { partner, limitFen, alertFen } = input;
  if (partner === operator) throw badInput('The operator clears for the others and has no limit', { argument: 'partner' });
  if (alertFen !== null && (limitFen === null || alertFen > limitFen))
    throw badInput('`alertFen` is no more than `limitFen`', { argument: 'alertFen' });
  const body: CreditLimitBody = { partner, limitFen, alertFen: limitFen === null ? null : (alertFen ?? alertByDefault(limitFen)) };
  return propose<never>(context, key, input, () => Promise.resolve({ kind: 'CREDIT_LIMIT', partner, operatorOnly: true, body }));
}

/**
 * Sets, changes or lifts a limit. A new one begins with all that is unsettled, counted while nothing is appended. Trap: whoever accrues
 * holds the limit and then waits for the clearing, so here too the limit comes first.
 */
export const setCreditLimit: Make<CreditLimitBody> = async (tx, { body: { partner, limitFen, alertFen } }) => {
  const known = await rows(tx, 'select from credit_limit where partner = ? for update', [partner]);
  const before = known.length > 0 ? await creditOf(tx, partner) : null;
  if (limitFen === null) await lift(tx, partner);
  else if (before)
    await rows(tx, 'update credit_limit set limit_fen = ?, alert_fen = ?, set_at = clock() where partner = ?', [
      limitFen,
      alertFen,
      partner,
    ]);
  else await begin(tx, partner, limitFen, alertFen);
  return {
    kind: 'made',
    before: { limitFen: before?.limitFen ?? null, alertFen: before?.alertFen ?? null },
    after: { partner, limitFen, alertFen },
  };
};

async function begin(tx: EntityManager, partner: string, limitFen: bigint, alertFen: bigint | null): Promise<void> {
  await rows(tx, `select pg_advisory_xact_lock(hashtext('tongdui clearing'))`);
  await rows(tx, 'delete from credit_movement where partner = ?', [partner]);
  await rows(tx, 'insert into clearing_watch (name) values (?) on conflict do nothing', [partner]);
  await rows(tx, 'insert into credit_limit (partner, limit_fen, alert_fen, set_at) values (?, ?, ?, clock())', [
    partner,
    limitFen,
    alertFen,
  ]);
  await rows(tx, `insert into credit_position (partner, used_fen, level) values (?, owed_unsettled(?), 'CLEAR')`, [partner, partner]);
}

async function lift(tx: EntityManager, partner: string): Promise<void> {
  for (const table of ['credit_limit', 'credit_position', 'credit_movement'])
    await rows(tx, `delete from ${table} where partner = ?`, [partner]);
  await rows(tx, 'delete from clearing_watch where name = ?', [partner]);
}
