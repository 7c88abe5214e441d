import { Migration } from '@mikro-orm/migrations';

/** Ladders that go up with purchases; of how many days these count. */
export class Catalog20261124LadderPurchases extends Migration {
  override up(): void {
    this.addSql('alter table ladder drop constraint ladder_basis_check, add column window_days integer');
    this.addSql(
      `alter table ladder add check (basis in ('BALANCE', 'LIFETIME', 'PURCHASES')), add check ((basis = 'PURCHASES') = (window_days is not null))`,
    );
  }
}
