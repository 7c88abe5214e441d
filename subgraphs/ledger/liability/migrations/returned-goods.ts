import { Migration } from '@mikro-orm/migrations';

/** What went back of an accrual's revenue goes by the points that returns took back, not by their share of the cash. */
export class LedgerLiability20261130ReturnedGoods extends Migration {
  override up(): void {
    this
      .addSql(`create or replace function accrual_revenue(p_programme text, p_at timestamptz) returns table (accrual uuid, sold_fen bigint, back_fen bigint)
      stable language sql as $$
        select id, fen + coalesce(packs_sold, 0), div(fen::numeric * coalesce(back_points, 0), points)::bigint + coalesce(packs_back, 0)
        from (
          select id, points, back_points, packs_sold, packs_back,
            case when own then points_part(cash, points, value_fen, value_points, rate) else owed_fen end as fen
          from (
            select a.id, a.points, a.owed_fen, a.partner = g.issuer as own, packs.sold as packs_sold, packs.back as packs_back,
              due.points - coalesce(kept.points, 0) as back_points,
              (select sum((line ->> 'cashFen')::numeric) from jsonb_array_elements(a.lines) line) as cash,
              coalesce(v.value_fen, g.value_fen) as value_fen, coalesce(v.value_points, g.value_points) as value_points, coalesce(s.basis_points, 10000) as rate
            from accrual a join programme g on g.id = a.programme
            join entry e on e.member_uid = a.member_uid and e.kind = 'ACCRUAL' and e.cause_id = a.id::text and e.at <= p_at
            left join (select value_fen, value_points, valid_from as since, lead(valid_from) over (order by valid_from, id) as until
              from programme_rate where programme = p_programme) v on v.since <= e.at and (v.until is null or e.at < v.until)
            left join (select basis_points, valid_from as since, lead(valid_from) over (order by valid_from, id) as until
              from redemption_estimate where programme = p_programme) s on s.since <= e.at and (s.until is null or e.at < s.until)
            left join (select member_uid, accrual, sum(points) as points from clawed_points where at <= p_at group by 1, 2) due
              on due.accrual = a.id and due.member_uid = a.member_uid
            left join (select member_uid, accrual, sum(points) as points from kept_points where at <= p_at group by 1, 2) kept
              on kept.accrual = a.id and kept.member_uid = a.member_uid
            left join (
              select accrual, sum(fen) filter (where points > 0) as sold, -sum(fen) filter (where points < 0 and at <= p_at) as back from (
                select x.accrual, x.points, x.at, div(p.price_fen::numeric * sum(x.points) over drawn, p.points)::bigint
                    - div(p.price_fen::numeric * (sum(x.points) over drawn - x.points), p.points)::bigint as fen
                  from pack_draw x join pack p on p.id = x.pack where p.programme = p_programme window drawn as (partition by x.pack order by x.id)) d
              group by accrual) packs on packs.accrual = a.id
            where a.programme = p_programme offset 0) fact offset 0) sale
      $$`);
  }
}
