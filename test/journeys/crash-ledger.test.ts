import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { v7 as uuid } from 'uuid';
import { httpTransport } from '../../schema/http-transport.js';
import type { Transport } from '../../schema/transport.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../subgraphs/kernel/embedded-postgres.js';
import { auditOf, withLedger } from '../../subgraphs/ledger/proof/audit.js';
import { verify } from '../../subgraphs/ledger/proof/verify.js';
import { type Steps, stepsOf } from '../subgraphs/ledger/hold-steps.js';
import { type Row, seed, type TestLedger, writesBy } from '../subgraphs/ledger/ledger.js';

/**
 * Redemptions under load while PostgreSQL and the ledger's process are ended by `kill -9`, ten times in turn. The cluster is the test's
 * own, with fsync on: what was acknowledged has to be there.
 */
const crashes = 10;
const members = Array.from({ length: 12 }, () => uuid());
const funds = 10_000_000;
const signing = { id: 'test', secret: 's'.repeat(40) };

let base: string;
let postgres: EmbeddedPostgres;
let database: string;
let port: number;
let ledger: ChildProcess;
let transport: Transport;
let write: TestLedger['write'];
let call: Steps;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'tongdui-crash-'));
  await chmod(base, 0o755);
  postgres = await startEmbeddedPostgres({ folder: join(base, 'postgres') });
  database = postgres.url;
  port = await freePort();
  ledger = await startLedger();
  transport = httpTransport({ urls: new Map([['ledger', `http://127.0.0.1:${port}`]]), keys: [signing] });
  write = async (viewer, document, variables, key = uuid()) => {
    const asSent = JSON.parse(JSON.stringify(variables ?? {})) as Row;
    const { data, errors } = await transport.send('ledger', { query: document, variables: asSent }, { ...viewer, idempotencyKey: key });
    if (errors) throw new Error(JSON.stringify(errors));
    return Object.values(data ?? {})[0] as Row;
  };
  const first = writesBy(write);
  call = stepsOf({ write });
  await seed({ write, ...first });
  for (const member of members) for (const programme of ['AUTO-P', 'COAL-P']) await first.accrue(member, programme, funds);
});
afterAll(async () => {
  ledger.kill('SIGKILL');
  await transport.close();
  await postgres.stop();
  await rm(base, { recursive: true, force: true });
});

interface Done {
  readonly member: string;
  readonly redemption: string;
  readonly points: number;
  readonly sent: { readonly again: () => Promise<Row>; readonly answer: Row }[];
}

const done: Done[] = [];
const load = { goesOn: true, unanswered: 0 };

/** The answer to a write, however often it has to be sent until there is one; always the same one. */
async function outcomeOf(send: () => Promise<Row>): Promise<Row> {
  for (const giveUpAt = Date.now() + 60_000; ; await pause(30)) {
    try {
      const answer = await send();
      return Math.random() < 0.1 ? same(answer, await send()) : answer;
    } catch (error) {
      load.unanswered += 1;
      // Out of reach, or cut off in the middle: nothing is known of the write, so it is sent again under its key.
      if (Date.now() > giveUpAt || !/is out of reach|could not be reached|SUBGRAPH_UNAVAILABLE|ledger/.test((error as Error).message))
        throw error;
    }
  }
}

function same(first: Row, again: Row): Row {
  expect({ ...again, replayed: null }).toEqual({ ...first, replayed: null });
  return first;
}

async function customer(member: string): Promise<void> {
  while (load.goesOn) {
    const [hold, redemption, placeKey, captureKey] = [uuid(), uuid(), uuid(), uuid()];
    const most = 1 + Math.floor(Math.random() * 90);
    // Some are captured in part.
    const points = Math.random() < 0.3 ? 1 + Math.floor(Math.random() * most) : most;
    const legsOf = (each: number) => ['AUTO-P', 'COAL-P'].map((programme) => ({ programme, points: each, fen: each }));
    const place = (): Promise<Row> => call.place(member, legsOf(most), { hold, redemption }, placeKey);
    const capture = (): Promise<Row> => call.capture(hold, captureKey, points < most ? legsOf(points) : undefined);
    const placed = await outcomeOf(place);
    const captured = await outcomeOf(capture);
    expect([placed['__typename'], captured['__typename']]).toEqual(['HoldPlaced', 'HoldCaptured']);
    done.push({
      member,
      redemption,
      points,
      sent: [
        { again: place, answer: placed },
        { again: capture, answer: captured },
      ],
    });
  }
}

test('every acknowledged redemption is there once, every key has one outcome, and the books are right', async () => {
  const startedAt = performance.now();
  const customers = members.map(customer);
  for (let n = 0; n < crashes; n += 1) {
    await pause(300 + Math.random() * 500);
    if (n % 2 === 0) await crashPostgres();
    else await crashLedger();
  }
  await pause(500);
  load.goesOn = false;
  await Promise.all(customers);
  process.stdout.write(
    `crashes: ${crashes} in ${Math.round((performance.now() - startedAt) / 1000)} s; ${done.length} redemptions, ${load.unanswered} calls without an answer\n`,
  );
  expect(done.length).toBeGreaterThan(crashes);
  for (const { sent } of done) for (const { again, answer } of sent) same(answer, await outcomeOf(again));
  const client = new pg.Client(database);
  await client.connect();
  const { rows } = await client.query<{ redemption: string; points: string; n: string }>(
    `select cause_id as redemption, -sum(points) as points, count(*) as n from ledger.entry where kind = 'BURN' group by 1`,
  );
  const [{ left, held } = { left: '', held: '' }] = (
    await client.query<{ left: string; held: string }>('select sum(remaining) as left, sum(held) as held from ledger.lot')
  ).rows;
  await client.end();
  const burned = rows.map(({ redemption, points, n }) => `${redemption} ${points} ${n}`).sort();
  expect(burned).toEqual(done.map(({ redemption, points }) => `${redemption} ${2 * points} 2`).sort());
  expect(Number(held)).toBe(0);
  expect(Number(left)).toBe(members.length * 2 * funds - done.reduce((sum, { points }) => sum + 2 * points, 0));
  expect(await auditOf(database)).toEqual([]);
  expect((await withLedger(database, (em) => verify(em, { keys: [] }))).findings).toEqual([]);
});

/** Ends the server and each of its processes at once, as a power cut would, and starts it again. */
async function crashPostgres(): Promise<void> {
  const [pid = ''] = (await readFile(join(postgres.dataFolder, 'postmaster.pid'), 'utf8')).split('\n');
  const children = execFileSync('pgrep', ['-P', pid]).toString().trim().split(/\s+/);
  for (const one of [pid, ...children])
    try {
      process.kill(Number(one), 'SIGKILL');
    } catch {
      // It ended by itself meanwhile.
    }
  await postgres.stop();
  postgres = await startEmbeddedPostgres({ folder: join(base, 'postgres') });
  expect(postgres.url).toBe(database);
}

async function crashLedger(): Promise<void> {
  const gone = once(ledger, 'exit');
  ledger.kill('SIGKILL');
  await gone;
  ledger = await startLedger();
}

async function startLedger(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['dist/subgraphs/main.js', 'ledger'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      TONGDUI_LOG: 'silent',
      TONGDUI_SANDBOX: '0',
      DATABASE_URL: database,
      PORT: String(port),
      TONGDUI_PAIRWISE_SECRET: Buffer.alloc(32, 7).toString('base64'),
      TONGDUI_SIGNING_KEYS: `${signing.id}:${signing.secret}`,
    },
  });
  await new Promise<void>((resolve, reject) => {
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (said.includes('answers its gateway')) resolve();
      });
    child.once('exit', (code) => reject(new Error(`the ledger ended with ${code}: ${said}`)));
  });
  return child;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: free } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return free;
}
