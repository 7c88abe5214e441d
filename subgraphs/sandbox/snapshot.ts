import type { EntityManager } from '@mikro-orm/postgresql';
import { subgraphsOf } from '../../schema/roster.js';
import { rows } from '../kernel/sql.js';

interface Table {
  readonly schema: string;
  readonly name: string;
}

/** Every table of every subgraph but what describes the schema itself. */
async function tables(em: EntityManager): Promise<Table[]> {
  return rows<Table>(
    em,
    `select table_schema as schema, table_name as name from information_schema.tables
     where table_schema = any(?::text[]) and table_type = 'BASE TABLE' and table_name <> 'migration' and not (table_schema = 'sandbox' and table_name = 'saved')
     order by 1, 2`,
    [subgraphsOf(true).map((line) => line.name)],
  );
}

const copyName = (snapshot: string, { schema, name }: Table): string => `"sandbox_${snapshot}"."${schema}.${name}"`;

/** Keeps a copy of all data under a name; the same name again replaces it. */
export async function saveSnapshot(em: EntityManager, snapshot: string): Promise<void> {
  await em.transactional(async (tx) => {
    await rows(tx, `drop schema if exists "sandbox_${snapshot}" cascade`);
    await rows(tx, `create schema "sandbox_${snapshot}"`);
    for (const table of await tables(tx))
      await rows(tx, `create table ${copyName(snapshot, table)} as table "${table.schema}"."${table.name}"`);
  });
}

/** Puts all data back as it was under the name, clock included; null where there is no such snapshot. */
export async function restoreSnapshot(em: EntityManager, snapshot: string): Promise<boolean> {
  if (!(await hasSnapshot(em, snapshot))) return false;
  await em.transactional(async (tx) => {
    const all = await tables(tx);
    await rows(tx, `set local session_replication_role = replica`); // neither triggers nor foreign keys, for the copy is consistent in itself
    await rows(tx, `truncate ${all.map(({ schema, name }) => `"${schema}"."${name}"`).join(', ')} cascade`);
    for (const table of all) {
      const columns = await rows<{ column: string }>(
        tx,
        `select quote_ident(column_name) as column from information_schema.columns where table_schema = ? and table_name = ? and is_generated = 'NEVER' order by ordinal_position`,
        [table.schema, table.name],
      );
      const list = columns.map(({ column }) => column).join(', ');
      await rows(
        tx,
        `insert into "${table.schema}"."${table.name}" (${list}) overriding system value select ${list} from ${copyName(snapshot, table)}`,
      );
    }
  });
  return true;
}

export const hasSnapshot = async (em: EntityManager, snapshot: string): Promise<boolean> =>
  (await rows(em, 'select 1 as known from information_schema.schemata where schema_name = ?', [`sandbox_${snapshot}`])).length > 0;
