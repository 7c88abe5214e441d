import { Migration } from '@mikro-orm/migrations';

/** What is expected to be redeemed, dated and signed by two people; and the points of a programme as they stood at an instant, with the revenue that sales allocated to them. */
export class LedgerLiability20261123 extends Migration {
  override up(): void {
    this.addSql(`create table redemption_estimate (
      id uuid primary key, programme text not null references programme, basis_points integer not null check (basis_points between 0 and 10000),
      valid_from timestamptz not null, reason text not null, proposed_by text not null, approved_by text not null, set_at timestamptz not null,
      check (valid_from >= set_at), check (approved_by <> proposed_by))`);
    this.addSql(`create index redemption_estimate_dated on redemption_estimate (programme, valid_from desc, id desc)`);
    this.addSql(`create trigger append_only before update or delete on redemption_estimate for each row execute function refuse_change()`);
    this.addSql(`create trigger never_emptied before truncate on redemption_estimate for each statement execute function refuse_change()`);

    // As \`allocatePrice\` does: the points' part by relative stand-alone prices, rounded to the larger remainder, halves to the goods. In one
    // expression, so that it becomes part of the query.
    this.addSql(`create function points_part(p_price numeric, p_points numeric, p_value_fen numeric, p_value_points numeric, p_rate numeric)
      returns bigint immutable language sql as $$
        select coalesce(div(2 * p_price * p_points * p_value_fen * p_rate + p_price * p_value_points * 10000 + p_points * p_value_fen * p_rate - 1,
          nullif(2 * (p_price * p_value_points * 10000 + p_points * p_value_fen * p_rate), 0)), 0)::bigint
      $$`);

    // Every posting on a lot with the instant at which it counts. A lot ends when it ends, whenever that was booked, and also if it is not yet booked.
    // A lot that came by a transfer still belongs to the purchase that it was earned with.
    this.addSql(`create function lot_postings(p_programme text) returns table (
        member_uid uuid, lot uuid, accrual uuid, earned_at timestamptz, expires_at timestamptz, issued_at timestamptz, kind text, points bigint,
        at timestamptz)
      stable language sql as $$
        with recursive sent as (
          select p.to_uid, p.to_lot, p.from_uid, p.from_lot from transfer_part p join transfer t on t.id = p.transfer where t.programme = p_programme
          union all
          select s.to_uid, s.to_lot, p.from_uid, p.from_lot from sent s join transfer_part p on p.to_uid = s.from_uid and p.to_lot = s.from_lot
        ), came as (
          select s.to_uid, s.to_lot, l.accrual from sent s join lot l on l.member_uid = s.from_uid and l.id = s.from_lot where l.accrual is not null
        )
        select member_uid, dated.lot, coalesce(dated.accrual, came.accrual), earned_at, expires_at, issued_at, kind, points,
          case when kind = 'EXPIRY' and cause_kind = 'EXPIRY' then least(at, greatest(expires_at, issued_at)) else at end
        from (
          select p.*, min(p.at) filter (where p.cause_kind <> 'UNBOOKED') over (partition by p.member_uid, p.lot) as issued_at from (
            select x.member_uid, x.lot, l.accrual, l.earned_at, l.expires_at, x.kind, x.points, x.at, x.cause_kind
              from (select member_uid, kind, at, cause_kind, unnest(lots) as lot, unnest(lot_points) as points from entry where programme = p_programme) x
              join lot l on l.member_uid = x.member_uid and l.id = x.lot
            union all
            select l.member_uid, l.id, l.accrual, l.earned_at, l.expires_at, 'EXPIRY', -(l.remaining - l.held), greatest(l.expires_at, l.earned_at), 'UNBOOKED'
              from lot_now l where l.programme = p_programme and l.open and l.expires_at <= clock() and l.remaining > l.held) p) dated
        left join came on came.to_uid = dated.member_uid and came.to_lot = dated.lot
      $$`);

    // Of accruals that somebody paid for: what was allocated to their points, and what of it went back with returned goods by then.
    this
      .addSql(`create function accrual_revenue(p_programme text, p_at timestamptz) returns table (accrual uuid, sold_fen bigint, back_fen bigint)
      stable language sql as $$
        select id, fen + coalesce(packs_sold, 0), div(fen::numeric * coalesce(back_points, 0), points)::bigint + coalesce(packs_back, 0)
        from (
          select id, points, back_points, packs_sold, packs_back,
            case when own then points_part(cash, points, value_fen, value_points, rate) else owed_fen end as fen
          from (
            select a.id, a.points, a.owed_fen, a.partner = g.issuer as own, packs.sold as packs_sold, packs.back as packs_back,
              case when back.total > 0 then div(a.points::numeric * least(back.done, back.total), back.total) when back.total = 0 then a.clawed end as back_points,
              (select sum((line ->> 'cashFen')::numeric) from jsonb_array_elements(a.lines) line) as cash,
              coalesce(v.value_fen, g.value_fen) as value_fen, coalesce(v.value_points, g.value_points) as value_points, coalesce(s.basis_points, 10000) as rate
            from accrual a join programme g on g.id = a.programme
            join entry e on e.member_uid = a.member_uid and e.kind = 'ACCRUAL' and e.cause_id = a.id::text and e.at <= p_at
            left join (select value_fen, value_points, valid_from as since, lead(valid_from) over (order by valid_from, id) as until
              from programme_rate where programme = p_programme) v on v.since <= e.at and (v.until is null or e.at < v.until)
            left join (select basis_points, valid_from as since, lead(valid_from) over (order by valid_from, id) as until
              from redemption_estimate where programme = p_programme) s on s.since <= e.at and (s.until is null or e.at < s.until)
            left join (select redemption, member_uid, sum(cash_fen) as done, max(cash_total_fen) as total from point_return where at <= p_at group by 1, 2) back
              on back.redemption = a.redemption and back.member_uid = a.member_uid
            left join (
              select accrual, sum(fen) filter (where points > 0) as sold, -sum(fen) filter (where points < 0 and at <= p_at) as back from (
                select x.accrual, x.points, x.at, div(p.price_fen::numeric * sum(x.points) over drawn, p.points)::bigint
                    - div(p.price_fen::numeric * (sum(x.points) over drawn - x.points), p.points)::bigint as fen
                  from pack_draw x join pack p on p.id = x.pack where p.programme = p_programme window drawn as (partition by x.pack order by x.id)) d
              group by accrual) packs on packs.accrual = a.id
            where a.programme = p_programme offset 0) fact offset 0) sale
      $$`);

    // A programme at an instant, by the month in which points were earned and that in which they expire; \`sold\` tells points that somebody paid for from the others.
    this.addSql(`create function liability_at(p_programme text, p_at timestamptz) returns table (
        cohort text, sold boolean, expires text, issued bigint, redeemed bigint, returned bigint, expired bigint, clawed bigint, adjusted bigint,
        sold_fen bigint, back_fen bigint)
      stable language sql as $$
        with revenue as materialized (select * from accrual_revenue(p_programme, p_at))
        select to_char(l.earned_at at time zone g.zone, 'YYYY-MM'), r.accrual is not null, to_char(l.expires_at at time zone g.zone, 'YYYY-MM'),
          sum(l.issued)::bigint, sum(l.redeemed)::bigint, sum(l.returned)::bigint, sum(l.expired)::bigint, sum(l.clawed)::bigint, sum(l.adjusted)::bigint,
          coalesce(sum(r.sold_fen) filter (where l.first), 0)::bigint, coalesce(sum(r.back_fen) filter (where l.first), 0)::bigint
        from (
          select lot, accrual, min(expires_at) as expires_at, min(earned_at) as earned_at,
            row_number() over (partition by accrual order by min(issued_at), lot) = 1 as first,
            coalesce(sum(points) filter (where kind = 'ACCRUAL'), 0) as issued, coalesce(-sum(points) filter (where kind = 'BURN'), 0) as redeemed,
            coalesce(sum(points) filter (where kind = 'RETURN'), 0) as returned, coalesce(-sum(points) filter (where kind = 'EXPIRY'), 0) as expired,
            coalesce(-sum(points) filter (where kind = 'CLAWBACK'), 0) as clawed,
            coalesce(sum(points) filter (where kind not in ('ACCRUAL', 'BURN', 'RETURN', 'EXPIRY', 'CLAWBACK')), 0) as adjusted
          from lot_postings(p_programme) where at <= p_at group by lot, accrual) l
        join programme g on g.id = p_programme
        left join revenue r on r.accrual = l.accrual and r.sold_fen > 0
        group by 1, 2, 3 order by 1, 2, 3
      $$`);
  }
}
