import { Migration } from '@mikro-orm/migrations';

/** Which goods came back, and which points earned on them came due with which return. */
export class LedgerPoints20261130ReturnedGoods extends Migration {
  override up(): void {
    this.addSql(`alter table point_return add column goods text not null default '[]'`);
    this.addSql(`create table clawed_points (
      member_uid uuid not null, return uuid not null, accrual uuid not null, points bigint not null check (points > 0),
      at timestamptz not null, primary key (member_uid, accrual, return))`);
    // Returns that named no goods counted by their cash; where all was paid in points, only the sum of them is known.
    this.addSql(`insert into clawed_points (member_uid, return, accrual, points, at)
      select member_uid, return, accrual, points, at from (
        select member_uid, return, accrual, (due - lag(due, 1, 0::numeric) over (partition by accrual order by returned_at, return))::bigint as points, at from (
          select a.member_uid, r.id as return, a.id as accrual, r.at as returned_at, greatest(r.at, e.at) as at,
            case when r.cash_total_fen > 0 then div(a.points::numeric * least(sum(r.cash_fen) over so_far, r.cash_total_fen), r.cash_total_fen)
              when lead(r.id) over so_far is null then a.clawed else 0 end as due
          from accrual a join point_return r on r.redemption = a.redemption and r.member_uid = a.member_uid
          join entry e on e.member_uid = a.member_uid and e.kind = 'ACCRUAL' and e.cause_id = a.id::text
          where a.clawed > 0 window so_far as (partition by a.id order by r.at, r.id)) dated) each
      where points > 0`);
    this.addSql(`create trigger append_only before update or delete on clawed_points for each row execute function refuse_change()`);
  }
}
