import { Migration } from '@mikro-orm/migrations';

/** Conditions of use per way to pay, what an item is advertised as, who supplies it, and categories that an issuer's points may not pay. */
export class Catalog20261123ItemGates extends Migration {
  override up(): void {
    this.addSql('alter table item_version add variants text, add specification text, add supplier text');
    this.addSql('create table category_block (issuer text not null, category text not null, primary key (issuer, category))');
    this.addSql('create index category_block_category on category_block (category)');
    this.addSql('alter table shelf add withdrawn_at timestamptz, add withdrawn_for text, add withdrawn_zh text, add withdrawn_en text');
    this.addSql(`create table supplier (
      id text primary key, owner_id text not null, name_zh text not null, name_en text not null,
      rating_tenths integer check (rating_tenths between 0 and 50))`);
    this.addSql(`create table complaint (
      id uuid primary key, redemption_id uuid not null, line integer not null, item_id text not null, item_version integer not null,
      supplier text, acceptor_id text not null, member_uid uuid not null, reported_by text not null, text text not null, delivered text not null,
      differences text not null, at timestamptz not null, unique (redemption_id, line),
      foreign key (redemption_id, line) references redemption_line (redemption_id, line))`);
    this.addSql('create index complaint_item on complaint (item_id)');
    this.addSql('create index redemption_line_item on redemption_line (item_id)');
  }
}
