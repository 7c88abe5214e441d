import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { type Bus, sparingly } from '../../../gateway/subscriptions/bus.js';
import { natsBus } from '../../../gateway/subscriptions/nats-bus.js';
import { postgresBus } from '../../../gateway/subscriptions/postgres-bus.js';
import { createTestDatabase } from '../../support/database.js';

/** How often each of two instances has been woken; grows. */
function pair(open: () => Bus): { buses: readonly [Bus, Bus]; woken: [number, number]; until(index: 0 | 1, more: number): Promise<void> } {
  const woken: [number, number] = [0, 0];
  const buses = [open(), open()] as const;
  buses[0].subscribe(() => (woken[0] += 1));
  buses[1].subscribe(() => (woken[1] += 1));
  return {
    buses,
    woken,
    async until(index, more) {
      for (let tries = 0; woken[index] < more; tries += 1) {
        if (tries > 1_000) throw new Error(`woken ${woken[index]} times of ${more}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
  };
}

/** Once connected, both are told to look: what was written before is found then. */
async function wakesTheOther({ buses, woken, until }: ReturnType<typeof pair>): Promise<void> {
  await until(0, 1);
  await until(1, 1);
  const before = woken[1];
  buses[0].publish();
  await until(1, before + 1);
  const back = woken[0];
  buses[1].publish();
  await until(0, back + 1);
}

test('the first call goes at once, what comes during the rest once after it, and nothing is left out', async () => {
  const calls: true[] = [];
  const { call, stop } = sparingly(() => void calls.push(true), 30);
  for (let n = 0; n < 100; n += 1) call();
  expect(calls).toHaveLength(1);
  while (calls.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  await new Promise((resolve) => setTimeout(resolve, 80));
  expect(calls).toHaveLength(2);
  call();
  expect(calls).toHaveLength(3);
  stop();
});

test('by a database: one instance wakes the other, and again after the connection was lost', async () => {
  const database = await createTestDatabase();
  const two = pair(() => postgresBus(database.url, () => {}));
  await wakesTheOther(two);
  const admin = new pg.Client(database.url);
  await admin.connect();
  const before = [...two.woken];
  await admin.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tongdui-gateway' and datname = current_database()`,
  );
  await admin.end();
  await two.until(0, (before[0] as number) + 1);
  await two.until(1, (before[1] as number) + 1);
  await wakesTheOther(two);
  await Promise.all(two.buses.map((bus) => bus.close()));
  await database.drop();
});

test('a database that is not there holds up nobody', async () => {
  const bus = postgresBus('postgres://127.0.0.1:1/nothing', () => {});
  bus.publish();
  await bus.close();
});

/** Debian's `nats-server`, or any other of that name. */
const hasNats = spawnSync('nats-server', ['--version']).status === 0;
if (!hasNats) console.warn('There is no nats-server on this machine (apt-get install nats-server): waking by NATS is not tested.');

(hasNats ? test : test.skip)('by NATS: one instance wakes the other, and again after the server was gone', async () => {
  const probe = createServer();
  await once(probe.listen(0, '127.0.0.1'), 'listening');
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  const start = (): ChildProcess => spawn('nats-server', ['-a', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const end = async (child: ChildProcess): Promise<void> => {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  let server = start();
  const two = pair(() => natsBus(`nats://127.0.0.1:${port}`, () => {}));
  await wakesTheOther(two);
  await end(server);
  two.buses[0].publish();
  server = start();
  for (let tries = 0, before = two.woken[1]; two.woken[1] === before; tries += 1) {
    if (tries > 500) throw new Error('not woken again');
    two.buses[0].publish();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await Promise.all(two.buses.map((bus) => bus.close()));
  await end(server);
});
