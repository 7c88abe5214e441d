import { Migration } from '@mikro-orm/migrations';

/**
 * Units of participation, apart from points: no lot, no value, no way from one member to another and none to money. What is licensed and
 * disclosed has versions, and who acknowledged the risk did so for one of them.
 */
export class LedgerParticipation20261122 extends Migration {
  override up(): void {
    this.addSql(`create table participation_scheme (
      id text not null, version integer not null check (version > 0), issuer text not null references partner, name jsonb not null,
      licence_number text not null, licence_authority text not null, approval_ref text not null, disclosure jsonb not null,
      valid_from timestamptz not null, valid_until timestamptz not null check (valid_until > valid_from), change uuid not null,
      primary key (id, version))`);
    this.addSql(`create table participation_acknowledgement (
      member_uid uuid not null, scheme text not null, version integer not null, at timestamptz not null,
      primary key (member_uid, scheme, version), foreign key (scheme, version) references participation_scheme)`);
    this.addSql(`create table participation_holding (
      member_uid uuid not null, scheme text not null, units amount not null, primary key (member_uid, scheme))`);
    this.addSql(`create table participation_entry (
      id uuid primary key, member_uid uuid not null, scheme text not null, version integer not null, units bigint not null check (units <> 0),
      reason text not null, by text not null, at timestamptz not null, foreign key (scheme, version) references participation_scheme)`);
    this.addSql(`create index participation_entry_member on participation_entry (member_uid, scheme, id)`);
    for (const table of ['participation_scheme', 'participation_acknowledgement', 'participation_entry'])
      this.addSql(`create trigger append_only before update or delete on ${table} for each row execute function refuse_change()`);
  }
}
