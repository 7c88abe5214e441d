import type { EntityManager } from '@mikro-orm/postgresql';
import { invariant } from '../../kernel/invariant.js';
import { rows } from '../../kernel/sql.js';
import { foldOwed, owedTables } from './fold-owed.js';
import { calls, helpers, memberTables, referenceTables, shardKey } from './layout.js';
import { shardFunctions } from './on-shard.js';

/**
 * Spreads a ledger whose plain migrations have run over the machines of a Citus cluster: the member into every key of its tables, what
 * partners owe beside the member, tables and functions to where they belong. Run again after later migrations it spreads what is new.
 */
export async function distribute(em: EntityManager, shards = 256): Promise<void> {
  await em.transactional(async (tx) => {
    const run = (statement: string): Promise<unknown> => rows(tx as EntityManager, statement, []);
    const [there] = await rows<{ citus: boolean }>(tx as EntityManager, `select to_regclass('pg_dist_partition') is not null as citus`, []);
    invariant(there?.citus === true, 'The database has no Citus: create extension citus, on every machine, comes first');
    for (const statement of [...owedTables, ...shardFunctions, foldOwed]) await run(statement);
    // Triggers of member tables look at that member's rows only, so they hold on a shard as they do on the whole.
    await run('set local citus.enable_unsafe_triggers = on');
    const spread = new Set(
      (await rows<{ name: string }>(tx as EntityManager, 'select logicalrelid::text as name from pg_dist_partition', [])).map(
        ({ name }) => name,
      ),
    );
    for (const table of referenceTables) if (!spread.has(table)) await run(`select create_reference_table('${table}')`);
    for (const table of memberTables) {
      if (spread.has(table)) continue;
      await carryMember(tx as EntityManager, table);
      const where = table === memberTables[0] ? `shard_count := ${shards}` : `colocate_with := '${memberTables[0]}'`;
      await run(`select create_distributed_table('${table}', '${shardKey}', ${where})`);
    }
    for (const [name, types] of Object.entries(helpers)) await run(`select create_distributed_function('${name}(${types})')`);
    for (const [name, types] of Object.entries(calls))
      await run(`select create_distributed_function('${name}(${types})', 'p_member', colocate_with := '${memberTables[0]}')`);
  });
}

/** A key that lacks the member gets it in front; what was found by the key alone keeps an index. */
async function carryMember(tx: EntityManager, table: string): Promise<void> {
  const keys = await rows<{ name: string; columns: string[] }>(
    tx,
    `select c.conname as name, array_agg(a.attname::text order by k.n) as columns
     from pg_constraint c cross join lateral unnest(c.conkey) with ordinality k (attnum, n)
       join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.attnum
     where c.conrelid = ?::regclass and c.contype = 'p' group by c.conname`,
    [table],
  );
  for (const { name, columns } of keys) {
    if (columns.includes(shardKey)) continue;
    await rows(
      tx,
      `alter table ${table} drop constraint ${name}, add constraint ${name} primary key (${[shardKey, ...columns].join(', ')})`,
      [],
    );
    await rows(tx, `create index ${table}_by_${columns.join('_')} on ${table} (${columns.join(', ')})`, []);
  }
}
