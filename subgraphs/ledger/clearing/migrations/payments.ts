import { Migration } from '@mikro-orm/migrations';

/**
 * Bank accounts and what is paid between them. Customers' reserve funds stay apart: whatever pays or is paid refers to an account
 * together with its kind, and the kind has to be OWN.
 */
export class LedgerClearing20261122Payments extends Migration {
  override up(): void {
    this.addSql(`create table payment_account (
      id uuid primary key, partner text not null, kind text not null check (kind in ('OWN', 'RESERVE')), number text not null,
      added_by text not null, added_at timestamptz not null, unique (partner, number), unique (id, kind), unique (id, partner))`);
    const own = `account uuid not null, account_kind text not null default 'OWN' check (account_kind = 'OWN'),
      foreign key (account, account_kind) references payment_account (id, kind), foreign key (account, partner) references payment_account (id, partner)`;
    this.addSql(`create table settlement_account (partner text primary key, ${own})`);
    this.addSql(`create table payment_order (
      period text not null references settlement_period, partner text not null, fen bigint not null check (fen <> 0),
      made_by text not null, made_at timestamptz not null, ${own}, primary key (period, partner))`);
    for (const table of ['payment_account', 'payment_order'])
      this.addSql(`create trigger ${table}_append_only before update or delete or truncate on ${table}
        for each statement execute function refuse_clearing_change()`);
  }
}
