import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../../kernel/sql.js';
import type { IdleBand } from './dormant.js';

/** The first instant of the month that it is, where the programme lives, and the whole months from an instant until then. */
const thisMonth = `date_trunc('month', clock() at time zone p.zone)`;
const monthsSince = (instant: string): string => `(extract(year from age(${thisMonth}, ${instant} at time zone p.zone)) * 12
  + extract(month from age(${thisMonth}, ${instant} at time zone p.zone)))::int`;
/** Idle since the points were last spent, or since the first ones came. */
const idleSince = `coalesce(max(e.at) filter (where e.kind = 'BURN'), min(e.at))`;

/** Who had points as this month began, by how long they had not spent any; the same all month long, so that two looks tell of nobody. */
export async function idleBands(em: EntityManager, programme: string): Promise<IdleBand[]> {
  const found = await rows<{ months: number; members: number; points: string }>(
    em,
    `select greatest(${monthsSince('held.since')}, 0) as months, count(*)::int as members, sum(held.points)::text as points
     from programme p cross join lateral (
       select sum(e.points) as points, ${idleSince} as since from entry e
       where e.programme = p.id and e.at < ${thisMonth} at time zone p.zone group by e.member_uid having sum(e.points) > 0) held
     where p.id = ? group by 1`,
    [programme],
  );
  return found.map((band) => Object.assign(band, { points: BigInt(band.points) }));
}

/** Points that a member has not spent any of for as long as their programme calls dormant. */
export interface Idle {
  readonly programme: string;
  /** The month that it is, `YYYY-MM` where the programme lives. */
  readonly period: string;
  readonly months: number;
  readonly points: bigint;
}

export async function idleOf(em: EntityManager, memberUid: string, byDefault: number): Promise<Idle[]> {
  const found = await rows<{ programme: string; period: string; months: number; points: string }>(
    em,
    `select p.id as programme, to_char(${thisMonth}, 'YYYY-MM') as period, ${monthsSince('held.since')} as months, held.points::text
     from (select e.programme, sum(e.points) as points, ${idleSince} as since from entry e where e.member_uid = ?
           group by e.programme having sum(e.points) > 0) held
       join programme p on p.id = held.programme left join dormancy_policy d on d.programme = p.id
     where ${monthsSince('held.since')} >= coalesce(d.months, ?) order by p.id`,
    [memberUid, byDefault],
  );
  return found.map((idle) => Object.assign(idle, { points: BigInt(idle.points) }));
}
