import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../../kernel/sql.js';
import { type GivenBefore, type History, noHistory } from './caps.js';
import { periodOf } from './periods.js';
import type { Rule } from './rules.js';

export interface OfMember {
  readonly memberUid: string;
  readonly programme: { readonly id: string; readonly zone: string };
}

/**
 * What the caps of these rules ask of a member's past, in the periods of `at`. An accrual asks under the member's lock, so that two at
 * once do not both take the last points. Points that were taken back since still count: a cap is on what was given.
 */
export async function readHistory(
  tx: EntityManager,
  { memberUid, programme }: OfMember,
  rules: readonly Rule[],
  at: Date,
): Promise<History> {
  const periodic = rules.some((rule) => rule.dailyCapPoints !== null || rule.monthlyCapPoints !== null || rule.yearlyCapPoints !== null);
  const bounded = rules.some(({ balanceCapPoints }) => balanceCapPoints !== null);
  return {
    given: periodic ? await givenIn(tx, { memberUid, programme }, rules, at) : noHistory.given,
    balance: bounded ? await balanceOf(tx, memberUid, programme.id) : 0n,
  };
}

async function givenIn(
  tx: EntityManager,
  { memberUid, programme }: OfMember,
  rules: readonly Rule[],
  at: Date,
): Promise<ReadonlyMap<string, GivenBefore>> {
  const [day, month, year] = (['day', 'month', 'year'] as const).map((unit) => periodOf(at, programme.zone, unit));
  const widest = rules.some(({ yearlyCapPoints }) => yearlyCapPoints !== null) ? year : month;
  const found = await rows<{ name: string } & Record<keyof GivenBefore, string>>(
    tx,
    `select r.name, coalesce(sum(s.points) filter (where a.at >= ? and a.at < ?), 0)::bigint as day,
       coalesce(sum(s.points) filter (where a.at >= ? and a.at < ?), 0)::bigint as month, sum(s.points)::bigint as year
     from accrual a cross join lateral (
         select (share ->> 'rule')::uuid as rule, (share ->> 'points')::bigint as points from jsonb_array_elements(a.rules) share) s
       join accrual_rule r on r.id = s.rule
     where a.member_uid = ? and a.programme = ? and a.at >= ? and a.at < ? group by r.name`,
    [
      ...[day, month].flatMap((period) => [period?.from.toISOString(), period?.until.toISOString()]),
      memberUid,
      programme.id,
      widest?.from.toISOString(),
      widest?.until.toISOString(),
    ],
  );
  return new Map(
    found.map(({ name, day: ofDay, month: ofMonth, year: ofYear }) => [
      name,
      { day: BigInt(ofDay), month: BigInt(ofMonth), year: BigInt(ofYear) },
    ]),
  );
}

/** Points in the wallet at this instant, held and pending ones among them. */
async function balanceOf(tx: EntityManager, memberUid: string, programme: string): Promise<bigint> {
  const [found] = await rows<{ points: string }>(
    tx,
    `select coalesce(sum(free + held), 0)::bigint as points from lot_now where member_uid = ? and programme = ? and open`,
    [memberUid, programme],
  );
  return BigInt(found?.points ?? 0);
}
