import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { composeServices } from '@apollo/composition';
import { QueryPlanner } from '@apollo/query-planner';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { jest } from '@jest/globals';
import { graphql, parse } from 'graphql';
import { type ForeignGateway, openForeign } from '../../../gateway/foreign/server.js';
import { readForeignRules } from '../../../gateway/foreign/settings.js';
import { closeServer } from '../../support/close-server.js';
import { openFederation } from '../execution/federation.js';
import { type Fixture, fixtures } from '../execution/supergraphs.js';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated"])\n`;
const definitions = {
  books: `type Query { books: [Book] fails: String secret: String @authenticated }
    type Book @key(fields: "id") { id: ID! title: String }`,
  // A name that Tongdui uses for itself means nothing here.
  gateway: `type Book @key(fields: "id") { id: ID! stars: Int } type Query { who: String }`,
};
const resolvers = {
  books: {
    Query: {
      books: () => [{ id: '1', title: 'one' }],
      secret: () => 'secret',
      fails: () => {
        throw new Error('told to fail');
      },
    },
  },
  gateway: {
    Query: { who: (_: unknown, _args: unknown, { authorization }: { authorization?: string }) => authorization ?? 'nobody' },
    Book: { __resolveReference: ({ id }: { id: string }) => ({ id, stars: 5 }) },
  },
};

const servers: Server[] = [];
let paths: string[] = [];
let folder: string;
let file: string;
let sdl: string;
let gateway: ForeignGateway;
let url: string;

async function listen(handle: Parameters<typeof createServer>[1]): Promise<string> {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function subgraph(name: keyof typeof definitions): Promise<string> {
  const schema = buildSubgraphSchema([{ typeDefs: parse(link + definitions[name]), resolvers: resolvers[name] as never }]);
  return listen((request, response) => {
    void textOf(request).then(async (body) => {
      paths.push(`${name} ${request.url}`);
      const { query, variables } = JSON.parse(body) as { query: string; variables?: Record<string, unknown> };
      const { authorization } = request.headers;
      response.end(JSON.stringify(await graphql({ schema, source: query, variableValues: variables, contextValue: { authorization } })));
    });
  });
}

const compose = (urls: Readonly<Record<string, string>>, more = ''): string => {
  const { supergraphSdl, errors } = composeServices(
    Object.entries(definitions).map(([name, one]) => ({
      name,
      url: `${urls[name]}/deep/${name}?v=1`,
      typeDefs: parse(link + one + (name === 'books' ? more : '')),
    })),
  );
  if (!supergraphSdl) throw new Error(errors?.map(({ message }) => message).join('\n'));
  return supergraphSdl;
};

let urls: Record<string, string>;
const level = process.env['TONGDUI_LOG'];
beforeAll(async () => {
  process.env['TONGDUI_LOG'] = 'silent';
  urls = { books: await subgraph('books'), gateway: await subgraph('gateway') };
  folder = await mkdtemp(join(tmpdir(), 'foreign-'));
  file = join(folder, 'supergraph.graphql');
  sdl = compose(urls);
  await writeFile(file, sdl);
  gateway = await openForeign({ file, undecided: 'open', ...readForeignRules({}) });
  url = await listen(gateway.handle);
});
afterAll(async () => {
  process.env['TONGDUI_LOG'] = level ?? '';
  if (level === undefined) delete process.env['TONGDUI_LOG'];
  await gateway.stop();
  for (const server of servers) await closeServer(server);
  await rm(folder, { recursive: true });
});

async function ask(query: string, headers: Record<string, string> = {}): Promise<{ data?: unknown; errors?: { message: string }[] }> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as { data?: unknown };
}

/** A new version takes the old one's place at once, as deployments do it. */
async function replace(text: string): Promise<void> {
  await writeFile(`${file}.next`, text);
  await rename(`${file}.next`, file);
  await gateway.reload();
}

test('a graph of anybody’s is answered from the addresses in it', async () => {
  paths = [];
  for (let time = 0; time < 3; time += 1)
    expect(await ask('{ books { title stars } }')).toEqual({ data: { books: [{ title: 'one', stars: 5 }] } });
  expect(paths.slice(0, 2)).toEqual(['books /deep/books?v=1', 'gateway /deep/gateway?v=1']);
});

test('the authorization goes to the subgraphs as it came, each caller’s own', async () => {
  const said = await Promise.all(['Bearer a', 'Basic b', undefined].map((one) => ask('{ who }', one ? { authorization: one } : {})));
  expect(said.map(({ data }) => data)).toEqual([{ who: 'Bearer a' }, { who: 'Basic b' }, { who: 'nobody' }]);
});

test('errors are the subgraphs’ own, and what the supergraph closes stays closed', async () => {
  expect(await ask('{ fails books { id } }')).toMatchObject({
    data: { fails: null, books: [{ id: '1' }] },
    errors: [{ message: 'told to fail', path: ['fails'] }],
  });
  expect(await ask('{ secret }', { authorization: 'Bearer a' })).toMatchObject({ data: { secret: null } });
});

test.each(['own', 'apollo'] as const)('by executor %s there are no subscriptions, and no subgraph is named', async (executor) => {
  const path = join(folder, `${executor}.graphql`);
  await writeFile(path, compose(urls, 'type Subscription { told: Int }'));
  const other = await openForeign({ file: path, undecided: 'open', ...readForeignRules({}), executor });
  const at = await listen(other.handle);
  const post = async (query: string): Promise<unknown> => {
    const response = await fetch(at, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    return [response.status, await response.json()];
  };
  expect(await post('subscription { told }')).toMatchObject([400, { errors: [{ extensions: { code: 'BAD_INPUT' } }] }]);
  expect(await post('{ fails }')).toEqual([
    200,
    {
      data: { fails: null },
      errors: [expect.objectContaining({ message: 'told to fail', extensions: { code: 'DOWNSTREAM_SERVICE_ERROR' } })],
    },
  ]);
  await other.stop();
});

test('a graph with undecided fields is served only to those who say so', async () => {
  await expect(openForeign({ file, undecided: 'refused', ...readForeignRules({}) })).rejects.toThrow('No access decision for 6 fields');
});

test.each(['', 'not a url', 'books.internal:4002/graphql', 'ftp://books.internal/graphql'])(
  'a supergraph with a subgraph at “%s” is refused, and the one before goes on',
  async (address) => {
    const unusable = sdl.replace(`"${urls['books']}/deep/books?v=1"`, JSON.stringify(address));
    expect(unusable).not.toBe(sdl);
    const refusals = async (): Promise<number> =>
      Number(/tongdui_supergraph_reloads_total\{outcome="refused"\} (\d+)/.exec((await gateway.metrics()).text)?.[1] ?? 0);
    const before = await refusals();
    await replace(unusable);
    expect(await refusals()).toBeGreaterThan(before);
    expect(await ask('{ books { title stars } }')).toEqual({ data: { books: [{ title: 'one', stars: 5 }] } });
    await expect(openForeign({ file, undecided: 'open', ...readForeignRules({}) })).rejects.toThrow('The address of the subgraph books');
    await replace(sdl);
  },
);

test('a new supergraph takes over under load without one failed request; what is no supergraph is refused', async () => {
  const stopping = new AbortController();
  const wrong: unknown[] = [];
  let answered = 0;
  const meanwhile = async (): Promise<void> => {
    expect(await ask('{ added0 }')).toMatchObject({ errors: [{ message: expect.stringContaining('added0') }] });
    for (let round = 0; round < 3; round += 1) {
      await replace(compose(urls, `extend type Query { added${round}: Int }`));
      // The subgraph does not know it yet; the graph does.
      expect(await ask(`{ added${round} }`)).toMatchObject({ data: { [`added${round}`]: null } });
    }
    for (const bad of [
      '',
      'type Query {',
      'type Query { a: Int }',
      sdl.replaceAll('join__graph(', 'other('),
      sdl.slice(0, sdl.length / 2),
    ]) {
      await replace(bad);
      expect(await ask('{ added2 }')).toMatchObject({ data: { added2: null } });
    }
    await replace(sdl);
    expect(await ask('{ added2 }')).toMatchObject({ errors: [{ message: expect.stringContaining('added2') }] });
  };
  const caller = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const answer = await ask('{ books { title stars } }').catch((error: unknown) => error);
      answered += 1;
      if (JSON.stringify(answer) !== '{"data":{"books":[{"title":"one","stars":5}]}}') wrong.push(answer);
    }
  };
  const load = Array.from({ length: 8 }, caller);
  await meanwhile().finally(() => stopping.abort());
  await Promise.all(load);
  expect(wrong).toEqual([]);
  expect(answered).toBeGreaterThan(20);
});

describe('operations that are hard on the planner', () => {
  let other: ForeignGateway;
  let at: string;
  let plans: () => Promise<readonly string[]>;
  let graph: string;
  beforeAll(async () => {
    const media = await openFederation(fixtures['media'] as Fixture);
    await media.stop();
    // Nobody answers at this port; what is asked here is planned all the same.
    graph = media.supergraphSdl.replace(/url: "http:\/\/(\w+)"/g, 'url: "http://127.0.0.1:9/$1"');
    await writeFile(join(folder, 'media.graphql'), graph);
    other = await openForeign({ file: join(folder, 'media.graphql'), undecided: 'open', ...readForeignRules({}) });
    at = await listen(other.handle);
    plans = async () => (await other.metrics()).text.split('\n').filter((line) => line.startsWith('tongdui_plans_made'));
  });
  afterAll(() => other.stop());
  const askAt = async (text: string): Promise<{ status: number; codes: readonly unknown[] }> => {
    const response = await fetch(at, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: text }),
    });
    const { errors = [] } = (await response.json()) as { errors?: { extensions?: { code?: unknown } }[] };
    return { status: response.status, codes: errors.map(({ extensions }) => extensions?.code) };
  };

  test('what a search would run round in for ever is planned like anything else', async () => {
    const before = process.memoryUsage().rss;
    const startedAt = performance.now();
    for (let time = 0; time < 2; time += 1)
      expect(await askAt('{ offers { media { id ... on Book { pace } } } }')).toEqual({ status: 200, codes: ['SUBGRAPH_UNAVAILABLE'] });
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1_048_576);
  });

  test('what cannot be planned is refused, tried once, and not tried again by the next version', async () => {
    const unplannable = '{ offers { media { pace ... on Film { pace } ... on Song { a5: id pace } } } }';
    const before = await plans();
    expect(await askAt(unplannable)).toEqual({ status: 400, codes: ['UNPLANNABLE_OPERATION'] });
    const once = await plans();
    for (let time = 0; time < 2; time += 1) expect((await askAt(unplannable)).codes).toEqual(['UNPLANNABLE_OPERATION']);
    expect(once).not.toEqual(before);
    expect(await plans()).toEqual(once);
    await writeFile(join(folder, 'media.graphql'), `${graph}\n# next`);
    const planned = jest.spyOn(QueryPlanner.prototype, 'buildQueryPlan');
    await other.reload();
    // The operation of the test before, which was answered.
    expect(planned).toHaveBeenCalledTimes(1);
    planned.mockRestore();
  });
});

describe('armour', () => {
  const send = async (
    body: string,
    { at = url, headers = {}, method = 'POST' }: { at?: string; headers?: Record<string, string>; method?: string } = {},
  ): Promise<{ status: number; code: unknown; said: unknown; headers: Headers }> => {
    const response = await fetch(`${at}/graphql`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(method === 'POST' ? { body } : {}),
    });
    const said = (await response.json()) as { errors?: { extensions?: { code?: unknown } }[] };
    return { status: response.status, code: said.errors?.[0]?.extensions?.code, said, headers: response.headers };
  };
  const query = (text: string, variables?: object): string => JSON.stringify({ query: text, variables });
  const many = (count: number, of: (n: number) => string): string => Array.from({ length: count }, (_, n) => of(n)).join(' ');

  test.each`
    what                           | body                                                                                                                            | options                                          | status
    ${'a GET'}                     | ${''}                                                                                                                           | ${{ method: 'GET' }}                             | ${405}
    ${'a form'}                    | ${'query={who}'}                                                                                                                | ${{ headers: { 'content-type': 'text/plain' } }} | ${415}
    ${'a packed body'}             | ${query('{ who }')}                                                                                                             | ${{ headers: { 'content-encoding': 'gzip' } }}   | ${415}
    ${'more than a megabyte'}      | ${query(`{ who } # ${' '.repeat(1_048_576)}`)}                                                                                  | ${{}}                                            | ${413}
    ${'a batch'}                   | ${`[${query('{ who }')}]`}                                                                                                      | ${{}}                                            | ${400}
    ${'no document'}               | ${'{"extensions":{"persistedQuery":{"sha256Hash":"ab"}}}'}                                                                      | ${{}}                                            | ${400}
    ${'variables 101 levels deep'} | ${`{"query":"{ who }","variables":{"a":${'['.repeat(101)}${']'.repeat(101)}}}`}                                                 | ${{}}                                            | ${400}
    ${'1,001 aliases'}             | ${query(`{ ${many(1_001, (n) => `a${n}: who`)} }`)}                                                                             | ${{}}                                            | ${400}
    ${'15,001 words'}              | ${query(`{ ${many(15_000, () => 'who')} }`)}                                                                                    | ${{}}                                            | ${400}
    ${'a bomb of fragments'}       | ${query(`{ ...f0 } ${many(30, (n) => `fragment f${n} on Query { ...f${n + 1} ...f${n + 1} }`)} fragment f30 on Query { who }`)} | ${{}}                                            | ${400}
  `('$what is refused', async ({ body, options, status }: { body: string; options: object; status: number }) => {
    const answer = await send(body, options);
    expect([answer.status, answer.code]).toEqual([status, expect.stringMatching(/^(BAD_INPUT|OPERATION_TOO_COSTLY)$/)]);
    expect((await send(query('{ who }'))).said).toEqual({ data: { who: 'nobody' } });
  });

  test('what is legal and large passes, and costs nothing', async () => {
    const large = `query Large($a: Boolean = true) { ${many(400, (n) => `a${n}: who @include(if: $a)`)} ...Rest } ${many(1, () => 'fragment Rest on Query { books { id title stars } }')}`;
    const { status, said, headers } = await send(query(large, { a: true }));
    expect([status, Object.keys((said as { data: object }).data).length, Object.keys(said as object)]).toEqual([200, 401, ['data']]);
    expect(headers.get('ratelimit')).toBeNull();
  });

  test('an operator who says what may be spent has it counted, by address', async () => {
    const TONGDUI_LIMITS = JSON.stringify({ depth: 2, budgets: { anonymous: 20 }, rates: { anonymous: { perSecond: 1, burst: 40 } } });
    const strict = await openForeign({ file, undecided: 'open', ...readForeignRules({ TONGDUI_LIMITS }) });
    const at = await listen(strict.handle);
    const first = await send(query('{ books { id } }'), { at });
    expect([first.status, first.headers.get('ratelimit')]).toEqual([200, '"anonymous";r=35;t=5']);
    expect(first.said).toMatchObject({ extensions: { cost: { requested: 5, budget: 20 } } });
    expect((await send(query('{ a: books { id } b: books { id } c: books { id } d: books { id } e: books { id } }'), { at })).code).toBe(
      'OPERATION_TOO_COSTLY',
    );
    const last: number[] = [];
    for (let time = 0; time < 8; time += 1) last.push((await send(query('{ books { id } }'), { at })).status);
    expect(last.at(-1)).toBe(429);
    expect((await strict.metrics()).text).toMatch(/tongdui_refusals_total\{code="RATE_LIMITED"\} [1-9]/);
    await strict.stop();
  });

  test.each(['[]', '{', '{"depht": 3}', '{"depth": "x"}'])('limits of %s stop the start', (TONGDUI_LIMITS) => {
    expect(() => readForeignRules({ TONGDUI_LIMITS })).toThrow('TONGDUI_LIMITS');
  });
});

test.each([
  [undefined, 1_000],
  ['', 1_000],
  ['0', 0],
  ['250', 250],
])('with a notice of %s ms the port is closed after %s ms', (TONGDUI_DRAIN_NOTICE_MS, noticeMs) => {
  expect(readForeignRules({ TONGDUI_DRAIN_NOTICE_MS }).drain.noticeMs).toBe(noticeMs);
});

test('once it drains it is not ready, still answers, and each answer ends its connection', async () => {
  const other = await openForeign({ file, undecided: 'open', ...readForeignRules({}) });
  const at = await listen(other.handle);
  const health = async (): Promise<unknown> => {
    const response = await fetch(`${at}/health/ready`);
    return [response.status, await response.json()];
  };
  expect(await health()).toEqual([200, { status: 'ready' }]);
  other.drain();
  expect(await health()).toEqual([503, { status: 'draining' }]);
  const response = await fetch(`${at}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query":"{ who }"}',
  });
  expect([response.status, response.headers.get('connection'), await response.json()]).toEqual([200, 'close', { data: { who: 'nobody' } }]);
  await other.stop();
});
