import { Migration } from '@mikro-orm/migrations';

/** Keys of the hot path by age, for the job that removes them; as small as that of the other keys, for every redemption writes it. */
export class LedgerPoints20261130AgeOfKeys extends Migration {
  override up(): void {
    this.addSql('create index write_key_created on write_key using brin (created_at) with (pages_per_range = 16, autosummarize = on)');
  }
}
