import { Migration } from '@mikro-orm/migrations';

/** Items whose threshold a good credit record lowers. */
export class Catalog20261122CreditThreshold extends Migration {
  override up(): void {
    this.addSql('alter table item_version add column credit_threshold boolean not null default false');
  }
}
