import { Migration } from '@mikro-orm/migrations';

/** Causes with their versions, donations, and the numbers of receipts. */
export class Catalog20261122Donations extends Migration {
  override up(): void {
    this.addSql(`create table cause (
      id text not null, version integer not null, charity text not null, name_zh text not null, name_en text not null,
      minimum_fen bigint not null check (minimum_fen > 0), cancel_hours integer not null check (cancel_hours >= 0),
      opens_at timestamptz, closes_at timestamptz check (closes_at > opens_at), current boolean not null, saved_by text not null,
      saved_at timestamptz not null, primary key (id, version))`);
    this.addSql(`create unique index cause_current on cause (id) where current`);
    this.addSql(`create table donation (
      id uuid primary key references redemption, cause text not null, cause_version integer not null, charity text not null,
      member_uid uuid not null, programme text not null, points bigint not null check (points > 0), fen bigint not null check (fen > 0),
      at timestamptz not null, cancel_until timestamptz not null, receipt text unique,
      foreign key (cause, cause_version) references cause)`);
    this.addSql(`create index donation_member on donation (member_uid, id)`);
    this.addSql(`create index donation_charity on donation (charity, id)`);
    // Numbers without a gap: taken in the transaction that makes the donation final.
    this.addSql(
      `create table receipt_number (charity text not null, year text not null, last bigint not null, primary key (charity, year))`,
    );
  }
}
