import { openSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { auditOf } from '../../subgraphs/ledger/proof/audit.js';
import { type Answer, post, tokenOf } from '../support/graph.js';
import { type Instance, type Instances, openInstances } from '../support/instances.js';
import { seedTestGraph } from '../support/seed.js';
import { viewers } from '../support/viewers.js';

/** Two instances of the whole product over one database, each with all its jobs; the clock of the second is ten minutes fast. */
let instances: Instances;
let now: Instance[];
let database: pg.Pool;
const fast = { environment: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(shifted(600_000))}` } };
beforeAll(async () => {
  instances = await openInstances();
  now = [await instances.start(), await instances.start(fast)];
  database = new pg.Pool({ connectionString: instances.databaseUrl, max: 2 });
  await seedTestGraph({ url: now[0]?.url as string, tokenOf });
  await ask(0, 'mutation { enrolMember(input: { partner: "automotive", ref: "one", name: "One" }) { __typename } }', {}, 'enrol');
});
afterAll(async () => {
  await database.end();
  await instances.close();
});

/** A process whose clock is so far off. */
function shifted(ms: number): string {
  return `const D=Date;globalThis.Date=class extends D{constructor(...a){if(a.length)super(...a);else super(D.now()+${ms})}static now(){return D.now()+${ms}}};`;
}

const garage = viewers.partner('automotive');
const accrue = `mutation ($ref: String!) { accrue(memberRef: "one", purchaseRef: $ref, lines: [{ sku: "x", fen: 10000 }]) {
  __typename ... on Accrued { replayed accrual { id points at } } } }`;
const ask = async (at: number, query: string, variables: object, key: string, viewer = viewers.staff('admin')): Promise<Answer> =>
  post((now[at] as Instance).url, await tokenOf(viewer), { query, variables }, key);

interface Accrued {
  readonly replayed: boolean;
  readonly accrual: { readonly id: string; readonly points: number; readonly at: string };
}

test('gateways that are killed in turn: every write under its key ends in one answer, and is there once', async () => {
  const load = { goesOn: true, unanswered: 0 };
  const answers = new Map<string, Accrued>();
  const client = async (name: number): Promise<void> => {
    for (let n = 0; load.goesOn; n += 1) {
      const ref = `c${name}-${n}`;
      for (let tries = 0; ; tries += 1) {
        if (tries > 400) throw new Error(`${ref} is not answered`);
        try {
          const { data, errors } = await ask((name + n + tries) % 2, accrue, { ref }, ref, garage);
          if (!errors) {
            answers.set(ref, data?.['accrue'] as Accrued);
            break;
          }
          expect(errors[0]?.extensions?.['code']).toBe('SUBGRAPH_UNAVAILABLE');
        } catch (error) {
          // The connection broke; `fetch` has errors of another realm.
          if (!['TypeError', 'SyntaxError'].includes((error as Error).name)) throw error;
        }
        load.unanswered += 1;
        await wait(20);
      }
    }
  };
  const clients = Promise.all(Array.from({ length: 6 }, (_, name) => client(name)));
  for (const [which, more] of [
    [0, {}],
    [1, fast],
    [0, {}],
  ] as const) {
    await wait(700);
    await (now[which] as Instance).kill();
    await wait(200);
    now[which] = await instances.start(more);
  }
  await wait(500);
  load.goesOn = false;
  await clients;
  process.stderr.write(`3 kills: ${answers.size} writes, ${load.unanswered} without an answer\n`);
  expect(load.unanswered).toBeGreaterThan(0);
  const { rows } = await database.query<{ id: string; n: number; points: number }>(
    `select count(*)::int as n, sum(points)::int as points from ledger.accrual where purchase_ref ~ '^c[0-9]+-'`,
  );
  expect(rows).toEqual([{ n: answers.size, points: answers.size * 100 }]);
  for (const [ref, answer] of [...answers].slice(-20)) {
    const again = await ask(1, accrue, { ref }, ref, garage);
    expect(again.data?.['accrue']).toEqual({ ...answer, replayed: true });
  }
  expect(await auditOf(instances.databaseUrl)).toEqual([]);
});

test('a process whose clock is ten minutes fast books by the time of the database, and judges tokens to within five seconds of its own', async () => {
  const { rows } = await database.query<{ now: Date }>('select clock_timestamp() as now');
  const at = (rows[0] as { now: Date }).now.getTime();
  const { data } = await ask(1, accrue, { ref: 'by-the-clock' }, 'by-the-clock', garage);
  const booked = Date.parse((data?.['accrue'] as Accrued).accrual.at);
  expect(Math.abs(booked - at)).toBeLessThan(60_000);
  const trifle = async (which: number, lifetimeSeconds: number): Promise<number> => {
    const token = await tokenOf(garage, Math.floor(Date.now() / 1_000) + lifetimeSeconds);
    return (await post((now[which] as Instance).url, token, { query: '{ __typename }' })).status;
  };
  expect([await trifle(0, -2), await trifle(0, -8), await trifle(1, 590), await trifle(1, 1_200)]).toEqual([200, 401, 401, 200]);
});

test('where the log cannot be written, requests are answered all the same', async () => {
  const full = await instances.start({ environment: { TONGDUI_LOG: 'trace' }, stderr: openSync('/dev/full', 'w') });
  const token = await tokenOf(viewers.staff('approver'));
  // A refused write of staff is one that is logged.
  for (let n = 0; n < 5; n += 1) {
    const query = 'mutation { enrolMember(input: { partner: "automotive", ref: "two", name: "Two" }) { __typename } }';
    const { errors } = await post(full.url, token, { query }, `two-${n}`);
    expect(errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN_OPERATION');
  }
  expect((await post(full.url, token, { query: '{ item(id: "tyre") { id } }' })).data).toEqual({ item: { id: 'tyre' } });
  expect(full.child.exitCode).toBeNull();
  await full.kill();
});

test('connections are kept for longer than those who hold them do', async () => {
  const response = await fetch((now[0] as Instance).url.replace('/graphql', '/health/live'));
  expect(response.headers.get('keep-alive')).toBe('timeout=65');
});
