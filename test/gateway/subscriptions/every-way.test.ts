import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { createLocalJWKSet } from 'jose';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { listen } from '../../../gateway/listen.js';
import { createGateway, type Gateway } from '../../../gateway/server.js';
import { noBus } from '../../../gateway/subscriptions/bus.js';
import { readSupergraph } from '../../../schema/compose.js';
import { usualLimits } from '../../../schema/limits.js';
import { usualStreams } from '../../../schema/stream-settings.js';
import type { Transport } from '../../../schema/transport.js';
import type { Viewer } from '../../../schema/viewer.js';
import { closeServer } from '../../support/close-server.js';
import { type EventStream, openEventStream } from '../../support/event-stream.js';
import { audience, issuer, jwks, post, tokenOf } from '../../support/graph.js';
import { testIds } from '../../support/subgraph.js';
import { viewers } from '../../support/viewers.js';

/** What every caller pays for and what is counted, whichever way it came; the contract is ours, and one subgraph answers nothing. */
let gateway: Gateway;
let server: Server;
let url: string;
const published = { times: 0 };
/** Two refusals and a little: the third one leaves a debt. */
const limits = {
  ...usualLimits,
  refusedCost: 100,
  rates: { ...usualLimits.rates, anonymous: { perSecond: 1, burst: 2_250 }, partner: { perSecond: 1, burst: 250 } },
};
const asked: string[] = [];
const transport: Transport = {
  async send(_subgraph, { query }) {
    asked.push(query);
    await wait(100);
    if (query.includes('eventsSince')) return { data: { eventsSince: { events: [], end: '1.1', more: false, tooOld: false } } };
    if (query.includes('eventNews')) return { data: { eventNews: { head: '1.1', many: false, partners: [], memberUids: [] } } };
    return { data: {} };
  },
  ready: () => Promise.resolve(true),
  close: () => Promise.resolve(),
};

beforeAll(async () => {
  gateway = await createGateway({
    composed: readSupergraph(await readFile('schema/supergraph.graphql', 'utf8')),
    transport,
    tokens: { issuer, audience, keys: createLocalJWKSet(await jwks()) },
    ids: testIds,
    subgraphs: ['members'],
    limits,
    streams: { ...usualStreams, streams: 2 },
    bus: { ...noBus, publish: () => void (published.times += 1) },
  });
  const listening = await listen(gateway, 0, '127.0.0.1');
  server = listening.server;
  url = `http://127.0.0.1:${listening.port}/graphql`;
});
afterAll(async () => {
  await closeServer(server);
  await gateway.stop();
});

const streams: EventStream[] = [];
afterEach(() => {
  for (const stream of streams.splice(0)) stream.cut();
});
interface Asked {
  readonly query: string;
  readonly operationName?: string;
  readonly variables?: Record<string, unknown>;
}
type Way = (viewer: Viewer, wish: Asked) => Promise<unknown>;
const codeOf = (errors: unknown): unknown => (errors as { extensions: { code: string } }[] | undefined)?.[0]?.extensions.code;

const overSse: Way = async (viewer, wish) => {
  const stream = await openEventStream(url, viewer.kind === 'anonymous' ? undefined : await tokenOf(viewer), wish);
  streams.push(stream);
  return stream.status === 200 ? 'begun' : codeOf((await stream.body()).errors);
};
const overHttp: Way = async (viewer, wish) => codeOf((await post(url, await tokenOf(viewer), wish)).errors);
const connected = async (viewer: Viewer) =>
  createClient({
    url: url.replace('http:', 'ws:'),
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${await tokenOf(viewer)}` },
    retryAttempts: 0,
  });
const overSocket: Way = async (viewer, { query, operationName, variables }) => {
  const client = await connected(viewer);
  try {
    const { value } = await client.iterate({ query, operationName: operationName ?? null, variables: variables ?? null }).next();
    return codeOf((value as { errors?: unknown } | undefined)?.errors);
  } catch (error) {
    return Array.isArray(error) ? codeOf(error) : (error as { code?: number }).code;
  } finally {
    await client.dispose();
  }
};
const [sse, http, socket] = [
  ['server-sent events', overSse],
  ['HTTP', overHttp],
  ['a WebSocket', overSocket],
] as const;

const events = 'subscription { events { id } }';
const dear = `subscription { events { ${Array.from({ length: 20 }, (_, n) => `m${n}: member { entries(first: 100) { nodes { lots { points lot { id } } } } }`).join(' ')} } }`;
const write = 'mutation { accrue(memberRef: "one", purchaseRef: "p", lines: [{ sku: "x", fen: 1 }]) @idempotent(key: "k") { __typename } }';
const partner = (name: string): Viewer => viewers.partner(name);

test.each<[string, string, Way, Viewer, Asked, string]>([
  ['does not fit', ...sse, partner('a'), { query: 'subscription { events { nothing } }' }, 'BAD_INPUT'],
  ['does not fit', ...socket, partner('b'), { query: 'subscription { events { nothing } }' }, 'BAD_INPUT'],
  ['is closed', ...sse, viewers.partner('c', ['catalog.read']), { query: events }, 'FORBIDDEN_OPERATION'],
  ['is closed', ...socket, viewers.partner('d', ['catalog.read']), { query: events }, 'FORBIDDEN_OPERATION'],
  ['is too dear', ...sse, partner('e'), { query: dear }, 'OPERATION_TOO_COSTLY'],
  ['is too dear', ...socket, partner('f'), { query: dear }, 'OPERATION_TOO_COSTLY'],
  ['names no member', ...sse, partner('g'), { query: 'subscription { events(member: "x") { id } }' }, 'BAD_INPUT'],
  ['is asked for without Accept', ...http, partner('h'), { query: events }, 'BAD_INPUT'],
  ['is no GraphQL', ...socket, partner('i'), { query: '{ me {' }, 'BAD_INPUT'],
  ['has no operation of that name', ...socket, partner('j'), { query: 'query A { me { kind } }', operationName: 'B' }, 'BAD_INPUT'],
  [
    'has several operations and no name',
    ...socket,
    partner('k'),
    { query: 'query A { me { kind } } query B { me { kind } }' },
    'BAD_INPUT',
  ],
  [
    'gives null where none may be',
    ...sse,
    partner('l'),
    { query: 'subscription ($t: EventType = POINTS_EARNED) { events(types: [$t]) { id } }', variables: { t: null } },
    'BAD_INPUT',
  ],
])('what %s over %s is refused with a code and paid for', async (_what, _by, way, viewer, wish, code) => {
  const said = [];
  for (let n = 0; n < 4; n += 1) said.push(await way(viewer, wish));
  expect(said.slice(0, 3)).toEqual([code, code, code]);
  // A socket of one that has nothing left is not opened.
  expect(said[3]).toBe(way === overSocket ? 4403 : 'RATE_LIMITED');
});

test('a stream of nobody is refused and paid for', async () => {
  const said = new Set();
  for (let n = 0; n < 23; n += 1) said.add(await overSse(viewers.anonymous, { query: events }));
  expect([...said]).toEqual(['UNAUTHENTICATED']);
  expect(await overSse(viewers.anonymous, { query: events })).toBe('RATE_LIMITED');
});

test('streams that are opened at one moment are as many as there may be, and one more when one has ended', async () => {
  const open = (name: string): Promise<unknown> => overSse(partner(name), { query: events });
  const said = await Promise.all(['p', 'q', 'r'].map(open));
  expect(said.filter((one) => one === 'begun').length).toBe(2);
  expect(said).toContain('RATE_LIMITED');
  streams.find(({ status }) => status === 200)?.cut();
  // It ends when what it waits for has come.
  for (let tries = 0; (await open(`s${tries}`)) !== 'begun'; tries += 1) {
    expect(tries).toBeLessThan(100);
    await wait(50);
  }
});

test('operations over a socket, and answers as a stream, are counted as all others, and their writes are told', async () => {
  const counted = async (operation: string): Promise<number> => {
    const { text } = await gateway.metrics();
    const found = new RegExp(`tongdui_request_seconds_count\\{caller="partner",operation="${operation}",status="200"\\} (\\d+)`).exec(text);
    return Number(found?.[1] ?? 0);
  };
  for (const [index, way] of [overSse, overSocket].entries()) {
    const before = { queries: await counted('query'), writes: await counted('mutation'), published: published.times };
    await way(partner(`x${index}`), { query: '{ __typename }' });
    expect({ ...before, queries: await counted('query') }).toEqual({ ...before, queries: before.queries + 1 });
    expect(published.times).toBe(before.published);
    await way(partner(`x${index}`), { query: write });
    expect(await counted('mutation')).toBe(before.writes + 1);
    expect(published.times).toBe(before.published + 1);
  }
});

test('a write that is under way over a socket when its instance ends is answered, and nothing is begun after it', async () => {
  const client = await connected(partner('y'));
  const closed = new Promise<unknown>((resolve) => void client.on('closed', resolve));
  asked.length = 0;
  const writing = client.iterate({ query: write }).next();
  while (!asked.some((query) => query.includes('accrue'))) await wait(5);
  gateway.drain();
  const late = new WebSocket(url.replace('http:', 'ws:'), 'graphql-transport-ws');
  const [error] = (await once(late, 'error')) as [Error];
  expect(error.message).toMatch('503');
  expect((await writing).value).toMatchObject({ errors: [{ path: ['accrue'] }] });
  expect(await closed).toMatchObject({ code: 1012 });
});
