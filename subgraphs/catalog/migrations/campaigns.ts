import { Migration } from '@mikro-orm/migrations';

/** Campaigns with their versions, and what came of them. */
export class Catalog20261122Campaigns extends Migration {
  override up(): void {
    this.addSql(`create table campaign (
      id text not null, version integer not null, owner_id text not null, body text not null, starts_at timestamptz not null,
      ends_at timestamptz not null check (ends_at > starts_at), drafted_by text not null, published_by text, published_at timestamptz,
      primary key (id, version), check ((published_by is null) = (published_at is null)), check (published_by <> drafted_by))`);
    this.addSql(`create unique index campaign_one_draft on campaign (id) where published_at is null`);
    this.addSql(`create table campaign_result (
      campaign text primary key, members bigint not null check (members > 0), sales_fen bigint not null check (sales_fen >= 0),
      points bigint not null check (points >= 0), at timestamptz not null)`);
  }
}
