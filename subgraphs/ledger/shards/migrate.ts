import type { EntityManager } from '@mikro-orm/postgresql';
import { migrate, openDatabase } from '../../kernel/database.js';
import { subgraph } from '../index.js';
import { distribute } from './distribute.js';

/** Brings a database's ledger up to date, and spreads it over so many shards unless they are null. Answers how many migrations were applied. */
export async function migrateLedger(url: string, shards: number | null): Promise<number> {
  const { name, entities, migrations } = subgraph;
  const database = openDatabase({ name, url, entities, migrations });
  try {
    const applied = await migrate(database, name);
    if (shards !== null) await distribute(database.em.fork() as EntityManager, shards);
    return applied;
  } finally {
    await database.close();
  }
}
