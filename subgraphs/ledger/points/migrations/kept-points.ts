import { Migration } from '@mikro-orm/migrations';

/**
 * Points that were earned on returned goods, are not there any more, and stay with their member because the refund paid for them; and
 * which programmes want it so.
 */
export class LedgerPoints20261124KeptPoints extends Migration {
  override up(): void {
    this.addSql(`alter table programme add column return_unrecovered text not null default 'ARREARS'
      check (return_unrecovered in ('ARREARS', 'CASH_REFUND'))`);
    this.addSql(`create table kept_points (
      member_uid uuid not null, return uuid not null, accrual uuid not null, points bigint not null check (points > 0),
      fen bigint not null check (fen >= 0), at timestamptz not null, primary key (member_uid, accrual, return))`);
    this.addSql(`create trigger append_only before update or delete on kept_points for each row execute function refuse_change()`);
  }
}
