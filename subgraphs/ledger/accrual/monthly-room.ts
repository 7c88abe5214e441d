import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../../kernel/sql.js';
import { monthOf } from './caps.js';
import type { Rule } from './rules.js';

/**
 * Points that each capped rule may still give the member in the month of `at`. All versions of a rule share one cap. Asked under the
 * member's lock, so that two accruals at once do not both take the last points.
 */
export async function monthlyRoom(
  tx: EntityManager,
  memberUid: string,
  programme: { readonly id: string; readonly zone: string },
  rules: readonly Rule[],
  at: Date,
): Promise<ReadonlyMap<string, bigint>> {
  const limited = rules.filter(({ monthlyCapPoints }) => monthlyCapPoints !== null);
  if (limited.length === 0) return new Map();
  const { from, until } = monthOf(at, programme.zone);
  const given = await rows<{ name: string; points: string }>(
    tx,
    `select r.name, sum((share ->> 'points')::bigint) as points
     from accrual a cross join lateral jsonb_array_elements(a.rules) share join accrual_rule r on r.id = (share ->> 'rule')::uuid
     where a.member_uid = ? and a.programme = ? and a.at >= ? and a.at < ? group by r.name`,
    [memberUid, programme.id, from.toISOString(), until.toISOString()],
  );
  const used = new Map(given.map(({ name, points }) => [name, BigInt(points)]));
  return new Map(limited.map(({ id, name, monthlyCapPoints }) => [id, (monthlyCapPoints ?? 0n) - (used.get(name) ?? 0n)]));
}
