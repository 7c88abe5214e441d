import { Migration } from '@mikro-orm/migrations';

/**
 * Where partners want to be told, and how far they were. `cursor` is after what was delivered; leases and looks are by the real clock, for
 * they are about processes; everything that a partner sees is by `clock()`.
 */
export class LedgerWebhooks20261124 extends Migration {
  override up(): void {
    this.addSql(`create table webhook (
      partner text not null references partner, name text not null, url text not null, types text[],
      state text not null default 'ACTIVE' check (state in ('ACTIVE', 'DISABLED')), since timestamptz not null, version bigint not null default 1,
      cursor text not null, delivered_at timestamptz, behind_since timestamptz,
      attempts integer not null default 0 check (attempts >= 0), failing_since timestamptz, next_at timestamptz,
      failed_at timestamptz, failure text, failure_status integer, failure_event text,
      look_at timestamptz not null default clock_timestamp(), lease uuid, lease_until timestamptz,
      primary key (partner, name), check (attempts = 0 or (failing_since is not null and next_at is not null)))`);
    this.addSql(`create table webhook_secret (
      id uuid primary key, partner text not null, name text not null, sealed text not null, made_at timestamptz not null, until timestamptz,
      foreign key (partner, name) references webhook on delete cascade)`);
    this.addSql(`create index webhook_secret_of on webhook_secret (partner, name)`);
    this.addSql(`create table webhook_test (
      id uuid primary key, partner text not null, at timestamptz not null, delivered boolean, failure text, status integer)`);
    this.addSql(`create index webhook_test_of on webhook_test (partner, at)`);
  }
}
