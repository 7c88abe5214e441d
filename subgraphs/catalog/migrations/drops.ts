import { Migration } from '@mikro-orm/migrations';

/** Limited drops and who has claimed a piece. */
export class Catalog20261122Drops extends Migration {
  override up(): void {
    this.addSql(`create table item_drop (
      id uuid primary key, item text not null references shelf, owner_id text not null, stock integer not null check (stock > 0),
      opens_at timestamptz not null, closes_at timestamptz not null check (closes_at > opens_at), priority_opens_at timestamptz,
      priority_quota integer not null check (priority_quota between 0 and stock), per_member integer not null check (per_member > 0))`);
    this.addSql(`create index item_drop_item on item_drop (item, closes_at)`);
    this.addSql(`create table drop_claim (
      redemption_id uuid primary key references redemption, drop_id uuid not null references item_drop, member_uid uuid not null,
      early boolean not null, released boolean not null)`);
    this.addSql(`create index drop_claim_standing on drop_claim (drop_id) where not released`);
  }
}
