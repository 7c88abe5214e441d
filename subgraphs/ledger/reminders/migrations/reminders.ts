import { Migration } from '@mikro-orm/migrations';

/** One row per lot, step and expiry: the primary key is what makes a reminder come once, however many jobs look for it. */
export class LedgerReminders20261122 extends Migration {
  override up(): void {
    this.addSql(`create table reminder_policy (
      programme text primary key references programme, days_before integer[] not null check (cardinality(days_before) <= 10))`);
    this.addSql(`create table reminder (
      member_uid uuid not null, lot uuid not null, expires_at timestamptz not null, days_before integer not null, id uuid not null,
      programme text not null, points bigint not null check (points > 0), at timestamptz not null,
      primary key (member_uid, lot, expires_at, days_before))`);
    this.addSql(`create index reminder_member on reminder (member_uid, id)`);
    this.addSql(`create trigger append_only before update or delete on reminder for each row execute function refuse_change()`);
    this.addSql(`create trigger never_emptied before truncate on reminder for each statement execute function refuse_change()`);
  }
}
