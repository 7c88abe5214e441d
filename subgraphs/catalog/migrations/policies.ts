import { Migration } from '@mikro-orm/migrations';

/** What admins decide for a catalog, and prices that were made of cost and demand. */
export class Catalog20261123Policies extends Migration {
  override up(): void {
    this.addSql('create table catalog_policy (owner text primary key, body text not null)');
    this.addSql(`create table item_pricing (
      item text not null, version integer not null, cost_fen bigint not null check (cost_fen > 0), demand text not null,
      bound_percent text not null, reference_points bigint not null check (reference_points > 0), author text not null,
      at timestamptz not null, primary key (item, version), foreign key (item, version) references item_version (id, version))`);
  }
}
