import { Migration } from '@mikro-orm/migrations';

/** Point prices that hold for a time, and why an item has the price it has. */
export class Catalog20261122Pricing extends Migration {
  override up(): void {
    this.addSql(`alter table item_version add cause text not null default 'SAVED', add author text, add reason text`);
    this.addSql(`create table price_override (
      id uuid primary key, item text not null references shelf, version integer not null, points bigint not null check (points > 0),
      starts_at timestamptz not null, ends_at timestamptz not null check (ends_at > starts_at), reason text not null, author text not null,
      foreign key (item, version) references item_version (id, version))`);
    this.addSql(`create index price_override_item on price_override (item, ends_at)`);
  }
}
