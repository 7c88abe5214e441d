import { Migration } from '@mikro-orm/migrations';

/** Appointments of service items, with room for so many; who pays points and who pays cash share them. */
export class Catalog20261123Slots extends Migration {
  override up(): void {
    this.addSql(`create table item_slot (
      id uuid primary key, item text not null references shelf, starts_at timestamptz not null, ends_at timestamptz not null check (ends_at > starts_at),
      capacity integer not null check (capacity > 0), remaining integer not null check (remaining between 0 and capacity), unique (item, starts_at))`);
    this.addSql(`create table slot_booking (
      id uuid primary key, slot_id uuid not null references item_slot, pieces integer not null check (pieces > 0), ref text not null,
      at timestamptz not null, released_at timestamptz)`);
    this.addSql('alter table redemption_line add slot_id uuid references item_slot');
  }
}
