import { Migration } from '@mikro-orm/migrations';
import { reportTable } from '../../report-table.js';

export class Telecom20261121Initial extends Migration {
  override up(): void {
    for (const statement of reportTable(
      'bill',
      `period text not null, amount_fen bigint not null check (amount_fen > 0), credit_applied_fen bigint not null check (credit_applied_fen >= 0),
       net_fen bigint not null check (net_fen >= 0 and net_fen = amount_fen - credit_applied_fen)`,
    ))
      this.addSql(statement);
    this.addSql(`create table phone_credit (
      member_uid uuid not null, partner text not null, fen bigint not null check (fen >= 0), primary key (member_uid, partner))`);
    this.addSql(`create table phone_credit_entry (
      id bigint generated always as identity primary key, member_uid uuid not null, partner text not null, fen bigint not null check (fen <> 0),
      reason text not null, cause text not null, at timestamptz not null, unique (reason, cause))`);
    this.addSql(`create function phone_credit_entry_stays() returns trigger language plpgsql as
      'begin raise exception ''the journal of phone credit is only ever appended to''; end'`);
    this.addSql(`create trigger phone_credit_entry_stays before update or delete or truncate on phone_credit_entry
      execute function phone_credit_entry_stays()`);
  }
}
