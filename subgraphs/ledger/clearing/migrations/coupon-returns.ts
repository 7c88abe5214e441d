import { Migration } from '@mikro-orm/migrations';

/**
 * What was taken back of coupons: once per return, and once for a cancellation, which has the id of the use. Obligations have no index by
 * what they reverse, for that would cost every redemption.
 */
export class LedgerClearing20261125CouponReturns extends Migration {
  override up(): void {
    this.addSql(`create table coupon_back (id uuid primary key, use uuid not null, obligation uuid not null)`);
    this.addSql(`create index coupon_back_use on coupon_back (use)`);
    this.addSql(`insert into coupon_back (id, use, obligation)
      select owed.cause::uuid, owed.cause::uuid, back.id from obligation owed join obligation back on back.reverses = owed.id where owed.kind = 'COUPON'`);
    this.addSql(`create trigger coupon_back_append_only before update or delete or truncate on coupon_back
      for each statement execute function refuse_clearing_change()`);
  }
}
