import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../../kernel/sql.js';
import type { GroupFigures } from './group-floor.js';

export interface GreenRow extends GroupFigures {
  readonly programme: string;
  readonly labelled: boolean;
}

/**
 * Green points of a month of Asia/Shanghai, programme by programme, counted when they were booked, so that a month that is over never
 * changes: all of a programme that ended the month with the label, and of the others what rules for certified green purchases gave. The label of
 * now is not asked: read both ways, one month would tell of those who are in the one figure and not in the other. `issuer` null: of all.
 */
export async function greenRows(em: EntityManager, period: string, issuer: string | null): Promise<GreenRow[]> {
  const found = await rows<{ programme: string; labelled: boolean; members: string; purchases: string; points: string; spent: string }>(
    em,
    `with month as (select (? || '-01')::timestamp at time zone 'Asia/Shanghai' as first, ((? || '-01')::timestamp + interval '1 month') at time zone 'Asia/Shanghai' as after),
       given as (
         select a.programme, a.member_uid, g.label is not null as labelled, a.lines,
           case when g.label is not null then a.points else coalesce((select sum((r ->> 'points')::bigint) from jsonb_array_elements(a.rules) r
             join accrual_rule rule on rule.id = (r ->> 'rule')::uuid and rule.certificate = 'GREEN'), 0) end as points
         from month join entry e on e.at >= month.first and e.at < month.after and e.kind = 'ACCRUAL'
           join accrual a on a.id = case when e.kind = 'ACCRUAL' then e.cause_id::uuid end
           join programme p on p.id = a.programme and (?::text is null or p.issuer = ?)
           left join programme_label g on g.programme = a.programme and g.label = 'GREEN' and g.since < month.after and (g.until is null or g.until >= month.after))
     select programme, labelled, count(distinct member_uid) as members, count(*) as purchases, sum(points) as points,
       sum((select coalesce(sum((l ->> 'fen')::bigint), 0) from jsonb_array_elements(lines) l)) as spent
     from given where points > 0 group by programme, labelled order by programme`,
    [period, period, issuer, issuer],
  );
  return found.map((row) => ({
    programme: row.programme,
    labelled: row.labelled,
    members: Number(row.members),
    purchases: Number(row.purchases),
    points: BigInt(row.points),
    spentFen: BigInt(row.spent),
  }));
}
