import { Migration } from '@mikro-orm/migrations';

/** When a lot came back to life: what was spent out of it since then lengthens it no more. */
export class LedgerPoints20261130LotRevival extends Migration {
  override up(): void {
    this.addSql('alter table lot add column revived_at timestamptz');
    this.addSql('update lot set revived_at = clock() where extended');
    this.addSql('alter table lot drop column extended');
  }
}
