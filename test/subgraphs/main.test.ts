import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { httpTransport } from '../../schema/http-transport.js';
import { type Transport, Unavailable } from '../../schema/transport.js';
import { closeServer } from '../support/close-server.js';
import { createTestDatabase } from '../support/database.js';
import { testSecret } from '../support/subgraph.js';
import { viewers } from '../support/viewers.js';

interface Instance {
  readonly port: number;
  child: ChildProcess;
}

const keys = [{ id: 'test', secret: 's'.repeat(40) }];
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let instances: Instance[];
const started: ChildProcess[] = [];
const transports: Transport[] = [];

/** One instance as an operator runs it. */
async function start(port: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['dist/subgraphs/main.js', 'catalog'], {
    env: {
      PATH: process.env['PATH'] ?? '',
      PORT: String(port),
      DATABASE_URL: database.url,
      TONGDUI_SIGNING_KEYS: `test:${'s'.repeat(40)}`,
      TONGDUI_PAIRWISE_SECRET: testSecret.toString('base64'),
      TONGDUI_DRAIN_NOTICE_MS: '300',
      TONGDUI_LOG: 'silent',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  await new Promise<void>((resolve, reject) => {
    let said = '';
    const hear = (chunk: Buffer): void => (/answers its gateway/.test((said += chunk.toString())) ? resolve() : undefined);
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${said}`)));
  });
  return child;
}

async function end({ child }: Instance): Promise<unknown> {
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  // It is told again while it drains, which changes nothing.
  await pause(100);
  child.kill('SIGHUP');
  child.kill('SIGINT');
  return gone;
}

beforeAll(async () => {
  database = await createTestDatabase();
  const probes = [createServer(), createServer()];
  const ports = await Promise.all(
    probes.map(async (probe) => {
      await once(probe.listen(0, '127.0.0.1'), 'listening');
      return (probe.address() as AddressInfo).port;
    }),
  );
  await Promise.all(probes.map(closeServer));
  instances = [];
  for (const port of ports) instances.push({ port, child: await start(port) });
});
afterAll(async () => {
  for (const child of started) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  await Promise.all(transports.map((transport) => transport.close()));
  await database.drop();
});

const urlOf = ({ port }: Instance): string => `http://127.0.0.1:${port}`;
/** Reads and writes, as fast as they are answered; what was refused. */
function load(urls: readonly string[]): { readonly failures: string[]; readonly counts: { answered: number }; over(): Promise<void> } {
  const transport = httpTransport({ urls: new Map([['catalog', urls]]), keys });
  transports.push(transport);
  const failures: string[] = [];
  const counts = { answered: 0 };
  const now = { isOver: false };
  const client = async (query: string): Promise<void> => {
    while (!now.isOver) {
      await transport.send('catalog', { query }, viewers.anonymous).then(
        ({ data }) => void (data ? (counts.answered += 1) : failures.push(`${query}: no data`)),
        (error: unknown) => {
          failures.push(`${query}: ${error instanceof Unavailable ? error.reason : String(error)}`);
          return new Promise((resolve) => setTimeout(resolve, 20));
        },
      );
    }
  };
  const read = '{ items(first: 1) { nodes { id } } }';
  const clients = Promise.all([read, read, read, read, 'mutation { __typename }', 'mutation { __typename }'].map(client));
  return {
    failures,
    counts,
    async over() {
      now.isOver = true;
      await clients;
    },
  };
}
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test('two instances are started anew one after the other under load: no read and no write fails, each ends with 0', async () => {
  const under = load(instances.map(urlOf));
  await pause(300);
  for (const instance of instances) {
    expect(await end(instance)).toEqual([0, null]);
    instance.child = await start(instance.port);
    const { answered } = under.counts;
    await pause(1_500); // It is left alone for a second.
    expect(under.counts.answered).toBeGreaterThan(answered);
  }
  await under.over();
  expect(under.failures).toEqual([]);
});

test('one instance alone, started anew on its port: while there is none its callers are told so at once, and then all is answered', async () => {
  const [one] = instances as [Instance];
  const under = load([urlOf(one)]);
  await pause(300);
  expect(await end(one)).toEqual([0, null]);
  one.child = await start(one.port);
  await pause(700); // The breaker rests half a second.
  const { length } = under.failures;
  await pause(300);
  await under.over();
  expect(under.failures.length).toBe(length);
  expect(under.failures.filter((failure) => !/ECONNREFUSED|ECONNRESET|was closed|times in a row/.test(failure))).toEqual([]);
});
