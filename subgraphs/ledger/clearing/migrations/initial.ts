import { Migration } from '@mikro-orm/migrations';

export class LedgerClearing20261121Initial extends Migration {
  override up(): void {
    this.addSql(`create table settlement_period (
      id text primary key, status text not null check (status = 'CLOSED'), closed_at timestamptz not null, closed_by text not null,
      total_fen bigint not null check (total_fen = 0))`);
    this.addSql(`create table settlement_net (
      period text not null references settlement_period, partner text not null, receivable_fen bigint not null check (receivable_fen >= 0),
      payable_fen bigint not null check (payable_fen >= 0), fee_fen bigint not null, net_fen bigint not null,
      primary key (period, partner), check (net_fen = receivable_fen - payable_fen - fee_fen))`);
    this.addSql(`create table obligation (
      id uuid primary key, at timestamptz not null, period text not null, kind text not null check (kind in ('REDEMPTION', 'ACCRUAL', 'RETURN')),
      debtor text not null, creditor text not null check (creditor <> debtor), programme text not null,
      points bigint not null check (points >= 0), fen bigint not null check (fen > 0), fee_fen bigint not null check (fee_fen >= 0),
      fee_borne_by text not null check (fee_borne_by in ('ACCEPTOR', 'ISSUER')), cause text not null, redemption uuid,
      reverses uuid references obligation check ((reverses is not null) = (kind = 'RETURN')))`);
    // Statements read one side's lines in order; the operator's statement reads the fees.
    this.addSql(`create index obligation_debtor on obligation (period, debtor, at, id)`);
    this.addSql(`create index obligation_creditor on obligation (period, creditor, at, id)`);
    this.addSql(`create index obligation_fee on obligation (period, at, id) where fee_fen > 0`);
    this.addSql(`create index obligation_redemption on obligation (redemption) where redemption is not null`);

    // The month of the clock, or the first open one after it where that month is closed. Shared: appends never wait for each other,
    // only for a closing. Volatile in plpgsql, so the look at the periods comes after the wait and sees what the closing committed.
    this.addSql(`create function open_settlement_period() returns text volatile language plpgsql as $$
      declare
        month date := date_trunc('month', clock() at time zone 'Asia/Shanghai');
      begin
        perform pg_advisory_xact_lock_shared(hashtext('tongdui clearing'));
        while exists (select from settlement_period where id = to_char(month, 'YYYY-MM')) loop
          month := month + interval '1 month';
        end loop;
        return to_char(month, 'YYYY-MM');
      end $$`);

    this.addSql(`create function refuse_clearing_change() returns trigger language plpgsql as $$
      begin
        raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
      end $$`);
    for (const table of ['obligation', 'settlement_period', 'settlement_net']) {
      this.addSql(`create trigger ${table}_append_only before update or delete or truncate on ${table}
        for each statement execute function refuse_clearing_change()`);
    }
  }
}
