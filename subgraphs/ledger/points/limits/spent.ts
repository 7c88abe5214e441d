import type { Spent } from './burn-room.js';

/**
 * What a member spent of a programme in the periods of now, what is set aside by holds among it, and what is there. Parameters: member,
 * programme, zone. Returns make room in the period in which they come.
 */
export const spentSql = `
  with start as (
    select clock() as now, date_trunc('day', clock() at time zone $3) at time zone $3 as day,
      date_trunc('month', clock() at time zone $3) at time zone $3 as month, date_trunc('year', clock() at time zone $3) at time zone $3 as year),
  held as (
    select coalesce(sum(l.points), 0) as points from hold h cross join lateral unnest(h.programmes, h.points) l (programme, points), start
    where h.member_uid = $1 and h.open and (h.expires_at is null or h.expires_at > start.now) and l.programme = $2),
  burned as (
    select coalesce(-sum(e.points) filter (where e.at >= start.day), 0) as day, coalesce(-sum(e.points) filter (where e.at >= start.month), 0) as month,
      coalesce(-sum(e.points), 0) as year
    from entry e, start where e.member_uid = $1 and e.programme = $2 and e.kind in ('BURN', 'RETURN') and e.at >= start.year),
  there as (
    select coalesce(sum(l.free), 0) as points from lot_now l, start
    where l.member_uid = $1 and l.programme = $2 and l.open and l.usable_from <= start.now)
  select (burned.day + held.points)::text as day, (burned.month + held.points)::text as month, (burned.year + held.points)::text as year,
    there.points::text as available from burned, held, there`;

export type SpentRow = Readonly<Record<keyof Spent, string>>;

export const spentOf = ({ day, month, year, available }: SpentRow): Spent => ({
  day: BigInt(day),
  month: BigInt(month),
  year: BigInt(year),
  available: BigInt(available),
});
