import { Migration } from '@mikro-orm/migrations';

export class Members20261121Initial extends Migration {
  override up(): void {
    this.addSql(`create table member (uid uuid primary key, name text not null, phone text, enrolled_at timestamptz not null)`);
    this.addSql(`create table member_link (
      partner text not null, ref text not null, member_uid uuid not null references member, linked_at timestamptz not null,
      primary key (partner, ref), unique (partner, member_uid))`);
    this.addSql(`create index member_link_member on member_link (member_uid)`);
  }
}
