import type { EntityManager } from '@mikro-orm/postgresql';
import { subgraphsOf } from '../../schema/roster.js';
import { rows } from '../kernel/sql.js';

/**
 * Puts the sandbox's clock in the place of the database's own in every subgraph's schema that exists by now. Production code only ever
 * calls `clock()`, so nothing there knows that time can be moved.
 */
export async function installClock(em: EntityManager): Promise<void> {
  for (const { name } of subgraphsOf(true)) {
    await rows(
      em,
      `do $$ begin
         if exists (select from pg_proc where proname = 'clock' and pronamespace = to_regnamespace('${name}')) then
           create or replace function ${name}.clock() returns timestamptz stable language sql as 'select transaction_timestamp() + (select shift from sandbox.clock_shift)';
         end if;
       end $$`,
    );
  }
}

/** Moves the clock so that now is `at`; it goes on running from there. */
export async function setClock(em: EntityManager, at: Date): Promise<Date> {
  await installClock(em);
  await rows(em, `update clock_shift set shift = ?::timestamptz - transaction_timestamp()`, [at.toISOString()]);
  return at;
}

/** Moves the clock by whole seconds, forwards only, for time never runs backwards in what it tests. */
export async function advanceClock(em: EntityManager, seconds: number): Promise<Date> {
  await installClock(em);
  const [row] = await rows<{ now: string }>(
    em,
    `update clock_shift set shift = shift + make_interval(secs => ?) returning transaction_timestamp() + shift as now`,
    [seconds],
  );
  return new Date(row?.now ?? Number.NaN);
}
