import { Migration } from '@mikro-orm/migrations';

/** A root over all lines of all statements of a closed period, and the tree below it. The secret salts the leaves; it never leaves here. */
export class LedgerClearing20261122StatementRoots extends Migration {
  override up(): void {
    this.addSql(`create table statement_root (
      period text primary key references settlement_period, merkle_root bytea not null, lines bigint not null, secret bytea not null,
      signature text, made_at timestamptz not null)`);
    this.addSql(`create table statement_node (
      period text not null references settlement_period, level smallint not null, n bigint not null, hash bytea not null, primary key (period, level, n))`);
    this.addSql(`create table statement_leaf (
      period text not null references settlement_period, obligation uuid not null references obligation, side text not null, n bigint not null,
      primary key (period, obligation, side))`);
    for (const table of ['statement_root', 'statement_node', 'statement_leaf'])
      this.addSql(`create trigger ${table}_append_only before update or delete or truncate on ${table}
        for each statement execute function refuse_clearing_change()`);
  }
}
