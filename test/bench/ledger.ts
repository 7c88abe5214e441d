import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import type { EntityManager } from '@mikro-orm/postgresql';
import pg from 'pg';
import { subgraph } from '../../subgraphs/ledger/index.js';
import { openSubgraph } from '../../subgraphs/kernel/subgraph.js';
import { testIds } from '../support/subgraph.js';
import { unreachable } from '../support/transport.js';
import { partners, productRedeem, programmes, type Redeem, referenceGroupRedeem, referenceRedeem } from './ledger-burns.js';
import { type BenchCluster, openBenchCluster } from './ledger-cluster.js';
import { productLoad } from './ledger-load.js';
import { referenceFunctions, referenceLoad, referenceSchema } from './ledger-reference.sql.js';

/** What one run of one way measured; CPU in microseconds per redemption. */
interface Measured {
  readonly perSecond: number;
  readonly databaseMicros: number;
  readonly nodeMicros: number;
}

type Way = 'single' | 'reference' | 'group' | 'reference group' | 'pgbench' | 'pgbench group';

/**
 * `npm run bench -- ledger`: redemptions per second of the use case that the resolver calls against the reference function, in one run on
 * a cluster of its own, by turns; medians. `--members N --journal N --rounds N --seconds N --pool N --inflight N`.
 */
export async function bench(): Promise<void> {
  const number = (fallback: number) => ({ type: 'string', default: String(fallback) }) as const;
  const { values } = parseArgs({
    allowPositionals: true,
    options: {
      members: number(100_000),
      journal: number(0),
      rounds: number(3),
      seconds: number(3),
      pool: number(16),
      inflight: number(256),
    },
  });
  const [members, journal, rounds, seconds, poolSize, inFlight] = (
    ['members', 'journal', 'rounds', 'seconds', 'pool', 'inflight'] as const
  ).map((name) => Number(values[name])) as [number, number, number, number, number, number];
  const cluster = await openBenchCluster();
  const ledger = await openSubgraph(subgraph as never, { url: cluster.url, transport: unreachable, ids: testIds, poolSize });
  const pool = new pg.Pool({ connectionString: cluster.url, max: poolSize, options: '-c search_path=reference' });
  try {
    await load(cluster, () => ledger.migrate(), members, journal);
    const em = ledger.database.em.fork() as EntityManager;
    const product = productRedeem(em, members);
    const ways: [Way, () => Promise<Measured>][] = [
      ['reference', () => run(cluster, referenceRedeem(pool, members), poolSize, seconds)],
      ['single', () => run(cluster, product, poolSize, seconds)],
      ['reference group', () => run(cluster, referenceGroupRedeem(pool, members, 4, 50), inFlight, seconds)],
      ['group', () => run(cluster, product, inFlight, seconds)],
    ];
    if (await hasPgbench()) {
      ways.push(['pgbench', () => pgbench(cluster, members, poolSize, seconds, single, 1)]);
      ways.push(['pgbench group', () => pgbench(cluster, members, 4, seconds, group, 50)]);
    }
    const found = new Map<Way, Measured[]>(ways.map(([way]) => [way, []]));
    for (let round = 0; round < rounds; round++) for (const [way, measure] of ways) found.get(way)?.push(await measure());
    report(found, { members, journal, poolSize, inFlight });
    await updates(cluster);
  } finally {
    await pool.end();
    await ledger.close();
    await cluster.close();
  }
}

async function load(cluster: BenchCluster, migrate: () => Promise<unknown>, members: number, journal: number): Promise<void> {
  const started = performance.now();
  await migrate();
  await cluster.query(`${referenceSchema}${referenceFunctions}${referenceLoad(members, journal, partners)}`);
  await cluster.query(productLoad(members, journal, partners, programmes));
  // Only what has rows: a table that was found empty would be read from end to end by plans that are kept while it grows.
  const filled = journal > 0 ? ', ledger.entry, ledger.write_key, reference.entry, reference.posting, reference.idem' : '';
  await cluster.query(
    `vacuum analyze ledger.account, ledger.lot, ledger.partner, ledger.programme, reference.account, reference.lot${filled}`,
  );
  await cluster.query('checkpoint');
  console.log(`${members} members x 5 lots, ${journal} old entries, loaded in ${Math.round((performance.now() - started) / 1000)} s`);
}

/** So many callers, each with its next redemption as soon as the last is answered. The first half second is not counted. */
async function run(cluster: BenchCluster, redeem: Redeem, callers: number, seconds: number): Promise<Measured> {
  let taken = 0;
  const stop = new AbortController();
  const call = async (): Promise<void> => {
    while (!stop.signal.aborted) if (await redeem()) taken++;
  };
  const all = Promise.all(Array.from({ length: callers }, call));
  await pause(0.5);
  const [from, database, node, started] = [taken, await cluster.cpu(), process.cpuUsage(), performance.now()];
  await pause(seconds);
  const count = taken - from;
  const elapsed = (performance.now() - started) / 1_000;
  const { user, system } = process.cpuUsage(node);
  const used = (await cluster.cpu()) - database;
  stop.abort();
  await all;
  return { perSecond: count / elapsed, databaseMicros: (used * 1e6) / count, nodeMicros: (user + system) / count };
}

const pause = (seconds: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, seconds * 1_000));

const single = (members: number): string =>
  `\\set m random(1, ${members})\n\\set p random(1, ${partners})\n\\set a random(50, 150)\nselect redeem(:m, :p, :a, gen_random_uuid(), 0);\n`;
const group = (members: number): string =>
  `select count(*) from gen(50, ${members}, 1, ${partners}) g, lateral redeem_batch(g.m, g.p, g.a, g.k, 0);\n`;

const execute = promisify(execFile);
const hasPgbench = (): Promise<boolean> =>
  execute('pgbench', ['--version']).then(
    () => true,
    () => false,
  );

/** The same functions without Node in between. */
async function pgbench(
  cluster: BenchCluster,
  members: number,
  clients: number,
  seconds: number,
  script: (members: number) => string,
  each: number,
): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'tongdui-pgbench-'));
  const file = join(folder, 'script.sql');
  await writeFile(file, script(members));
  const database = await cluster.cpu();
  const env = { ...process.env, PGOPTIONS: '-c search_path=reference' };
  const args = ['-n', '-M', 'prepared', '-c', String(clients), '-j', '2', '-T', String(seconds), '-f', file, cluster.url];
  const { stdout } = await execute('pgbench', args, { env });
  await rm(folder, { recursive: true });
  const perSecond = Number(/tps = ([\d.]+)/.exec(stdout)?.[1]) * each;
  const count = Number(/actually processed: (\d+)/.exec(stdout)?.[1]) * each;
  return { perSecond, databaseMicros: (((await cluster.cpu()) - database) * 1e6) / count, nodeMicros: 0 };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] as number;

function report(found: ReadonlyMap<Way, readonly Measured[]>, { poolSize, inFlight }: Record<string, number>): void {
  const of = (way: Way, what: keyof Measured): number => median((found.get(way) ?? []).map((measured) => measured[what]));
  for (const way of found.keys())
    console.log(
      `${way.padEnd(16)} ${of(way, 'perSecond').toFixed(0).padStart(6)} redemptions/s, database CPU ${of(way, 'databaseMicros').toFixed(0)} us, Node CPU ${of(way, 'nodeMicros').toFixed(0)} us per redemption`,
    );
  const against = (way: Way, reference: Way): string => (of(way, 'perSecond') / of(reference, 'perSecond')).toFixed(2);
  const beside = (way: Way, reference: Way): string => (found.has(reference) ? ` (of pgbench's ${against(way, reference)})` : '');
  console.log(
    `single ${of('single', 'perSecond').toFixed(0)}/s of ${of('reference', 'perSecond').toFixed(0)}/s, ${poolSize} at once${beside('single', 'pgbench')}: ratio ${against('single', 'reference')}`,
  );
  console.log(
    `group ${of('group', 'perSecond').toFixed(0)}/s of ${of('reference group', 'perSecond').toFixed(0)}/s, ${inFlight} at once${beside('group', 'pgbench group')}: ratio ${against('group', 'reference group')}`,
  );
}

/** How many updates stayed within their page, without touching an index. */
async function updates(cluster: BenchCluster): Promise<void> {
  const found = await cluster.query(
    `select relname, round(100.0 * n_tup_hot_upd / n_tup_upd) as hot from pg_stat_user_tables where schemaname = 'ledger' and n_tup_upd > 100 order by 1`,
  );
  console.log(`updates within their page: ${found.map(({ relname, hot }) => `${String(relname)} ${String(hot)} %`).join(', ')}`);
}
