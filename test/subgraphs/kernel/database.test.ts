import type { EntityManager } from '@mikro-orm/postgresql';
import { type Database, openDatabase } from '../../../subgraphs/kernel/database.js';
import { rows } from '../../../subgraphs/kernel/sql.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

let created: TestDatabase;
let database: Database;
beforeAll(async () => {
  created = await createTestDatabase();
  database = openDatabase({ name: 'members', url: created.url, entities: [], migrations: [], poolSize: 2 });
});
afterAll(async () => {
  await database.close(true);
  await created.drop();
});
const em = (): EntityManager => database.em.fork() as EntityManager;
const end = 'select pg_terminate_backend(pg_backend_pid())';

test('a connection lost inside a transaction, before its commit or outside does not cost a place in the pool', async () => {
  for (let n = 0; n < 6; n += 1) {
    await expect(em().transactional((tx) => rows(tx as EntityManager, end))).rejects.toThrow(/terminat/i);
    await expect(rows(em(), end)).rejects.toThrow(/terminat/i);
    const [{ pid } = { pid: 0 }] = await em()
      .transactional(async (tx) => {
        const own = await rows<{ pid: number }>(tx as EntityManager, 'select pg_backend_pid() as pid');
        await rows(em(), 'select pg_terminate_backend(?)', [own[0]?.pid]);
        return own;
      })
      .catch(() => [{ pid: -1 }]);
    expect(pid).toBe(-1);
  }
  expect(await Promise.all([1, 2].map((n) => em().transactional((tx) => rows(tx as EntityManager, 'select ?::int as n', [n]))))).toEqual([
    [{ n: 1 }],
    [{ n: 2 }],
  ]);
});
