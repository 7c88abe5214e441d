import { Migration } from '@mikro-orm/migrations';

/** After how many months without a burn a programme calls points dormant, where it says so. */
export class LedgerInsight20261123Dormancy extends Migration {
  override up(): void {
    this.addSql(
      'create table dormancy_policy (programme text primary key references programme, months integer not null check (months between 1 and 120))',
    );
  }
}
