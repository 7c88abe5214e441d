import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import type { EntityManager } from '@mikro-orm/postgresql';
import pg from 'pg';
import { subgraph } from '../../subgraphs/ledger/index.js';
import type { GroupCommitOptions } from '../../subgraphs/ledger/points/group-commit.js';
import { gatherCalls } from '../../subgraphs/ledger/points/gather.js';
import { openSubgraph } from '../../subgraphs/kernel/subgraph.js';
import { testIds } from '../support/subgraph.js';
import { unreachable } from '../support/transport.js';
import { partners, productRedeem, programmes, referenceGroupRedeem, referenceRedeem } from './ledger-burns.js';
import { type BenchCluster, openBenchCluster } from './ledger-cluster.js';
import { productLoad } from './ledger-load.js';
import { type Measured, run, startMeter } from './ledger-measure.js';
import { referenceFunctions, referenceLoad, referenceSchema } from './ledger-reference.sql.js';
import { report, type Way } from './ledger-report.js';

const small = 10_000;

/**
 * `npm run bench -- ledger`: redemptions per second of the use case that the resolver calls against the reference function, in one run on
 * a cluster of its own, by turns of a second. A ratio is the median of those of each round, so that what other programs do meanwhile weighs on both
 * sides. `--members N --journal N --rounds N --seconds N --pool N --inflight N`. `--large` is a million members and ten million
 * entries: with old entries, or so many members, a database of 10,000 members and none is measured beside it and no reference, for what a redemption
 * costs should not depend on them.
 */
export async function bench(): Promise<void> {
  const number = (fallback: number) => ({ type: 'string', default: String(fallback) }) as const;
  const { values } = parseArgs({
    allowPositionals: true,
    options: {
      members: number(100_000),
      journal: number(0),
      rounds: number(9),
      seconds: number(1),
      pool: number(16),
      inflight: number(256),
      large: { type: 'boolean', default: false },
    },
  });
  if (values.large) Object.assign(values, { members: '1000000', journal: '10000000' });
  const [members, journal, rounds, seconds, poolSize, inFlight] = (
    ['members', 'journal', 'rounds', 'seconds', 'pool', 'inflight'] as const
  ).map((name) => Number(values[name])) as [number, number, number, number, number, number];
  const cluster = await openBenchCluster();
  const sides: Side[] = [];
  try {
    const flat = journal > 0 || members >= 1_000_000;
    const side = await openSide(cluster, members, journal, poolSize, !flat);
    sides.push(side);
    const ways: [Way, () => Promise<Measured>][] = [
      ['single', () => side.run(alone, poolSize, seconds)],
      ['group', () => side.run({}, inFlight, seconds)],
    ];
    if (flat) {
      const beside = await openSide(cluster, small, 0, poolSize, false);
      sides.push(beside);
      ways.push(['small single', () => beside.run(alone, poolSize, seconds)], ['small group', () => beside.run({}, inFlight, seconds)]);
    } else {
      const { pool } = side;
      ways.unshift(['reference', () => run(cluster, referenceRedeem(pool, members), poolSize, seconds)]);
      ways.splice(2, 0, ['as it comes', () => side.run({}, poolSize, seconds)]);
      ways.splice(3, 0, ['reference group', () => run(cluster, referenceGroupRedeem(pool, members, 4, 50), inFlight, seconds)]);
      if (await hasPgbench()) {
        ways.push(['pgbench', () => pgbench(cluster, side, members, poolSize, seconds, single, 1)]);
        ways.push(['pgbench group', () => pgbench(cluster, side, members, 4, seconds, group, 50)]);
      }
    }
    const found = new Map<Way, Measured[]>(ways.map(([way]) => [way, []]));
    for (let round = 0; round < rounds; round++) for (const [way, measure] of ways) found.get(way)?.push(await measure());
    report(found, { members, journal, small, poolSize, inFlight });
    await updates(cluster, side);
  } finally {
    for (const side of sides) await side.close();
    await cluster.close();
  }
}

const alone: Partial<GroupCommitOptions> = { above: Number.POSITIVE_INFINITY };

/** One database with both ledgers in it, each with connections of its own. */
interface Side {
  readonly url: string;
  readonly pool: pg.Pool;
  run(options: Partial<GroupCommitOptions>, callers: number, seconds: number): Promise<Measured>;
  close(): Promise<void>;
}

async function openSide(cluster: BenchCluster, members: number, journal: number, poolSize: number, reference: boolean): Promise<Side> {
  // Before the load and not after it: the first touch of a page after a checkpoint writes it to the log whole, of few members soon all.
  await cluster.query(cluster.url, 'checkpoint');
  const started = performance.now();
  const url = await cluster.create(`bench_${members}`);
  const ledger = await openSubgraph(subgraph as never, { url, transport: unreachable, ids: testIds, poolSize });
  await ledger.migrate();
  if (reference) await cluster.query(url, `${referenceSchema}${referenceFunctions}${referenceLoad(members, 0, partners)}`);
  await cluster.query(url, productLoad(members, journal, partners, programmes));
  // Only what has rows: a table that was found empty would be read from end to end by plans that are kept while it grows.
  const filled = journal > 0 ? ', ledger.entry, ledger.write_key, ledger.hold, ledger.obligation' : '';
  const both = reference ? ', reference.account, reference.lot' : '';
  await cluster.query(url, `vacuum analyze ledger.account, ledger.lot, ledger.partner, ledger.programme${both}${filled}`);
  console.log(`${members} members x 5 lots, ${journal} old entries, loaded in ${Math.round((performance.now() - started) / 1000)} s`);
  const em = ledger.database.em.fork() as EntityManager;
  const pool = new pg.Pool({ connectionString: url, max: poolSize, options: '-c search_path=reference' });
  return {
    url,
    pool,
    async run(options, callers, seconds) {
      await gatherCalls({ em }, options);
      return run(cluster, productRedeem(em, members), callers, seconds);
    },
    async close() {
      await pool.end();
      await ledger.close();
    },
  };
}

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
  { url }: Side,
  members: number,
  clients: number,
  seconds: number,
  script: (members: number) => string,
  each: number,
): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'tongdui-pgbench-'));
  const file = join(folder, 'script.sql');
  await writeFile(file, script(members));
  const meter = startMeter(cluster);
  const env = { ...process.env, PGOPTIONS: '-c search_path=reference' };
  const args = ['-n', '-M', 'prepared', '-c', String(clients), '-j', '2', '-T', String(seconds), '-f', file, url];
  const { stdout } = await execute('pgbench', args, { env });
  await rm(folder, { recursive: true });
  const perSecond = Number(/tps = ([\d.]+)/.exec(stdout)?.[1]) * each;
  const count = Number(/actually processed: (\d+)/.exec(stdout)?.[1]) * each;
  return { ...meter(count), perSecond, nodeMicros: 0 };
}

/** How many updates stayed within their page, without touching an index. */
async function updates(cluster: BenchCluster, { url }: Side): Promise<void> {
  const found = await cluster.query(
    url,
    `select relname, round(100.0 * n_tup_hot_upd / n_tup_upd) as hot from pg_stat_user_tables where schemaname = 'ledger' and n_tup_upd > 100 order by 1`,
  );
  console.log(`updates within their page: ${found.map(({ relname, hot }) => `${String(relname)} ${String(hot)} %`).join(', ')}`);
}
