import { Migration } from '@mikro-orm/migrations';

/** Whether months are closed by themselves. One row at the most; without it they are not. */
export class LedgerClosing20261122 extends Migration {
  override up(): void {
    this.addSql(`create table closing_policy (
      one boolean primary key default true check (one), automatic boolean not null, days_after integer not null check (days_after between 0 and 60))`);
  }
}
