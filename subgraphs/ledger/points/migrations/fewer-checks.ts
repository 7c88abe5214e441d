import { Migration } from '@mikro-orm/migrations';
import { checks, functions, views } from './one-round-trip.js';

/** For a database whose `OneRoundTrip` came before holds and obligations had their checks in domains; a newer one has all of it. */
export class LedgerPoints20261122FewerChecks extends Migration {
  override async up(): Promise<void> {
    const known = await this.execute(
      `select from pg_type where typname = 'positive_amount' and typnamespace = current_schema()::regnamespace`,
    );
    if (known.length > 0) return;
    const names = functions.map((text) => /create function (\w+)/.exec(text)?.[1]);
    const statements = [
      `alter table entry drop constraint if exists entry_check`,
      `drop view lot_now`,
      `alter table hold drop constraint if exists hold_state_check, alter column open drop expression`,
      `alter table hold alter column open set not null, alter column lot_expires_at drop not null`,
      ...checks,
      ...views,
      // Their arguments changed, so replacing them would leave the old ones beside the new.
      `do $$ declare f regprocedure; begin
         for f in select oid::regprocedure from pg_proc where pronamespace = current_schema()::regnamespace and proname in (${names.map((name) => `'${name}'`).join(', ')})
         loop execute 'drop function ' || f; end loop; end $$`,
      ...functions,
    ];
    for (const statement of statements) this.addSql(statement);
  }
}
