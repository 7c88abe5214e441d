import { Migration } from '@mikro-orm/migrations';

/** What a partner says is wrong with a line, and what came of it. An upheld dispute is an obligation of its own, in the period open then. */
export class LedgerClearing20261122Disputes extends Migration {
  override up(): void {
    // The kinds are an enumeration of the code alone; a database of before may have dropped the check already.
    this.addSql(`alter table obligation drop constraint if exists obligation_kind_check`);
    this.addSql(`create table dispute (
      id uuid primary key, obligation uuid not null references obligation, side text not null check (side in ('CREDITOR', 'DEBTOR')),
      partner text not null, evidence text not null, state text not null default 'OPEN' check (state in ('OPEN', 'UPHELD', 'REJECTED')),
      opened_by text not null, opened_at timestamptz not null, resolved_by text, resolved_at timestamptz, note text, fen bigint check (fen > 0),
      adjustment uuid references obligation, check ((state = 'OPEN') = (resolved_by is null)), check ((resolved_by is null) = (resolved_at is null)),
      check ((state = 'UPHELD') = (fen is not null)), check ((fen is null) = (adjustment is null)), check (resolved_by <> opened_by))`);
    this.addSql(`create unique index dispute_open on dispute (obligation, side) where state = 'OPEN'`);
    this.addSql(`create index dispute_partner on dispute (partner, id)`);
    this.addSql(`create trigger resolved_dispute before update or delete on dispute
      for each row when (old.state <> 'OPEN') execute function refuse_clearing_change()`);
  }
}
