import { request as httpRequest } from 'node:http';
import { sign, type SigningKey } from '../../../schema/signature.js';
import type { SubgraphRequest } from '../../../schema/transport.js';
import type { Viewer } from '../../../schema/viewer.js';
import { serveSubgraph, type SubgraphServer } from '../../../subgraphs/kernel/server.js';
import type { RunningSubgraph } from '../../../subgraphs/kernel/subgraph.js';
import { viewers } from '../../support/viewers.js';

const key: SigningKey = { id: 'now', secret: 'a'.repeat(32) };
const next: SigningKey = { id: 'next', secret: 'b'.repeat(32) };
const viewer = viewers.partner('telecom');
const heard: { request: SubgraphRequest; viewer: Viewer }[] = [];
let askedReady = 0;
const stand = (name: string): RunningSubgraph =>
  ({
    name,
    ready: () => {
      askedReady += 1;
      return new Promise((resolve) => setTimeout(() => resolve(true), 50));
    },
    execute: (request: SubgraphRequest, from: Viewer) => {
      heard.push({ request, viewer: from });
      return Promise.resolve({ data: { heard: heard.length } });
    },
  }) as unknown as RunningSubgraph;

let server: SubgraphServer;
beforeAll(async () => {
  server = await serveSubgraph(stand('ledger'), [key, next], 0);
});
afterAll(() => server.close());
beforeEach(() => void (heard.length = 0));

const query = JSON.stringify({ query: '{ __typename }' });
const noJson = '{"query": ';
const signed = (body: string, options: { keys?: SigningKey[]; subgraph?: string; at?: number } = {}): Record<string, string> =>
  sign(options.keys ?? [key], options.subgraph ?? 'ledger', viewer, body, options.at ?? Date.now());

async function call(body: string, headers: Record<string, string>): Promise<{ status: number; answer: unknown }> {
  const response = await fetch(`http://127.0.0.1:${server.port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: response.status, answer: await response.json() };
}

test('a signed call is heard, by either of two keys', async () => {
  for (const keys of [[key], [next]]) expect((await call(query, signed(query, { keys }))).status).toBe(200);
  expect(heard).toEqual([0, 1].map(() => ({ request: { query: '{ __typename }' }, viewer })));
});

test('whether it is ready it asks itself once, however many ask', async () => {
  const ready = () => fetch(`http://127.0.0.1:${server.port}/health/ready`).then(({ status }) => status);
  expect(new Set(await Promise.all(Array.from({ length: 30 }, ready)))).toEqual(new Set([200]));
  expect([await ready(), askedReady]).toEqual([200, 1]);
});

test('an answer names the call that it answers', async () => {
  const headers = signed(query);
  const { headers: said } = await fetch(`http://127.0.0.1:${server.port}/graphql`, { method: 'POST', headers, body: query });
  expect(headers['tongdui-signature']).toContain(`;n=${said.get('tongdui-answers')};`);
});

test('a signed call that is no request is told so, which nobody else is', async () => {
  expect((await call(noJson, signed(noJson))).status).toBe(400);
  expect((await call('[]', signed('[]'))).status).toBe(400);
  expect((await call('null', signed('null'))).status).toBe(400);
  expect(heard).toEqual([]);
});

const stranger: SigningKey = { id: 'now', secret: 'c'.repeat(32) };
test.each`
  what                               | headers
  ${'unsigned'}                      | ${() => ({})}
  ${'old'}                           | ${(body: string) => signed(body, { at: Date.now() - 60_500 })}
  ${'from the future'}               | ${(body: string) => signed(body, { at: Date.now() + 60_500 })}
  ${'altered'}                       | ${(body: string) => signed(`${body} `)}
  ${'in another name'}               | ${(body: string) => ({ ...signed(body), 'tongdui-principal': sign([key], 'ledger', viewers.staff(), body, Date.now())['tongdui-principal'] })}
  ${'meant for another'}             | ${(body: string) => signed(body, { subgraph: 'catalog' })}
  ${"signed with a key's name only"} | ${(body: string) => signed(body, { keys: [stranger] })}
  ${'signed in an older form'}       | ${(body: string) => ({ ...signed(body), 'tongdui-signature': signed(body)['tongdui-signature']?.replace(/n=[^;]+;/, '') })}
`('a call that is $what is refused before it is parsed', async ({ headers }: { headers: (body: string) => Record<string, string> }) => {
  // A body that is not JSON tells which came first: parsed, it would be 400.
  for (const body of [query, noJson]) {
    expect(await call(body, headers(body))).toEqual({
      status: 401,
      answer: { errors: [{ message: expect.any(String), extensions: { code: 'UNAUTHENTICATED' } }] },
    });
  }
  expect(heard).toEqual([]);
});

test('a call sent again is refused before it is parsed, also while the first is on its way', async () => {
  const headers = signed(query);
  const statuses = await Promise.all(Array.from({ length: 10 }, async () => (await call(query, headers)).status));
  expect(statuses.filter((status) => status === 200)).toHaveLength(1);
  expect(statuses.filter((status) => status === 401)).toHaveLength(9);
  expect(heard).toHaveLength(1);
  const broken = signed(noJson);
  expect([(await call(noJson, broken)).status, (await call(noJson, broken)).status]).toEqual([400, 401]);
});

test('a body without end is not kept: refused at two megabytes', async () => {
  const outcome = await new Promise<number | string>((resolve) => {
    const request = httpRequest(
      { port: server.port, path: '/graphql', method: 'POST', headers: { 'transfer-encoding': 'chunked' } },
      (response) => {
        resolve(response.statusCode ?? 0);
        request.destroy();
      },
    );
    request.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
    const chunk = Buffer.alloc(65_536, 'x');
    let sent = 0;
    const more = (): void => {
      while (sent < 10_485_760 && !request.destroyed) {
        sent += chunk.length;
        if (!request.write(chunk)) return void request.once('drain', more);
      }
      request.end();
    };
    more();
  });
  expect([413, 'ECONNRESET', 'EPIPE']).toContain(outcome);
  expect((await call(query, signed(query))).status).toBe(200);
});

describe('the end of an instance', () => {
  const slow = (ms: number): RunningSubgraph =>
    ({
      name: 'ledger',
      ready: () => Promise.resolve(true),
      execute: () => new Promise((resolve) => setTimeout(() => resolve({ data: { slow: true } }), ms).unref()),
    }) as unknown as RunningSubgraph;
  const send = (port: number): Promise<{ status: number; connection: string | null; answer: unknown }> =>
    fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...signed(query) },
      body: query,
    }).then(async (response) => ({
      status: response.status,
      connection: response.headers.get('connection'),
      answer: await response.json(),
    }));

  test('what is under way is answered, what comes before the port is closed too, and each answer ends its connection', async () => {
    const ending = await serveSubgraph(slow(300), [key], 0);
    const underWay = send(ending.port);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const closed = ending.close({ noticeMs: 100, longestMs: 10_000 });
    expect((await fetch(`http://127.0.0.1:${ending.port}/health/ready`)).status).toBe(503);
    const last = send(ending.port);
    expect(await Promise.all([underWay, last])).toEqual(
      [1, 2].map(() => ({ status: 200, connection: 'close', answer: { data: { slow: true } } })),
    );
    await closed;
    await expect(send(ending.port)).rejects.toThrow('fetch failed');
  });

  test('what hangs is cut when its time is up', async () => {
    const ending = await serveSubgraph(slow(60_000), [key], 0);
    const hanging = send(ending.port).catch(() => 'cut');
    await new Promise((resolve) => setTimeout(resolve, 100));
    await ending.close({ noticeMs: 0, longestMs: 100 });
    expect(await hanging).toBe('cut');
  });
});
