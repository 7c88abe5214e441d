import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { subgraphsOf } from '../../schema/roster.js';
import { createTestDatabase } from './database.js';
import { audience, closeServer, issuer, jwks, post, type TestGraph, tokenOf } from './graph.js';
import { testSecret } from './subgraph.js';

/** A graph of which every part is a process of its own, as an operator would run it. */
export interface ProcessGraph extends Omit<TestGraph, 'subgraph' | 'gateway'> {
  /** Ends one process the hard way and answers when it is gone. */
  kill(name: string): Promise<void>;
  /** Stops one process where it is, as a machine that swaps or a debugger does; its connections stay open. */
  freeze(name: string): void;
  thaw(name: string): void;
  /** Starts one process again and answers when it is ready. */
  start(name: string): Promise<void>;
}

const lines = subgraphsOf(true);

/** Starts one process per subgraph and one for the gateway over a fresh database; the token issuer is a server of this test. */
export async function openProcessGraph(): Promise<ProcessGraph> {
  const database = await createTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'tongdui-processes-'));
  const keyServer = createServer(
    (_request, response) => void jwks().then((keys) => response.setHeader('content-type', 'application/json').end(JSON.stringify(keys))),
  );
  await new Promise<void>((resolve) => keyServer.listen(0, '127.0.0.1', resolve));
  const ports = await freePorts(lines.length + 1);
  const gatewayPort = ports[lines.length] as number;
  const environment: Record<string, string> = {
    ...(process.env as Record<string, string>),
    TONGDUI_SANDBOX: '1',
    TONGDUI_DATA: folder,
    DATABASE_URL: database.url,
    TONGDUI_ISSUER: issuer,
    TONGDUI_AUDIENCE: audience,
    TONGDUI_JWKS_URL: `http://127.0.0.1:${(keyServer.address() as AddressInfo).port}/`,
    TONGDUI_PAIRWISE_SECRET: testSecret.toString('base64'),
    TONGDUI_SIGNING_KEYS: `test:${'s'.repeat(40)}`,
    ...Object.fromEntries(lines.map((line, index) => [line.urlVariable, `http://127.0.0.1:${ports[index]}`])),
  };
  const children = new Map<string, ChildProcess>();
  const start = async (name: string): Promise<void> => {
    const port = name === 'gateway' ? gatewayPort : (ports[lines.findIndex((line) => line.name === name)] as number);
    const argv = name === 'gateway' ? ['dist/gateway/main.js'] : ['dist/subgraphs/main.js', name];
    const child = spawn(process.execPath, argv, { env: { ...environment, PORT: String(port) }, stdio: ['ignore', 'pipe', 'pipe'] });
    children.set(name, child);
    await answersOn(name, child);
  };
  const url = `http://127.0.0.1:${gatewayPort}/graphql`;
  await Promise.all(lines.map((line) => start(line.name)));
  await start('gateway');
  const end = async (name: string, signal: NodeJS.Signals): Promise<void> => {
    const child = children.get(name);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill(signal);
    await gone;
  };
  return {
    url,
    databaseUrl: database.url,
    tokenOf,
    start,
    kill: (name) => end(name, 'SIGKILL'),
    freeze: (name) => void children.get(name)?.kill('SIGSTOP'),
    thaw: (name) => void children.get(name)?.kill('SIGCONT'),
    ask: async (viewer, query, variables, key) =>
      post(url, viewer.kind === 'anonymous' ? undefined : await tokenOf(viewer), { query, variables }, key),
    async close() {
      await Promise.all([...children.keys()].map((name) => end(name, 'SIGTERM')));
      await closeServer(keyServer);
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Resolves once the process says that it answers; rejects with its last words if it ends before. */
function answersOn(name: string, child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    const hear = (chunk: Buffer): void => {
      said = (said + chunk.toString()).slice(-2_000);
      if (/answers (its gateway )?on http/.test(said)) resolve();
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}: ${said}`)));
  });
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map(closeServer));
  return ports;
}
