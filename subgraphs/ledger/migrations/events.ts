import { Migration } from '@mikro-orm/migrations';

/** Rules that give points for events, with a cap per member and month. */
export class Ledger20261122Events extends Migration {
  override up(): void {
    this.addSql(`alter table accrual_rule drop constraint accrual_rule_kind_check`);
    this.addSql(`alter table accrual_rule add column event_points bigint check (event_points > 0),
      add column monthly_cap_points bigint check (monthly_cap_points > 0),
      add check (kind in ('BASE', 'BONUS', 'EVENT')), add check (kind = 'EVENT' or (event_points is null and monthly_cap_points is null))`);
    this.addSql(`create index accrual_member on accrual (member_uid, programme, at)`);
    this.addSql(`create index accrual_partner on accrual (partner, at)`);
  }
}
