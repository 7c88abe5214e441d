import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type EmbeddedPostgres, parsePostmaster, startEmbeddedPostgres } from '../../subgraphs/kernel/embedded-postgres.js';

export interface BenchCluster {
  readonly url: string;
  /** CPU seconds, user and system, that all processes of the server have used. */
  cpu(): number;
  /** Rows of the last statement. */
  query(database: string, text: string): Promise<Record<string, unknown>[]>;
  /** An empty database; answers its url. */
  create(name: string): Promise<string>;
  close(): Promise<void>;
}

/** Durable to the letter, and large enough that no checkpoint falls into a run. */
const settings = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '2GB',
  wal_buffers: '64MB',
  max_wal_size: '24GB',
  min_wal_size: '2GB',
  checkpoint_timeout: '15min',
  random_page_cost: '1.1',
  maintenance_work_mem: '512MB',
  work_mem: '32MB',
  jit: 'off',
  autovacuum_naptime: '20s',
};

/** A throw-away cluster of its own. */
export async function openBenchCluster(): Promise<BenchCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'tongdui-bench-'));
  await chmod(folder, 0o755);
  const server: EmbeddedPostgres = await startEmbeddedPostgres({ folder, settings });
  const query = async (database: string, text: string): Promise<Record<string, unknown>[]> => {
    const client = new pg.Client(database);
    await client.connect();
    try {
      const result = (await client.query(text)) as unknown as pg.QueryResult | pg.QueryResult[];
      return (Array.isArray(result) ? (result.at(-1) as pg.QueryResult) : result).rows as Record<string, unknown>[];
    } finally {
      await client.end();
    }
  };
  const postmaster = parsePostmaster(await readFile(join(server.dataFolder, 'postmaster.pid'), 'utf8'))?.pid as number;
  const close = async (): Promise<void> => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  // Who breaks a run off leaves gigabytes behind otherwise.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void close().finally(() => process.exit(1)));
  return {
    url: server.url,
    cpu: () => cpuOf(postmaster),
    query,
    async create(name) {
      await query(server.url, `create database ${name}`);
      return Object.assign(new URL(server.url), { pathname: `/${name}` }).toString();
    },
    close,
  };
}

export const ticksPerSecond = 100;

/** Of the server's first process, of its living children, and of those that have ended. At once, for the server goes on meanwhile. */
function cpuOf(postmaster: number): number {
  const of = (pid: number): number[] => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // After the name, which may hold spaces: state, parent, …; user and system time are the 12th and 13th, those of ended children follow.
      return stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .map(Number);
    } catch {
      return []; // It has ended.
    }
  };
  const sum = (fields: readonly number[], wanted: readonly number[]): number => wanted.reduce((total, n) => total + (fields[n] ?? 0), 0);
  const children = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8').trim().split(' ').filter(Boolean);
  const ticks = children.reduce((total, pid) => total + sum(of(Number(pid)), [11, 12]), sum(of(postmaster), [11, 12, 13, 14]));
  return ticks / ticksPerSecond;
}
