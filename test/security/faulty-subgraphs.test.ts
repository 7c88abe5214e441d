import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { subgraphsOf } from '../../schema/roster.js';
import type { Viewer } from '../../schema/viewer.js';
import { auditOf } from '../../subgraphs/ledger/proof/audit.js';
import { faults } from '../support/fault-proxy.js';
import type { Answer } from '../support/graph.js';
import { seedTestGraph } from '../support/seed.js';
import { viewers } from '../support/viewers.js';
import { openWiredGraph, type WiredGraph } from '../support/wired-graph.js';
import { watched } from './attack.js';

/**
 * Every subgraph of the product, each way in which a server fails: one operation asks all of them, and one write goes through the one that
 * fails. Time limits are short here, so that the suite is, yet long enough that a starved core alone exceeds none; what the event loop and
 * the memory of this process do meanwhile is printed.
 */
const readTimeoutMs = 1_500;
const writeTimeoutMs = 2_000;
const breaker = { failures: 4, restMs: 150 };
const ways = faults(writeTimeoutMs + 500);
/** By the processor’s clock, of gateway, subgraphs, the proxy and the test together. */
const heldAtMostMs = 2_000;
const grownAtMost = 128 * 2 ** 20;

let graph: WiredGraph;
let database: pg.Pool;
let whole: Record<string, unknown>;
beforeAll(async () => {
  process.env['TONGDUI_LOG'] ??= 'silent';
  graph = await openWiredGraph({ readTimeoutMs, writeTimeoutMs, breaker });
  await seedTestGraph(graph);
  database = new pg.Pool({ connectionString: graph.databaseUrl, max: 5 });
  for (const { viewer, through } of Object.values(writes))
    if (viewer.partner !== undefined) await send(admin, enrol, { input: { partner: viewer.partner, ref: `one-${through}`, name: 'One' } });
  await send(garage, accrue, { ref: 'one-catalog', purchase: 'funds', fen: 1_000_000_000 });
  await read();
  whole = (await read()).data as Record<string, unknown>;
});
afterAll(async () => {
  await database.end();
  await graph.close();
});

// What a case that failed had broken must not fail the next one.
afterEach(async () => {
  for (const { name } of subgraphsOf(true)) await graph.way(name).break(null);
  await back();
});

const admin = viewers.staff('admin');
const garage = viewers.partner('automotive');
const enrol = 'mutation ($input: EnrolMemberInput!) { done: enrolMember(input: $input) { __typename } }';
const accrue =
  'mutation ($ref: String!, $purchase: String!, $fen: Fen!) { done: accrue(memberRef: $ref, purchaseRef: $purchase, lines: [{ sku: "x", fen: $fen }]) { __typename } }';

let keys = 0;
const send = async (viewer: Viewer, document: string, variables: Record<string, unknown>): Promise<void> => {
  const { errors } = await graph.ask(viewer, document, variables, `plain-${(keys += 1)}`);
  if (errors) throw new Error(JSON.stringify(errors));
};

const everything = `{
  who: member(ref: "operator/M-Lin") {
    ref
    points: balance(programme: "AUTO-P") { available }
    telecom: bills(first: 2) { nodes { id } }
    automotive: serviceOrders(first: 2) { nodes { id } }
    banking: cardTransactions(first: 2) { nodes { id } }
    travel: bookings(first: 2) { nodes { id } }
    retail: baskets(first: 2) { nodes { id } }
  }
  thing: item(id: "basic-maintenance") { id faceFen }
  clock: sandboxClock
}`;

/** Where each subgraph's part of it is. */
const parts: Readonly<Record<string, readonly string[]>> = {
  members: ['who'],
  ledger: ['who', 'points'],
  catalog: ['thing'],
  ...Object.fromEntries(['telecom', 'automotive', 'banking', 'travel', 'retail'].map((name) => [name, ['who', name]])),
  sandbox: ['clock'],
};

/** The clock goes on; that there is one is what counts. */
async function read(): Promise<Answer> {
  const answer = await graph.ask(admin, everything);
  if (answer.data?.['clock']) answer.data['clock'] = 'now';
  return answer;
}

/** Asks until every part answers: each has to rest before it is asked again. */
async function back(): Promise<Answer> {
  let answer = await read();
  for (let tries = 0; answer.errors && tries < 100; tries += 1) {
    await wait(50);
    answer = await read();
  }
  return answer;
}

function without(broken: readonly string[]): Record<string, unknown> {
  const rest = structuredClone(whole);
  for (const name of broken.toSorted((a, b) => (parts[b]?.length ?? 0) - (parts[a]?.length ?? 0))) {
    const [root = '', field] = parts[name] as readonly string[];
    if (field === undefined) rest[root] = null;
    else (rest[root] as Record<string, unknown>)[field] = null;
  }
  return rest;
}

interface Write {
  readonly through: string;
  readonly viewer: Viewer;
  readonly document: string;
  readonly input: (n: string) => Record<string, unknown>;
  /** What there is of its effects. */
  readonly effects: string;
}

const report = (subgraph: string, partner: string, field: string, table: string, input: (n: string) => object): Write => ({
  through: subgraph,
  viewer: viewers.partner(partner),
  document: `mutation ($input: ${field[0]?.toUpperCase()}${field.slice(1)}Input!) { done: ${field}(input: $input) { __typename } }`,
  input: (n) => ({ input: { memberRef: `one-${subgraph}`, ...input(n) } }),
  effects: `select (select count(*) from ${subgraph}.${table} where state = 'COMPLETED')::int as records, ${points(subgraph)}`,
});
const points = (subgraph: string): string =>
  `(select coalesce(sum(points), 0) from ledger.lot where member_uid = (select member_uid from members.member_link where ref = 'one-${subgraph}'))::int as points`;

const writes: Readonly<Record<string, Write>> = {
  members: {
    through: 'members',
    viewer: viewers.partner('telecom'),
    document: enrol,
    input: (n) => ({ input: { ref: `new-${n}`, name: 'New' } }),
    effects: `select count(*)::int as links, (select count(*) from members.member)::int as members from members.member_link where ref like 'new-%'`,
  },
  ledger: {
    through: 'ledger',
    viewer: garage,
    document: accrue,
    input: (n) => ({ ref: 'one-ledger', purchase: `bought-${n}`, fen: 10_000 }),
    effects: `select ${points('ledger')}`,
  },
  catalog: {
    through: 'catalog',
    viewer: garage,
    document: `mutation ($ref: String!) { done: redeem(memberRef: $ref, cart: [{ item: "basic-maintenance" }], cashMaxFen: 0) {
      __typename ... on Redeemed { redemption { state } } } }`,
    input: () => ({ ref: 'one-catalog' }),
    effects: `select (select count(*) from catalog.redemption)::int as redemptions, (select count(*) from automotive.entitlement)::int as vouchers,
      (select -sum(remaining) from ledger.lot where member_uid = (select member_uid from members.member_link where ref = 'one-catalog'))::int as burned,
      (select sum(held) from ledger.lot)::int as held`,
  },
  telecom: report('telecom', 'telecom', 'reportBill', 'bill', (n) => ({ billRef: n, period: '2026-10', amountFen: 10_000 })),
  automotive: report('automotive', 'automotive', 'reportServiceOrder', 'service_order', (n) => ({
    orderRef: n,
    lines: [{ sku: 'x', category: 'repair', fen: 10_000 }],
  })),
  banking: report('banking', 'banking', 'reportCardTransaction', 'card_transaction', (n) => ({
    transactionRef: n,
    kind: 'SPEND',
    amountFen: 10_000,
  })),
  travel: report('travel', 'airline', 'reportBooking', 'booking', (n) => ({ bookingRef: n, kind: 'FLIGHT', fareFen: 10_000 })),
  retail: report('retail', 'retailer', 'reportBasket', 'basket', (n) => ({ basketRef: n, lines: [{ sku: 'x', fen: 10_000 }] })),
};

const effectsOf = async (name: string): Promise<Record<string, number>> => {
  const { rows } = await database.query<Record<string, number>>((writes[name] as Write).effects);
  return rows[0] as Record<string, number>;
};

/** Sends it under one key until it is answered; says how often nothing was known of it. */
async function insist(name: string, n: string): Promise<{ readonly unknown: number; readonly done: unknown }> {
  const { viewer, document, input } = writes[name] as Write;
  for (let unknown = 0; unknown < 100; unknown += 1) {
    const answer = await graph.ask(viewer, document, input(n), `${name}-${n}`);
    if (!answer.errors && !JSON.stringify(answer.data).includes('"PENDING"')) return { unknown, done: answer.data?.['done'] };
    if (answer.errors) unanswered(answer, [['done']]);
    await wait(50);
  }
  throw new Error(`${name} is not answered`);
}

/** Says that a part is missing, where, and nothing else: no name, no address, no word of what the part said. */
function unanswered({ status, errors }: Answer, places: readonly (readonly string[])[]): void {
  expect(status === 200 || status === 503).toBe(true);
  const text = JSON.stringify(errors?.map(({ message, extensions }) => [message, extensions]));
  expect(text).not.toMatch(/127\.0\.0\.1|\b\d{4,5}\b|ECONN|hunter2|10\.9\.8\.7|169\.254|html|JSON|bytes|subgraph\b/);
  for (const { name } of subgraphsOf(true)) expect(text).not.toMatch(new RegExp(name, 'i'));
  expect(errors?.map(({ extensions }) => extensions)).toEqual(errors?.map(() => ({ code: 'SUBGRAPH_UNAVAILABLE' })));
  for (const place of places)
    expect(errors?.some(({ path }) => path === undefined || (path.length > 0 && place.join('.').startsWith(path.join('.'))))).toBe(true);
}

/** Every one alone where that is answered at once; in groups where time limits have to pass. */
const alone = subgraphsOf(true).map(({ name }) => [name]);
const grouped = [['members'], ['ledger'], ['catalog'], ['telecom', 'automotive', 'banking', 'travel', 'retail', 'sandbox']];
const waits = (fault: string): boolean => /silence|says nothing|too late/.test(fault);

test.each(Object.keys(ways))('%s: only its own fields are missing, and writes under their key happen once', async (fault) => {
  const found = await watched(fault, async () => {
    for (const broken of waits(fault) ? grouped : alone) {
      const writing = broken.filter((name) => name in writes);
      const n = fault.replaceAll(' ', '-');
      const before = await Promise.all(writing.map(effectsOf));
      for (const name of broken) await graph.way(name).break(ways[fault] ?? {});
      const started = performance.now();
      const [answer, ...sent] = await Promise.all([
        read(),
        ...writing.map(async (name) => {
          const { viewer, document, input } = writes[name] as Write;
          return graph.ask(viewer, document, input(n), `${name}-${n}`);
        }),
      ]);
      const tookMs = performance.now() - started;
      expect([broken, answer.data]).toEqual([broken, without(broken)]);
      unanswered(
        answer,
        broken.map((name) => parts[name] as readonly string[]),
      );
      for (const one of sent) {
        expect(one.data?.['done'] ?? null).toBeNull();
        unanswered(one, [['done']]);
      }
      expect(tookMs).toBeLessThan(20_000);
      // Where the answer was lost the write was made all the same, and nobody can know that before they ask again.
      const lost = await Promise.all(writing.map(effectsOf));
      const isMade = ways[fault]?.answered !== undefined;
      for (const [index, difference] of differences(before, lost).entries())
        expect([writing[index], Object.values(difference).some((count) => count > 0)]).toEqual([writing[index], isMade]);
      for (const name of broken) await graph.way(name).break(null);
      const after = await Promise.all(writing.map((name) => insist(name, n)));
      expect(after.map(({ done }) => done)).toEqual(after.map(() => expect.not.objectContaining({ code: expect.anything() })));
      expect(await back()).toEqual({ status: 200, data: whole });
      // Once more under the same key, then once under another one: what one write adds is what the first had added.
      await Promise.all(writing.map((name) => insist(name, n)));
      const once = await Promise.all(writing.map(effectsOf));
      await Promise.all(writing.map((name) => insist(name, `${n}-again`)));
      const twice = await Promise.all(writing.map(effectsOf));
      expect([broken, differences(before, once)]).toEqual([broken, differences(once, twice)]);
    }
  });
  expect(found.heldMs).toBeLessThan(heldAtMostMs);
  expect(found.grewBytes).toBeLessThan(grownAtMost);
});

const differences = (from: readonly Record<string, number>[], to: readonly Record<string, number>[]) =>
  from.map((one, index) =>
    Object.fromEntries(Object.entries(one).map(([name, value]) => [name, ((to[index] as Record<string, number>)[name] ?? 0) - value])),
  );

test('who keeps failing is not asked for a while, so nobody waits; then one call finds out that it is back', async () => {
  const way = graph.way('telecom');
  await way.break(ways['it takes the question and says nothing'] ?? {});
  for (let n = 0; n < breaker.failures; n += 1) expect((await read()).data).toEqual(without(['telecom']));
  const started = performance.now();
  const askedBefore = way.asked();
  for (let n = 0; n < 20; n += 1) expect((await read()).data).toEqual(without(['telecom']));
  const rests = Math.ceil((performance.now() - started) / breaker.restMs);
  expect(way.asked() - askedBefore).toBeLessThanOrEqual(rests + 1);
  expect(way.asked() - askedBefore).toBeLessThan(20);
  await way.break(null);
  expect((await back()).data).toEqual(whole);
});

test('after all of it the books are right', async () => {
  expect(await auditOf(graph.databaseUrl)).toEqual([]);
});

test('every row of what breaks has tests of these names in these files, or its reason', () => {
  const rows = new Map(
    [...readFileSync('test/security/README.md', 'utf8').matchAll(/^\| (F\d+) \|[^|]*\| (.*) \|$/gm)].map(([, row = '', here = '']) => [
      row,
      here,
    ]),
  );
  expect([...rows.keys()]).toEqual(Array.from({ length: 15 }, (_, index) => `F${index + 1}`));
  for (const [row, here] of rows) {
    if (here.startsWith('not in the suite: ')) continue;
    let text = '';
    let named = 0;
    for (const [, file, name] of here.matchAll(/`(test\/[^`]*)`|"([^"]*)"/g)) {
      if (file !== undefined) text = readFileSync(file, 'utf8');
      else expect([row, name, text.includes(name as string)]).toEqual([row, name, true]);
      named += name === undefined ? 0 : 1;
    }
    expect([row, named > 0]).toEqual([row, true]);
  }
});
