import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { getIntrospectionQuery } from 'graphql';
import { roster } from '../../schema/roster.js';
import { openTestGraph, type TestGraph, unhurried } from '../support/graph.js';
import { viewers } from '../support/viewers.js';
import { attack, raw, watched } from './attack.js';
import { lying, openSmallGraph, type SmallGraph } from './small-graph.js';

/**
 * What keeps a server busy or full without asking for anything. What the event loop and the memory of this process do meanwhile is printed;
 * the gateway, the attacker and the other callers share it. How long the loop is held is told by the processor's clock, so that a busy
 * machine is none of it; 100 ms is what the gateway keeps (`npm run bench -- gateway --held`), the rest is for the others and slow machines.
 */
const heldAtMostMs = 1_000;
const grownAtMost = 128 * 2 ** 20;
const json = { 'content-type': 'application/json' };
const trifle = '{"query":"{ __typename }"}';
const patience = { headersMs: 400, requestMs: 800, idleMs: 1_500, keepAliveMs: 1_000, checkMs: 100 };

let graph: SmallGraph;
beforeAll(async () => {
  graph = await openSmallGraph(
    lying(() => ({ data: { thing: { id: 'x', name: 'n'.repeat(200_000) } } })),
    { patience },
  );
});
afterAll(() => graph.close());
afterEach(async () => {
  expect((await raw(graph.url, { headers: json, body: trifle })).status).toBe(200);
});

const calm = ({ heldMs, grewBytes }: { readonly heldMs: number; readonly grewBytes: number }): void => {
  expect(heldMs).toBeLessThan(heldAtMostMs);
  expect(grewBytes).toBeLessThan(grownAtMost);
};

/** A connection that says a little, then a byte at a time, until the other side has enough of it. */
function drip(start: string, everyMs: number): Promise<{ readonly lastedMs: number; readonly heard: string }> {
  return new Promise((resolve) => {
    const { port, hostname } = new URL(graph.url);
    const started = performance.now();
    let heard = '';
    const socket: Socket = connect(Number(port), hostname, () => socket.write(start));
    const timer = setInterval(() => socket.write('x'), everyMs);
    socket.on('data', (chunk) => (heard += chunk.toString()));
    socket.on('error', () => {});
    socket.on('close', () => {
      clearInterval(timer);
      resolve({ lastedMs: performance.now() - started, heard });
    });
  });
}

test.each`
  what                     | start
  ${'nothing at all'}      | ${''}
  ${'a head without end'}  | ${'POST /graphql HTTP/1.1\r\nHost: x\r\nX-A: '}
  ${'a body without end'}  | ${'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{"query":"'}
  ${'a chunk without end'} | ${'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n{"query":"'}
`('slow-loris: 150 connections that send $what, byte by byte, are ended, and others are served meanwhile', async ({ what, start }) => {
  const found = await watched(`150 connections that send ${what as string}`, async () => {
    const dripping = Promise.all(Array.from({ length: 150 }, () => drip(start as string, 50)));
    let served = 0;
    const over = new AbortController();
    void dripping.finally(() => over.abort());
    while (!over.signal.aborted) {
      expect((await raw(graph.url, { headers: json, body: trifle })).status).toBe(200);
      served += 1;
    }
    return { connections: await dripping, served };
  });
  calm(found);
  expect(found.result.served).toBeGreaterThan(0);
  for (const { heard } of found.result.connections) expect(heard).toMatch(/^(HTTP\/1\.1 4\d\d|$)/);
});

test('a caller that asks and does not fetch the answer is let go', async () => {
  const { port, hostname } = new URL(graph.url);
  const body = '{"query":"{ thing { name } }"}';
  const one = `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  const found = await watched('10 callers that do not fetch 50 answers of 0.2 MB each', async () => {
    const sockets = Array.from({ length: 10 }, () => {
      const socket = connect(Number(port), hostname, () => socket.write(one.repeat(50)));
      socket.pause();
      return socket;
    });
    const ended = Promise.all(
      sockets.map((socket) => new Promise<void>((resolve) => void socket.on('error', () => {}).on('close', () => resolve()))),
    );
    await wait(patience.idleMs * 2 + 1_000);
    // Whoever reads again finds the connection ended.
    for (const socket of sockets) socket.resume();
    await ended;
  });
  calm(found);
});

test('gzip bombs are refused without being unpacked', async () => {
  const bomb = gzipSync(Buffer.alloc(200_000_000, ' '));
  const found = await watched('20 bodies of 200 MB, packed', () =>
    Promise.all(Array.from({ length: 20 }, () => raw(graph.url, { headers: { ...json, 'content-encoding': 'gzip' }, body: bomb }))),
  );
  for (const { status } of found.result) expect([415, 0]).toContain(status);
  calm(found);
});

test.each`
  what                      | body
  ${'arrays'}               | ${`${'['.repeat(50_000)}${']'.repeat(50_000)}`}
  ${'objects'}              | ${`${'{"a":'.repeat(16_000)}1${'}'.repeat(16_000)}`}
  ${'arrays in variables'}  | ${`{"query":"{ __typename }","variables":{"a":${'['.repeat(45_000)}${']'.repeat(45_000)}}}`}
  ${'objects in variables'} | ${`{"query":"{ __typename }","variables":${'{"a":'.repeat(15_000)}1${'}'.repeat(15_000)}}`}
  ${'arrays in extensions'} | ${`{"query":"","extensions":${'['.repeat(45_000)}${']'.repeat(45_000)}}`}
  ${'many values'}          | ${`{"query":"query ($of: [ID!]) { page(of: $of) { nodes { id } } }","variables":{"of":[${'{},'.repeat(30_000)}1]}}`}
  ${'many keys'}            | ${`{"query":"{ __typename }","variables":{${Array.from({ length: 8_000 }, (_, index) => `"k${index}":1`).join(',')}}}`}
  ${'brackets without end'} | ${'['.repeat(100_000)}
`('deep JSON: $what are refused', async ({ what, body }) => {
  const found = await watched(`deep JSON: ${what as string}`, () => raw(graph.url, { headers: json, body: body as string }));
  expect(found.result.status).toBe(400);
  expect(found.result.text.length).toBeLessThan(500);
  calm(found);
});

test('values that do not fit are told a few at a time, and no name is hinted at', async () => {
  const values = Array.from({ length: 4_900 }, () => ({ x: 1 }));
  const found = await watched('4,900 values that do not fit', () =>
    raw(graph.url, {
      headers: json,
      body: JSON.stringify({ query: 'query ($of: [ID!]) { page(of: $of) { nodes { id } } }', variables: { of: values } }),
    }),
  );
  expect(found.result.status).toBe(400);
  expect(found.result.text.length).toBeLessThan(10_000);
  expect(found.result.text).not.toMatch(/did you mean/i);
  calm(found);
});

describe('the whole graph', () => {
  let whole: TestGraph;
  const wide = (count: number, write: (index: number) => string): string =>
    Array.from({ length: count }, (_, index) => write(index)).join(' ');
  beforeAll(async () => {
    process.env['TONGDUI_LOG'] ??= 'silent';
    whole = await openTestGraph(roster, { limits: unhurried });
  });
  afterAll(() => whole.close());

  test.each`
    what                                         | query
    ${'as many partners as fit'}                 | ${`{ ${wide(20, (index) => `a${index}: partner(id: "p${index}") { id name { zh en } programmes { id name { zh } issuer { id } } }`)} }`}
    ${'as deep as fits'}                         | ${`{ partner(id: "automotive") { ${'programmes { issuer { '.repeat(5)}id${' } }'.repeat(5)} } }`}
    ${'as many members across subgraphs as fit'} | ${`{ ${wide(12, (index) => `a${index}: member(ref: "operator/M-${index}") { id ref tier: wallets { available programme { id } } serviceOrders(first: 2) { nodes { id } } bills(first: 2) { nodes { id } } bookings(first: 2) { nodes { id } } }`)} }`}
    ${'fragments that compare with each other'}  | ${`{ partner(id: "x") { ${wide(40, (index) => `...F${index}`)} } } ${wide(40, (index) => `fragment F${index} on Partner { ${'id '.repeat(10)} }`)}`}
    ${'inline fragments in each other'}          | ${`{ partner(id: "x") { ${`... on Partner { ${'... on Partner { id } '.repeat(11)} } `.repeat(14)} } }`}
    ${'names that nobody knows'}                 | ${`{ partner(id: "x") { ${wide(490, (index) => `n${index}`)} } }`}
    ${'the introspection of tools'}              | ${getIntrospectionQuery()}
    ${'introspection in circles'}                | ${'{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }'}
  `('$what: nobody is held up', async ({ what, query }) => {
    const token = await whole.tokenOf(viewers.staff());
    const found = await watched(`the whole graph, ${what as string}`, () =>
      attack(whole, { query: query as string }, { authorization: `Bearer ${token}` }),
    );
    expect([found.result.status, found.result.text.slice(0, 200)]).toEqual([
      what === 'names that nobody knows' || what === 'introspection in circles' ? 400 : 200,
      expect.any(String),
    ]);
    process.stderr.write(`  others waited ${Math.round(found.result.othersWaitedMs)} ms at the most\n`);
    calm(found);
  });

  test('explanations of large operations are given one after the other', async () => {
    const operation = `{ ${wide(20, (index) => `a${index}: partner(id: "p${index}") { id name { zh en } programmes { id name { zh } issuer { id } } }`)} }`;
    const query = `query ($operation: String!) { ${wide(20, (index) => `e${index}: explain(operation: $operation) { coordinate decision reason }`)} }`;
    const token = await whole.tokenOf(viewers.staff());
    const found = await watched('20 explanations of 20 partners', () =>
      attack(whole, { query, variables: { operation } }, { authorization: `Bearer ${token}` }),
    );
    expect(found.result.status).toBe(200);
    expect(found.result.text).not.toContain('"errors"');
    calm(found);
  });
});
