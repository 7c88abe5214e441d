import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../../kernel/sql.js';
import type { Once, WriteKey } from '../../kernel/idempotency.js';
import type { Context } from '../context.js';
import type { Make } from './kind.js';
import { propose, type Proposed } from './propose.js';

const name = 'adjustment_limit_points';
const byDefault = 100_000n;

export interface LimitBody {
  readonly points: bigint;
}

/** How many points one correction may move: a setting, 100,000 where nobody set it. */
export async function adjustmentLimit(em: EntityManager): Promise<bigint> {
  const [row] = await rows<{ value: string }>(em, 'select value from setting where name = ?', [name]);
  return row ? BigInt(row.value) : byDefault;
}

/** Proposes another limit; who could set it alone could correct anything alone. */
export const proposeAdjustmentLimit = (
  context: Pick<Context, 'em' | 'viewer'>,
  key: WriteKey,
  input: LimitBody & { readonly reason: string },
): Promise<Once<Proposed>> => {
  const body: LimitBody = { points: input.points };
  return propose<never>(context, key, input, () => Promise.resolve({ kind: 'ADJUSTMENT_LIMIT', partner: null, operatorOnly: true, body }));
};

export const setAdjustmentLimit: Make<LimitBody> = async (tx, { body: { points } }) => {
  const before = await adjustmentLimit(tx);
  await rows(tx, 'insert into setting (name, value) values (?, ?) on conflict (name) do update set value = excluded.value', [name, points]);
  return { kind: 'made', before: { points: before }, after: { points } };
};
