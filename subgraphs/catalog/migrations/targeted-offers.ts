import { Migration } from '@mikro-orm/migrations';

/** Offers for members who bought something of a category lately, each with one that is for everybody. */
export class Catalog20261123TargetedOffers extends Migration {
  override up(): void {
    this.addSql(`create table targeted_offer (
      id text primary key, owner_id text not null, item text not null references shelf, alternative text not null references shelf,
      category text not null, window_days integer not null check (window_days > 0),
      share_basis_points integer not null check (share_basis_points between 1 and 10000),
      starts_at timestamptz not null, ends_at timestamptz not null check (ends_at > starts_at))`);
    this.addSql('create index targeted_offer_owner on targeted_offer (owner_id, ends_at)');
  }
}
