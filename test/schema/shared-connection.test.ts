import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { Deadlines } from '../../schema/deadlines.js';
import { type HttpTransportOptions, httpTransport } from '../../schema/http-transport.js';
import { PlainHttp } from '../../schema/plain-http.js';
import type { Transport } from '../../schema/transport.js';
import { closeServer } from '../support/close-server.js';
import { viewers } from '../support/viewers.js';

type Behaviour = (response: ServerResponse, query: string) => void;
interface Asked {
  readonly query: string;
  readonly socket: Socket;
}

/** A server as the subgraphs have it: requests of one connection are worked on at once and answered in order. */
let server: Server;
let asked: Asked[];
/** What is done in place of an answer, by query and by how often it was asked before. */
let behave: (query: string, before: number) => Behaviour | undefined;
let transport: Transport;

const answers: Behaviour = (response, query) => void response.end(JSON.stringify({ data: query }));
const heard = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const { query } = JSON.parse(await text(request)) as { query: string };
  const before = asked.filter((one) => one.query === query).length;
  asked.push({ query, socket: request.socket });
  (behave(query, before) ?? answers)(response, query);
};
beforeEach(async () => {
  asked = [];
  behave = () => undefined;
  server = createServer((request, response) => void heard(request, response).catch(() => {}));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await transport.close();
  await closeServer(server);
});

const address = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const open = (options: Partial<HttpTransportOptions> = {}): Transport =>
  (transport = httpTransport({
    urls: new Map([['things', address()]]),
    keys: [{ id: 'now', secret: 'a'.repeat(32) }],
    readTimeoutMs: 1_000,
    writeTimeoutMs: 1_000,
    ...options,
  }));
const ask = (query: string): Promise<unknown> =>
  transport.send('things', { query }, viewers.anonymous).then(
    ({ data }) => data,
    // The network's errors come from outside of Jest's realm.
    (error: Error & { reason?: string }) => `${error.name}: ${error.reason?.replace(/^Error: /, '')}`,
  );
const askAll = (queries: readonly string[]): Promise<unknown[]> => Promise.all(queries.map(ask));
/** The queries of each connection, in the order in which they came. */
const byConnection = (): string[][] =>
  [...new Set(asked.map(({ socket }) => socket))].map((socket) => asked.filter((one) => one.socket === socket).map(({ query }) => query));
const once =
  (culprit: string, behaviour: Behaviour): typeof behave =>
  (query, before) =>
    query === culprit && before === 0 ? behaviour : undefined;

test('reads that begin in one turn share connections evenly, four to each at the most', async () => {
  // A machine that is busy is no reason to ask again.
  open({ patienceMs: 5_000, readTimeoutMs: 5_000 });
  expect(await askAll(['1', '2', '3', '4', '5', '6'])).toEqual(['1', '2', '3', '4', '5', '6']);
  expect(byConnection()).toEqual([
    ['1', '2', '3'],
    ['4', '5', '6'],
  ]);
  await ask('7');
  await ask('8');
  expect(asked).toHaveLength(8);
});

test('a write is alone on its connection, and nothing is put behind what is under way', async () => {
  open({ patienceMs: 5_000, readTimeoutMs: 5_000 });
  behave = (query) => (query === 'mutation { slow }' ? (response) => void setTimeout(() => answers(response, query), 60) : undefined);
  const write = ask('mutation { slow }');
  const [read, other, second] = [ask('a'), ask('mutation { b }'), ask('c')];
  expect(await Promise.all([read, other, second])).toEqual(['a', 'mutation { b }', 'c']);
  const later = ask('d');
  expect(await later).toBe('d');
  expect(await write).toBe('mutation { slow }');
  for (const queries of byConnection()) if (queries[0] === 'mutation { slow }') expect(queries).toEqual(['mutation { slow }']);
  expect(byConnection()).toContainEqual(expect.arrayContaining(['a', 'c']));
});

test('nothing is shared where it is not wanted', async () => {
  open({ shared: 1 });
  await askAll(['1', '2', '3']);
  expect(byConnection()).toEqual([['1'], ['2'], ['3']]);
});

test('behind a slow answer nobody waits: the others are asked for elsewhere, and for a while each goes alone', async () => {
  open();
  let release = (): void => {};
  behave = once('slow', (response, query) => void (release = () => answers(response, query)));
  const slow = ask('slow');
  // The slow one is answered only after those behind it were.
  expect(await askAll(['1', '2', '3'])).toEqual(['1', '2', '3']);
  expect(asked.filter(({ query }) => query === '1')).toHaveLength(2);
  release();
  expect(await slow).toBe('slow');
  asked = [];
  await askAll(['4', '5', '6']);
  expect(byConnection()).toHaveLength(3);
  expect(asked).toHaveLength(3);
});

test('of a hanging answer only its own caller hears', async () => {
  open({ readTimeoutMs: 400 });
  behave = (query) => (query === 'hangs' ? () => {} : undefined);
  expect(await askAll(['1', 'hangs', '2', '3'])).toEqual(['1', 'Unavailable: no answer in time', '2', '3']);
});

test('where time is up before patience is, those behind are asked again all the same', async () => {
  open({ readTimeoutMs: 60 });
  behave = (query) => (query === 'hangs' ? () => {} : undefined);
  expect(await askAll(['hangs', '1'])).toEqual(['Unavailable: no answer in time', '1']);
});

describe('what one call breaks costs the others of its connection nothing', () => {
  const ways: Readonly<Record<string, readonly [Behaviour, string]>> = {
    'another status': [(response) => void response.writeHead(500).end(), 'Unavailable: status 500'],
    'an answer too large': [(response) => void response.end('x'.repeat(2_000)), 'Unavailable: answer above 1000 bytes'],
    'a broken answer': [
      (response) => {
        response.writeHead(200, { 'content-length': 100 });
        response.write('{');
        setTimeout(() => response.socket?.resetAndDestroy(), 20);
      },
      'Unavailable: read ECONNRESET',
    ],
    'an announced end': [(response, query) => answers(response.setHeader('connection', 'close'), query), 'broken'],
    'a reset before the answer': [(response) => void response.socket?.resetAndDestroy(), 'broken'],
  };
  it.each(Object.keys(ways))('%s', async (way) => {
    open({ maxAnswerBytes: 1_000 });
    const [behaviour, said] = ways[way] as (typeof ways)[string];
    for (const queries of [
      ['broken', '1', '2', '3'],
      ['1', 'broken', '2', '3'],
      ['1', '2', '3', 'broken'],
    ]) {
      asked = [];
      behave = once('broken', behaviour);
      expect(await askAll(queries)).toEqual(queries.map((query) => (query === 'broken' ? said : query)));
    }
  });
});

test('who shares a connection gets its own answer, however long and late each is', async () => {
  open({ readTimeoutMs: 3_000 });
  const call = fc.record({
    bytes: fc.integer({ min: 0, max: 60_000 }),
    afterMs: fc.constantFrom(0, 0, 0, 1, 5, 150),
    chunked: fc.boolean(),
  });
  let round = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 9 }), async (calls) => {
      round += 1;
      const queries = calls.map((_, index) => `${round} ${index}`);
      const said = queries.map((query, index) => `${query} ${'通x'.repeat((calls[index]?.bytes ?? 0) / 4)}`);
      behave = (query) => (response) => {
        const index = queries.indexOf(query);
        const body = JSON.stringify({ data: said[index] });
        const { afterMs = 0, chunked = false } = calls[index] ?? {};
        const answer = (): void => {
          if (chunked) response.write(body.slice(0, 9));
          response.end(chunked ? body.slice(9) : body);
        };
        if (afterMs === 0) answer();
        else setTimeout(answer, afterMs);
      };
      expect(await askAll(queries)).toEqual(said);
    }),
    { numRuns: 60 },
  );
});

test('closing waits for what was begun in the same turn', async () => {
  transport = open();
  const rules = { connections: 1, keepAliveMs: 1_000, connects: new Deadlines(500), maxAnswerBytes: 1_000, patience: new Deadlines(50) };
  const http = new PlainHttp(new URL('/graphql', address()), { ...rules, shared: 4, aloneMs: 100 });
  const body = JSON.stringify({ query: 'q' });
  const answer = http.post('', body, new Deadlines(1_000), true);
  await http.close();
  expect(await answer).toBe('{"data":"q"}');
});
