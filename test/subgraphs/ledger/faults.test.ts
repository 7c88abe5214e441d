import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { v7 as uuid } from 'uuid';
import type { Transport } from '../../../schema/transport.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../subgraphs/kernel/embedded-postgres.js';
import { openSubgraph, type RunningSubgraph } from '../../../subgraphs/kernel/subgraph.js';
import { subgraph } from '../../../subgraphs/ledger/index.js';
import { auditOf, withLedger } from '../../../subgraphs/ledger/proof/audit.js';
import { verify } from '../../../subgraphs/ledger/proof/verify.js';
import { testIds } from '../../support/subgraph.js';
import { unreachable } from '../../support/transport.js';
import { viewers } from '../../support/viewers.js';
import { type Steps, stepsOf } from './hold-steps.js';
import { openLedger, type Row, seed, type TestLedger, writesBy } from './ledger.js';

process.env['TONGDUI_LOG'] ??= 'silent'; // Faults are meant here.

/** What a caller is told while the database cannot do what it is asked: to come again with the same key. */
const unavailable = 'SUBGRAPH_UNAVAILABLE';
const leg = (points: number) => [{ programme: 'COAL-P', points, fen: points }];

const soundBooks = async (url: string): Promise<void> => {
  expect(await auditOf(url)).toEqual([]);
  expect((await withLedger(url, (em) => verify(em, { keys: [] }))).findings).toEqual([]);
};

describe('one database', () => {
  let ledger: TestLedger;
  let steps: Steps;
  beforeAll(async () => {
    ledger = await openLedger();
    steps = stepsOf(ledger);
  });
  afterAll(() => ledger.close());
  afterEach(() => soundBooks(ledger.database.url));

  const member = async (points = 100): Promise<string> => {
    const uid = uuid();
    await ledger.accrue(uid, 'COAL-P', points);
    return uid;
  };
  const available = async (uid: string): Promise<unknown> => (await ledger.balance(uid, 'COAL-P'))?.['available'];

  test('every connection taken: a clear error, and under the same key one outcome afterwards', async () => {
    const uid = await member();
    const small = await openSubgraph(subgraph as never, { url: ledger.database.url, transport: unreachable, ids: testIds, poolSize: 2 });
    const pool = (await small.database.em.getConnection().getNativeClient()) as unknown as pg.Pool;
    const taken = await Promise.all([pool.connect(), pool.connect()]);
    const write = writeOn(small);
    const place = (): Promise<Row> => stepsOf({ write }).place(uid, leg(60), { hold: uid, redemption: uid }, 'when-full');
    await expect(place()).rejects.toThrow(unavailable);
    expect(await available(uid)).toBe(100);
    for (const client of taken) client.release();
    expect(await place()).toMatchObject({ __typename: 'HoldPlaced', replayed: false });
    expect(await place()).toMatchObject({ __typename: 'HoldPlaced', replayed: true });
    expect(await available(uid)).toBe(40);
    await small.close();
  });

  test('a row that somebody holds, a statement that does not end: a clear error after a while, reads and other members live', async () => {
    const [locked, slow, other] = [await member(), await member(), await member()];
    const client = new pg.Client(ledger.database.url);
    await client.connect();
    await client.query('begin');
    await client.query('select 1 from ledger.account where member_uid = $1 for update', [locked]);
    await ledger.sql(`create function dawdle() returns trigger language plpgsql as $$ begin perform pg_sleep(60); return new; end $$`);
    await ledger.sql(
      `create trigger dawdle before insert on hold for each row when (new.member_uid = '${slow}') execute function dawdle()`,
    );
    const asked = { hold: uuid(), redemption: uuid() };
    const [first, second, third] = await Promise.allSettled([
      steps.place(locked, leg(10), asked, 'locked'),
      steps.place(slow, leg(10), {}, 'slow'),
      steps.place(other, leg(10), {}, 'other'),
      Promise.all([locked, slow].map(available)).then((seen) => expect(seen).toEqual([100, 100])),
    ]);
    expect(third).toMatchObject({ status: 'fulfilled', value: { __typename: 'HoldPlaced' } });
    for (const outcome of [first, second]) expect(String((outcome as PromiseRejectedResult).reason)).toContain(unavailable);
    await client.query('rollback');
    await client.end();
    await ledger.sql('drop trigger dawdle on hold');
    expect(await steps.place(locked, leg(10), asked, 'locked')).toMatchObject({ __typename: 'HoldPlaced', replayed: false });
    expect([await available(locked), await available(slow)]).toEqual([90, 100]);
  });

  test('a clock that leaps forth and back: nothing comes twice, nothing is lost, what was booked as expired stays so', async () => {
    await ledger.setClock('2026-11-21T04:00:00Z');
    const [untouched, booked] = [await member(), await member()];
    const [hold, redemption] = [uuid(), uuid()];
    const placed = await steps.place(untouched, leg(30), { hold, redemption, expiresAt: '2026-11-21T05:00:00Z' }, 'leap');
    await ledger.setClock('2028-01-01T00:00:00Z');
    expect([await available(untouched), await available(booked)]).toEqual([0, 0]);
    expect(await steps.place(untouched, leg(1))).toMatchObject({ __typename: 'PointsMissing', missing: 1 });
    for (const job of ['expire-holds', 'expire-lots']) await ledger.subgraph.runJob(job);
    const expiries = `select count(*)::int as n from entry where kind = 'EXPIRY'`;
    const before = await ledger.sql(expiries);
    await ledger.setClock('2026-11-21T04:00:00Z');
    for (const job of ['expire-holds', 'expire-lots', 'remind', 'seal-roots']) await ledger.subgraph.runJob(job);
    expect([await available(untouched), await available(booked)]).toEqual([0, 0]);
    expect(await steps.place(untouched, leg(30), { hold, redemption, expiresAt: '2026-11-21T05:00:00Z' }, 'leap')).toEqual({
      ...placed,
      replayed: true,
    });
    expect(await steps.capture(hold)).toMatchObject({ __typename: 'HoldExpired' });
    const late = await member();
    await ledger.setClock('2020-01-01T00:00:00Z'); // Before anything was.
    expect(await available(late)).toBe(0);
    expect(await steps.place(late, leg(1))).toMatchObject({ __typename: 'PointsMissing' });
    await ledger.setClock('2026-11-21T04:00:01Z');
    expect(await available(late)).toBe(100);
    expect(await ledger.sql(expiries)).toEqual(before);
  });
});

describe('a disk that is full', () => {
  const space = join(tmpdir(), `tongdui-space-${randomBytes(4).toString('hex')}`);
  let base: string;
  let postgres: EmbeddedPostgres | undefined;
  let mounted = false;
  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), 'tongdui-full-'));
    await chmod(base, 0o755);
    await mkdir(space);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', space], { stdio: 'ignore' });
      mounted = true;
    } catch {
      return; // Only root may mount; the test then says that it did not run.
    }
    postgres = await startEmbeddedPostgres({ folder: join(base, 'postgres'), settings: { fsync: 'off' } });
    const { uid, gid } = await stat(postgres.dataFolder);
    await mkdir(join(space, 'data'));
    await chown(join(space, 'data'), uid, gid);
    const client = new pg.Client(postgres.url);
    await client.connect();
    await client.query(`create tablespace small location '${join(space, 'data')}'`);
    await client.query('create database full_disk tablespace small');
    await client.end();
  });
  afterAll(async () => {
    await postgres?.stop();
    if (mounted) execFileSync('umount', ['-l', space]);
    for (const folder of [space, base]) await rm(folder, { recursive: true, force: true });
  });

  test('writes are refused clearly, reads live, nothing acknowledged is lost; with room again the same keys go on', async () => {
    if (!postgres) {
      process.stdout.write('disk full: not run, for a small disk can only be mounted by root\n');
      return;
    }
    const url = Object.assign(new URL(postgres.url), { pathname: '/full_disk' }).toString();
    const running = await openSubgraph(subgraph as never, { url, transport: unreachable as Transport, ids: testIds });
    await running.migrate();
    const write = writeOn(running);
    const first = writesBy(write);
    await seed({ write, ...first });
    const steps = stepsOf({ write });
    const uid = uuid();
    await first.accrue(uid, 'COAL-P', 1_000_000);
    const free = await fillUp(join(space, 'filler'));
    // Until the pages that were begun are full too.
    const acknowledged: string[] = [];
    const refused = await untilRefused(async (redemption) => {
      await steps.place(uid, leg(1), { hold: redemption, redemption }, redemption);
      acknowledged.push(redemption);
    });
    expect(refused.reason).toContain(unavailable);
    expect(await held(running, uid)).toBe(acknowledged.length);
    await free();
    const { redemption } = refused;
    expect(await steps.place(uid, leg(1), { hold: redemption, redemption }, redemption)).toMatchObject({
      __typename: 'HoldPlaced',
      replayed: false,
    });
    for (const one of acknowledged.slice(-20))
      expect(await steps.place(uid, leg(1), { hold: one, redemption: one }, one)).toMatchObject({
        __typename: 'HoldPlaced',
        replayed: true,
      });
    expect(await held(running, uid)).toBe(acknowledged.length + 1);
    await running.close();
    await soundBooks(url);
  });
});

/** Takes what room there is left, and answers how to give it back. */
async function fillUp(path: string): Promise<() => Promise<void>> {
  const file = await open(path, 'w');
  const block = Buffer.alloc(65_536);
  try {
    for (;;) await file.write(block);
  } catch (error) {
    if ((error as { code?: string }).code !== 'ENOSPC') throw error;
  } finally {
    await file.close();
  }
  return () => rm(path);
}

/** Writes under new ids until the first one that is refused, and says why it was. */
async function untilRefused(write: (id: string) => Promise<void>): Promise<{ redemption: string; reason: string }> {
  for (let n = 0; n < 5_000; n += 1) {
    const redemption = uuid();
    try {
      await write(redemption);
    } catch (error) {
      return { redemption, reason: (error as Error).message };
    }
  }
  throw new Error('the disk did not get full');
}

const writeOn =
  (running: RunningSubgraph): TestLedger['write'] =>
  async (viewer, query, variables, key = uuid()) => {
    const asSent = JSON.parse(JSON.stringify(variables ?? {})) as Row;
    const { data, errors } = await running.execute({ query, variables: asSent }, { ...viewer, idempotencyKey: key });
    if (errors) throw new Error(JSON.stringify(errors));
    return Object.values(data ?? {})[0] as Row;
  };

async function held(running: RunningSubgraph, uid: string): Promise<number> {
  const query = 'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Member { balance(programme: "COAL-P") { held } } } }';
  const { data, errors } = await running.execute({ query, variables: { of: [{ __typename: 'Member', uid }] } }, viewers.staff('admin'));
  if (errors) throw new Error(JSON.stringify(errors));
  return (data?.['_entities'] as { balance: { held: number } }[])[0]?.balance.held ?? 0;
}
