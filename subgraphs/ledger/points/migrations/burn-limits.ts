import { Migration } from '@mikro-orm/migrations';

/** What one member may spend of a programme's points. */
export class LedgerPoints20261122BurnLimits extends Migration {
  override up(): void {
    this.addSql(`create table burn_limit (
      programme text primary key references programme, transaction_points bigint check (transaction_points > 0),
      daily_points bigint check (daily_points > 0), monthly_points bigint check (monthly_points > 0),
      yearly_points bigint check (yearly_points > 0), least_balance_points bigint check (least_balance_points > 0))`);
  }
}
