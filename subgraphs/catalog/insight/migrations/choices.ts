import { Migration } from '@mikro-orm/migrations';

/** What was redeemed in a month: insight reads redemptions by time, which no other reader does. They come in that order, so a coarse index does. */
export class CatalogInsight20261123Choices extends Migration {
  override up(): void {
    this.addSql('create index redemption_at on redemption using brin (at) with (pages_per_range = 16, autosummarize = on)');
  }
}
