import { Migration } from '@mikro-orm/migrations';

/**
 * Nothing is added to a closed period either, and an account number is one partner's alone: the reserve account of one would otherwise
 * be written down as the own account of another. One look into \`clearing_watch\` says whether an obligation is of interest to anybody;
 * together with the rules of the check that the trigger takes over it costs a redemption what the check alone did.
 */
export class LedgerClearing20261123GuardObligations extends Migration {
  override up(): void {
    this.addSql(`create table clearing_watch (name text primary key)`);
    this.addSql(
      `comment on table clearing_watch is 'Closed periods, and partners whose credit is limited; a period begins with a digit, a partner never.'`,
    );
    this.addSql(`insert into clearing_watch (name) select id from settlement_period`);
    this.addSql(`create function watch_closed_period() returns trigger language plpgsql as $$
      begin
        insert into clearing_watch (name) values (new.id);
        return null;
      end $$`);
    this.addSql(`create trigger watched after insert on settlement_period for each row execute function watch_closed_period()`);
    // Replaced where the limits of credit come in.
    this.addSql(`create function watched_obligation(o obligation) returns void language plpgsql as $$
      begin
        if exists (select from settlement_period where id = o.period) then
          raise exception 'The settlement period % is closed', o.period using errcode = 'restrict_violation';
        end if;
      end $$`);
    this.addSql(`create function guard_obligation() returns trigger language plpgsql as $$
      begin
        if new.creditor = new.debtor or (new.reverses is null) = (new.kind = 'RETURN') then
          raise exception 'An obligation violates check constraint: two sides, and a return names what it takes back' using errcode = 'check_violation';
        end if;
        perform from clearing_watch where name in (new.period, new.debtor, new.creditor);
        if found then perform watched_obligation(new); end if;
        return new;
      end $$`);
    this.addSql(`alter table obligation drop constraint obligation_check`);
    this.addSql(`create trigger guarded before insert on obligation for each row execute function guard_obligation()`);
    // A period's nets are written in the transaction that closes it, and never afterwards.
    this.addSql(`create function guard_settlement_net() returns trigger language plpgsql as $$
      begin
        if exists (select from settlement_period where id = new.period and xmin <> pg_current_xact_id()::xid) then
          raise exception 'The settlement period % is closed', new.period using errcode = 'restrict_violation';
        end if;
        return new;
      end $$`);
    this.addSql(`create trigger guarded before insert on settlement_net for each row execute function guard_settlement_net()`);
    this.addSql(`create unique index payment_account_number on payment_account (upper(number))`);
  }
}
