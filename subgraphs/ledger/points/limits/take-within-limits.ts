import type { Pool, PoolClient } from 'pg';
import type { Leg } from '../take-request.js';
import { burnRoom } from './burn-room.js';
import type { LimitsByProgramme } from './read-limits.js';
import { type SpentRow, spentOf, spentSql } from './spent.js';

/** A leg that takes more than its programme's limits leave, and by how much. */
export interface OverLimit {
  readonly programme: string;
  readonly missing: bigint;
}

type Asked = readonly [{ readonly name: string; readonly text: string }, readonly unknown[]];

const attempts = 5;
const mayRunAgain = ({ code = '' }: { readonly code?: string }): boolean => ['40001', '40P01', '23505'].includes(code);

/**
 * Takes points of programmes with limits: under the member's lock, in the transaction of the take itself, so that no two at once pass a
 * limit together. `refuse` writes the refusal down and answers nothing where the key is an earlier one; then `take` answers that.
 */
export async function takeWithinLimits(
  pool: Pool,
  memberUid: string,
  legs: readonly Leg[],
  limits: LimitsByProgramme,
  { take, refuse }: { readonly take: () => Asked; readonly refuse: (over: OverLimit) => Asked },
): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    const client = await pool.connect();
    try {
      await client.query('begin');
      await client.query('select from account where member_uid = $1 for update', [memberUid]);
      const over = await firstOver(client, memberUid, legs, limits);
      const refused = over ? await textOf(client, refuse(over)) : '';
      const text = refused === '' ? await textOf(client, take()) : refused;
      await client.query('commit');
      return text;
    } catch (error) {
      await client.query('rollback');
      if (attempt === attempts || !mayRunAgain(error as { code?: string })) throw error;
    } finally {
      client.release();
    }
  }
}

async function firstOver(
  client: PoolClient,
  memberUid: string,
  legs: readonly Leg[],
  limits: LimitsByProgramme,
): Promise<OverLimit | null> {
  for (const { programme, points } of legs) {
    const bounds = limits.get(programme);
    if (!bounds) continue;
    const { rows } = await client.query<SpentRow>(spentSql, [memberUid, programme, bounds.zone]);
    const room = burnRoom(bounds, spentOf(rows[0] as SpentRow));
    if (room !== null && points > room) return { programme, missing: points - room };
  }
  return null;
}

async function textOf(client: PoolClient, [{ name, text }, values]: Asked): Promise<string> {
  const { rows } = await client.query<[string]>({ name, text, values: values as unknown[], rowMode: 'array' });
  return (rows[0] as [string])[0];
}
