import { Migration } from '@mikro-orm/migrations';

/**
 * Points that went from member to member, lot by lot: a part's lot keeps expiry and earning of the lot that it came from, and `transfer_part`
 * leads back to it. Neither ever changes. Absent policy: the programme's points are not transferred.
 */
export class LedgerTransfers20261122 extends Migration {
  override up(): void {
    this.addSql(`create table transfer_policy (
      programme text primary key references programme, allowed boolean not null, period_days integer not null check (period_days between 1 and 366),
      sent_points bigint not null check (sent_points > 0), received_points bigint not null check (received_points > 0),
      senders integer not null check (senders > 0))`);
    this.addSql(`create table transfer (
      id uuid primary key, programme text not null, from_uid uuid not null, to_uid uuid not null, points bigint not null check (points > 0),
      at timestamptz not null, check (from_uid <> to_uid))`);
    this.addSql(`create index transfer_sent on transfer (from_uid, programme, at)`);
    this.addSql(`create index transfer_received on transfer (to_uid, programme, at)`);
    this.addSql(`create table transfer_part (
      to_uid uuid not null, to_lot uuid not null, transfer uuid not null references transfer, from_uid uuid not null, from_lot uuid not null,
      points bigint not null check (points > 0), primary key (to_uid, to_lot))`);
    this.addSql(`create index transfer_part_transfer on transfer_part (transfer)`);
    for (const table of ['transfer', 'transfer_part']) {
      this.addSql(`create trigger append_only before update or delete on ${table} for each row execute function refuse_change()`);
      this.addSql(`create trigger never_emptied before truncate on ${table} for each statement execute function refuse_change()`);
    }
  }
}
