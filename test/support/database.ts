import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import pg from 'pg';
import { pairwiseIds } from '../../schema/pairwise-id.js';
import { subgraphsOf } from '../../schema/roster.js';
import { openSubgraph } from '../../subgraphs/kernel/subgraph.js';
import { loadSubgraph } from '../../subgraphs/serve.js';
import { unreachable } from './transport.js';

const template = `tongdui_template${process.env['TEMPLATE_SUFFIX'] ?? ''}`;

async function administer<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const named = (url: string, database: string): string => Object.assign(new URL(url), { pathname: `/${database}` }).toString();

/** A database with every subgraph's migrations applied; copying it is faster than migrating again. */
export async function buildTemplate(url: string): Promise<void> {
  await administer(url, async (client) => {
    await client.query(`drop database if exists ${template} with (force)`);
    await client.query(`create database ${template}`);
  });
  for (const line of subgraphsOf(true)) {
    if (!existsSync(new URL(`../../subgraphs/${line.folder}/index.js`, import.meta.url))) continue; // until every subgraph exists
    const subgraph = await openSubgraph(await loadSubgraph(line), {
      url: named(url, template),
      transport: unreachable,
      ids: pairwiseIds(randomBytes(32)),
      poolSize: 2,
    });
    await subgraph.migrate();
    await subgraph.close();
  }
}

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** A fresh database with all schemas and no data. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const url = process.env['TEST_DATABASE_URL'];
  if (!url) throw new Error('TEST_DATABASE_URL is not set: run the tests with npm test');
  const database = `test_${randomBytes(6).toString('hex')}`;
  await administer(url, (client) => client.query(`create database ${database} template ${template}`));
  return {
    url: named(url, database),
    drop: () => administer(url, async (client) => void (await client.query(`drop database if exists ${database} with (force)`))),
  };
}
