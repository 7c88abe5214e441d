import { Migration } from '@mikro-orm/migrations';

/** Bookings that were called off; one redemption is called off once. */
export class Travel20261122Cancellations extends Migration {
  override up(): void {
    this.addSql(`create table cancellation (
      id uuid primary key, partner text not null, member_uid uuid not null, redemption text not null, event text not null,
      cancelled_by text not null check (cancelled_by in ('CARRIER', 'PASSENGER')), at timestamptz not null,
      state text not null check (state in ('RECORDED', 'RETURNED', 'COMPLETED', 'REFUSED')), plan text not null, restored text not null,
      compensation text, passenger_fee_fen bigint not null, cash_fen bigint not null, fee_fen bigint not null, fee_due_fen bigint not null,
      refund_fen bigint not null, lease_until timestamptz not null default now() + interval '6 seconds',
      check (fee_fen + refund_fen = cash_fen))`);
    this.addSql(`create unique index cancellation_redemption on cancellation (redemption) where state <> 'REFUSED'`);
    this.addSql(`create index cancellation_member on cancellation (member_uid, id desc)`);
    this.addSql(`create index cancellation_unfinished on cancellation (lease_until) where state in ('RECORDED', 'RETURNED')`);
    this.addSql(`create table carrier_terms (partner text primary key, passenger_fee_fen bigint not null check (passenger_fee_fen >= 0))`);
  }
}
