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

    // As \`allocatePrice\` does: the points' part by relative stand-alone prices, rounded to the larger remainder; goods first where both are alike.
    this.addSql(`create function points_part(p_price numeric, p_points numeric, p_value_fen numeric, p_value_points numeric, p_rate numeric)
      returns bigint immutable language sql as $$
        select case when goods + points = 0 then 0 else (div(p_price * points, goods + points)
          + case when 2 * mod(p_price * points, goods + points) > goods + points then 1 else 0 end)::bigint end
        from (select p_price * p_value_points * 10000 as goods, p_points * p_value_fen * p_rate as points) weight
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
            select e.member_uid, x.lot, l.accrual, l.earned_at, l.expires_at, e.kind, x.points, e.at, e.cause_kind
              from entry e cross join lateral unnest(e.lots, e.lot_points) x (lot, points)
              join lot l on l.member_uid = e.member_uid and l.id = x.lot where e.programme = p_programme
            union all
            select l.member_uid, l.id, l.accrual, l.earned_at, l.expires_at, 'EXPIRY', -(l.remaining - l.held), greatest(l.expires_at, l.earned_at), 'UNBOOKED'
              from lot_now l where l.programme = p_programme and l.open and l.expires_at <= clock() and l.remaining > l.held) p) dated
        left join came on came.to_uid = dated.member_uid and came.to_lot = dated.lot
      $$`);

    // Of accruals that somebody paid for: what was allocated to their points, and what of it went back with returned goods by then.
    this
      .addSql(`create function accrual_revenue(p_programme text, p_at timestamptz) returns table (accrual uuid, sold_fen bigint, back_fen bigint)
      stable language sql as $$
        select a.id, sale.fen + coalesce(packs.sold, 0), div(sale.fen::numeric * back.points, a.points)::bigint + coalesce(packs.back, 0)
        from accrual a join programme g on g.id = a.programme
        cross join lateral (select e.at from entry e where e.member_uid = a.member_uid and e.kind = 'ACCRUAL' and e.cause_id = a.id::text limit 1) posted
        cross join lateral (select coalesce((select r.value_fen from programme_rate r where r.programme = g.id and r.valid_from <= posted.at order by r.valid_from desc, r.id desc limit 1), g.value_fen) as fen,
          coalesce((select r.value_points from programme_rate r where r.programme = g.id and r.valid_from <= posted.at order by r.valid_from desc, r.id desc limit 1), g.value_points) as points) value
        cross join lateral (select coalesce((select s.basis_points from redemption_estimate s where s.programme = g.id and s.valid_from <= posted.at order by s.valid_from desc, s.id desc limit 1), 10000) as rate) estimate
        cross join lateral (select case when a.partner <> g.issuer then a.owed_fen
          else points_part((select sum((line ->> 'cashFen')::numeric) from jsonb_array_elements(a.lines) line), a.points, value.fen, value.points, estimate.rate) end as fen) sale
        cross join lateral (select case when max(r.cash_total_fen) > 0 then div(a.points::numeric * least(sum(r.cash_fen), max(r.cash_total_fen)), max(r.cash_total_fen))
            when count(*) > 0 then a.clawed else 0 end as points
          from point_return r where a.redemption is not null and r.redemption = a.redemption and r.member_uid = a.member_uid and r.at <= p_at) back
        left join lateral (
          select sum(d.fen) filter (where d.points > 0) as sold, -sum(d.fen) filter (where d.points < 0 and d.at <= p_at) as back from (
            select x.accrual, x.points, x.at, div(p.price_fen::numeric * sum(x.points) over drawn, p.points)::bigint
                - div(p.price_fen::numeric * (sum(x.points) over drawn - x.points), p.points)::bigint as fen
              from pack_draw x join pack p on p.id = x.pack
              where x.pack in (select pack from pack_draw y where y.accrual = a.id) window drawn as (partition by x.pack order by x.id)) d
          where d.accrual = a.id) packs on a.partner <> g.issuer
        where a.programme = p_programme and posted.at <= p_at
      $$`);

    // A programme at an instant, by the month in which points were earned and that in which they expire; \`sold\` tells points that somebody paid for from the others.
    this.addSql(`create function liability_at(p_programme text, p_at timestamptz) returns table (
        cohort text, sold boolean, expires text, issued bigint, redeemed bigint, returned bigint, expired bigint, clawed bigint, adjusted bigint,
        sold_fen bigint, back_fen bigint)
      stable language sql as $$
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
        left join accrual_revenue(p_programme, p_at) r on r.accrual = l.accrual and r.sold_fen > 0
        group by 1, 2, 3 order by 1, 2, 3
      $$`);
  }
}
