import { Migration } from '@mikro-orm/migrations';

/** What the issuer of a coupon owes to another partner that took it: once per use, whatever the code above does. */
export class LedgerClearing20261123Coupons extends Migration {
  override up(): void {
    this.addSql(`create unique index obligation_coupon on obligation (cause) where kind = 'COUPON'`);
  }
}
