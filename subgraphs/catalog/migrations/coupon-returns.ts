import { Migration } from '@mikro-orm/migrations';

/**
 * Goods of couponed baskets that came back, each time with its shares of the cash and of the coupon. `owed`: null where nobody owes
 * anything for that share, OWING until the ledger has taken it back.
 */
export class Catalog20261125CouponReturns extends Migration {
  override up(): void {
    this.addSql(`create table coupon_return (
      id uuid primary key, use_id uuid not null references coupon_use, member_uid uuid not null, goods_fen bigint not null check (goods_fen > 0),
      refund_fen bigint not null check (refund_fen >= 0), coupon_fen bigint not null check (coupon_fen >= 0), at timestamptz not null,
      owed text check (owed in ('OWING', 'TAKEN_BACK')), check (refund_fen + coupon_fen = goods_fen), check (owed is null or coupon_fen > 0))`);
    this.addSql(`create index coupon_use_coupon on coupon_use (coupon_id, id)`);
    this.addSql(`create index coupon_return_use on coupon_return (use_id)`);
    this.addSql(`create index coupon_return_member on coupon_return (member_uid)`);
    this.addSql(`create index coupon_return_unsettled on coupon_return (use_id) where owed = 'OWING'`);
  }
}
