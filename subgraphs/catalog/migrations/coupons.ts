import { Migration } from '@mikro-orm/migrations';

/** Coupons that items bring, and every use of them. */
export class Catalog20261122Coupons extends Migration {
  override up(): void {
    this.addSql(`alter table item_version add coupon text`);
    this.addSql(`create table coupon (
      id uuid primary key, member_uid uuid not null, issuer_id text not null, item_id text not null, item_version integer not null,
      redemption_id uuid references redemption, line integer, reason text, face_fen bigint not null check (face_fen > 0),
      threshold_fen bigint not null check (threshold_fen >= face_fen), scope text not null, acceptors text[] not null,
      cooling_off_days integer not null, issued_at timestamptz not null, valid_until timestamptz not null, used_at timestamptz,
      used_by text, revoked_at timestamptz, revoked_by uuid, foreign key (item_id, item_version) references item_version (id, version),
      check (used_at is null or revoked_at is null))`);
    this.addSql(`create index coupon_member on coupon (member_uid, id)`);
    this.addSql(`create index coupon_redemption on coupon (redemption_id, line) where redemption_id is not null`);
    this.addSql(`create table coupon_use (
      id uuid primary key, coupon_id uuid not null references coupon, acceptor text not null, basket_fen bigint not null,
      pay_fen bigint not null check (pay_fen >= 0), at timestamptz not null, cancelled_at timestamptz)`);
    // Single use, whatever the code above does.
    this.addSql(`create unique index coupon_used_once on coupon_use (coupon_id) where cancelled_at is null`);
  }
}
