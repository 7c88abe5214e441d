import { Migration } from '@mikro-orm/migrations';

export class Catalog20261121Initial extends Migration {
  override up(): void {
    this.addSql(`create table shelf (item text primary key, owner text not null, remaining integer check (remaining >= 0))`);
    this.addSql(`create table item_version (
      id text not null references shelf, version integer not null, owner_id text not null, name_zh text not null, name_en text not null,
      category text not null, face_fen bigint not null check (face_fen > 0), programme text not null,
      price_points bigint not null check (price_points > 0), delivery_kind text not null, delivery_amount integer not null,
      delivery_unit text not null, max_points_share_basis_points integer not null, accepts_other_programmes boolean not null,
      tags text[] not null, opens_at timestamptz, closes_at timestamptz, disclosure text, current boolean not null,
      saved_at timestamptz not null, primary key (id, version))`);
    this.addSql(`create unique index item_version_current on item_version (id) where current`);
    this.addSql(`create table quote (
      id uuid primary key, member_uid uuid not null, acceptor_id text not null, delivered_by text not null, split text not null,
      paid text not null, prefer text[] not null, cash_max_fen bigint, price_fen bigint not null, cash_fen bigint not null,
      until timestamptz not null, version integer not null, created_at timestamptz not null, used_by uuid)`);
    this.addSql(`create table redemption (
      id uuid primary key, hold_id uuid not null unique, quote_id uuid not null references quote, member_uid uuid not null,
      acceptor_id text not null, delivered_by text not null, principal text not null, key text not null, operation text not null,
      step text not null, waiting boolean not null, timed boolean not null, insisting boolean not null, reason text,
      reserved boolean not null, expires_at timestamptz, deliver_by timestamptz, paid text not null, price_fen bigint not null,
      cash_fen bigint not null, at timestamptz not null, lease_until timestamptz, attempts integer not null default 0)`);
    this.addSql(`create index redemption_member on redemption (member_uid, id)`);
    // Flips once per redemption and holds only what is under way, so the resuming job reads nothing else.
    this.addSql(`create index redemption_open on redemption (id) where step not in ('COMPLETED', 'RELEASED')`);
    this.addSql(`create table redemption_line (
      redemption_id uuid not null references redemption, line integer not null, item_id text not null, item_version integer not null,
      delivery_kind text not null, delivery_amount integer not null, quantity integer not null check (quantity > 0),
      price_fen bigint not null, paid text not null, cash_fen bigint not null,
      returned_quantity integer not null check (returned_quantity between 0 and quantity), delivered boolean not null,
      delivery_reference text, delivery_detail text,
      primary key (redemption_id, line), foreign key (item_id, item_version) references item_version)`);
    this.addSql(`create table redemption_return (
      id uuid primary key, redemption_id uuid not null references redemption, reason text not null, lines text not null,
      legs text not null, cash_fen bigint not null, state text not null, answer text, at timestamptz not null,
      lease_until timestamptz, attempts integer not null default 0)`);
    this.addSql(`create index redemption_return_open on redemption_return (id) where state = 'PENDING'`);
  }
}
