import { Migration } from '@mikro-orm/migrations';

/** That a member was forgotten: whoever kept an id of it can neither bring it points nor give any back to it. */
export class LedgerPoints20261123Forgotten extends Migration {
  override up(): void {
    this.addSql('alter table account add column forgotten boolean not null default false');
  }
}
