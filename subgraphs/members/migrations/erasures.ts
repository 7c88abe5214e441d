import { Migration } from '@mikro-orm/migrations';

export class Members20261122Erasures extends Migration {
  override up(): void {
    this.addSql('alter table member add column erased_at timestamptz');
    this.addSql(`create table erasure (
      id uuid primary key, member_uid uuid not null references member, forfeit boolean not null, asked_by text not null, state text not null
        check (state in ('DEFERRED', 'RUNNING', 'DONE')), at timestamptz not null, done_at timestamptz, look_at timestamptz not null)`);
    this.addSql(`create unique index erasure_member on erasure (member_uid)`);
    this.addSql(`create index erasure_unfinished on erasure (look_at) where state <> 'DONE'`);
  }
}
