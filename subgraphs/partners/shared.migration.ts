import { Migration } from '@mikro-orm/migrations';

/** What every trade has beside its reports: orders to deliver, and what members hold of them. */
export class Partners20261121Delivery extends Migration {
  override up(): void {
    this.addSql(`create table delivery (
      redemption text primary key, partner text, member_uid uuid, fingerprint text,
      state text not null check (state in ('DELIVERED', 'REFUSED', 'WITHDRAWN')), reason text, at timestamptz not null)`);
    this.addSql(`create table entitlement (
      reference text primary key, redemption text not null references delivery, line integer not null, kind text not null,
      amount integer not null, quantity integer not null, item text not null, partner text not null, member_uid uuid not null,
      detail text not null, delivered_at timestamptz not null, used_at timestamptz, withdrawn_at timestamptz)`);
    this.addSql(`create index entitlement_redemption on entitlement (redemption, line)`);
    this.addSql(`create index entitlement_member on entitlement (member_uid, delivered_at desc) where withdrawn_at is null`);
  }
}

/** Returns whose goods are withdrawn. */
export class Partners20261130DeliveryReturns extends Migration {
  override up(): void {
    this.addSql(`create table delivery_return (
      id text primary key, redemption text not null references delivery, at timestamptz not null)`);
    this.addSql(`create index delivery_return_redemption on delivery_return (redemption)`);
  }
}
