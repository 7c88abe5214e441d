import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { idOf } from '../../gateway/persisted/manifest.js';
import { type CallerClass, type Limits, usualLimits } from '../../schema/limits.js';
import type { SubgraphRequest, Transport } from '../../schema/transport.js';
import type { Viewer } from '../../schema/viewer.js';
import { tokenOf } from '../support/graph.js';
import { viewers } from '../support/viewers.js';
import { attack, raw, speak, watched } from './attack.js';
import { lying, openSmallGraph, type SmallGraph } from './small-graph.js';

/** Every limit of the gateway as a caller meets it: as much as is allowed passes, one more is refused by a code, and nobody else waits. */
const sent: SubgraphRequest[] = [];
/** A refusal is a few milliseconds, by the processor's clock; `README.md` says why no more is asserted. */
const heldAtMostMs = 250;
let askedReady = 0;
const transport: Transport = {
  ...lying((_subgraph, request) => {
    sent.push(request);
    return { data: {} };
  }),
  ready: () => {
    askedReady += 1;
    return Promise.resolve(true);
  },
};
const json = { 'content-type': 'application/json' };
const times = (count: number, write: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => write(index)).join(' ');
let graph: SmallGraph;
beforeAll(async () => {
  graph = await openSmallGraph(transport);
});
afterAll(() => graph.close());
beforeEach(() => void (sent.length = 0));

interface Said {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly extensions: Readonly<Record<string, unknown>> }[];
  readonly extensions?: { readonly cost: { readonly requested: number; readonly budget: number } };
}
async function ask(body: object | string, viewer: Viewer = viewers.anonymous, at = graph): Promise<Said> {
  const headers = viewer.kind === 'anonymous' ? json : { ...json, authorization: `Bearer ${await tokenOf(viewer)}` };
  const answer = await raw(at.url, { headers, body: typeof body === 'string' ? body : JSON.stringify(body) });
  return { ...answer, ...(JSON.parse(answer.text) as object) };
}
const codesOf = ({ errors }: Said): unknown[] => (errors ?? []).map(({ extensions }) => extensions['code']);

interface Case {
  readonly what: string;
  readonly limit: number;
  readonly write: (size: number) => object | string;
  readonly code?: string;
  readonly status?: number;
}
const { budgets } = usualLimits;
const cases: readonly Case[] = [
  { what: 'bytes of the body', limit: usualLimits.bodyBytes, write: (size) => ofBytes(size), status: 413, code: 'BAD_INPUT' },
  { what: 'tokens', limit: usualLimits.tokens, write: (size) => ({ query: ofTokens(size) }) },
  {
    what: 'levels',
    limit: usualLimits.depth,
    write: (size) => ({ query: `{ thing { ${'next { '.repeat(size - 2)}id${' }'.repeat(size - 2)} } }` }),
  },
  {
    what: 'aliases',
    limit: usualLimits.aliases,
    write: (size) => ({ query: `{ thing { ${times(size, (index) => `a${index}: name`)} } }` }),
  },
  { what: 'fields at the root', limit: usualLimits.rootFields, write: (size) => ({ query: `{ ${'__typename '.repeat(size)} }` }) },
  { what: 'selections', limit: usualLimits.selections, write: (size) => ({ query: `{ thing { ${'name '.repeat(size - 1)} } }` }) },
  {
    what: 'directives',
    limit: usualLimits.directives,
    write: (size) => ({ query: `{ thing { ${times(size, () => '... @include(if: true) { id }')} } }` }),
  },
  {
    what: 'operations and fragments',
    limit: usualLimits.definitions,
    write: (size) => ({
      query: `{ thing { ${times(size - 1, (index) => `...F${index}`)} } } ${times(size - 1, (index) => `fragment F${index} on Thing { id }`)}`,
    }),
  },
  {
    what: 'values of variables',
    limit: usualLimits.variableValues,
    write: (size) => ({
      query: 'query ($of: [ID!]) { page(of: $of, first: 1) { nodes { id } } }',
      variables: { of: Array.from({ length: size - 2 }, () => 'x') },
    }),
    code: 'BAD_INPUT',
  },
  {
    what: 'levels of variables',
    limit: usualLimits.variablesDepth,
    write: (size) => ({
      query: 'query ($of: [ID!]) { __typename thing { id } page(of: $of) { nodes { id } } }',
      variables: { of: null, more: nested(size - 1) },
    }),
    code: 'BAD_INPUT',
  },
  {
    what: 'units of an operation',
    limit: budgets.anonymous - 1,
    write: (size) => ({ query: `{ page(first: ${size}) { nodes { id } } }` }),
  },
  {
    what: 'units of an operation, by its variables',
    limit: budgets.anonymous - 1,
    write: (size) => ({ query: 'query ($n: Int!) { page(first: $n) { nodes { id } } }', variables: { n: size } }),
  },
];
function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) value = [value];
  return value;
}
function ofBytes(size: number): string {
  const [head, tail] = ['{"query":"{ __typename }', '"}'];
  return head + ' '.repeat(size - head.length - tail.length) + tail;
}
/** 18 words that are a document, and values of a list, each of which is a word. */
function ofTokens(size: number): string {
  const document = (values: number): string => `{ page(first: 1, of: [${'"x" '.repeat(values)}]) { nodes { id } } }`;
  return document(size - 18);
}
test.each(cases)(
  '$what: $limit pass, one more is refused, and nobody waits',
  async ({ write, limit, code = 'OPERATION_TOO_COSTLY', status = 400 }) => {
    const within = await ask(write(limit));
    expect(codesOf(within)).toEqual([]);
    expect(within.status).toBe(200);
    sent.length = 0;
    const body = write(limit + 1);
    const { heldMs, result } = await watched(`one above ${limit}`, () => attack(graph, typeof body === 'string' ? JSON.parse(body) : body));
    process.stderr.write(`  others waited ${Math.round(result.othersWaitedMs)} ms at the most\n`);
    // Sent again as it is: what JSON.stringify makes of a body is not always as long.
    const refused = await ask(body);
    expect([refused.status, codesOf(refused)]).toEqual([status, [code]]);
    expect(sent.filter(({ query }) => query !== '{__typename}')).toEqual([]);
    expect(refused.text).not.toMatch(/\bthings?\b|\bpage\b|\bnotes\b|node_modules|\n\s*at /);
    expect(heldMs).toBeLessThan(heldAtMostMs);
  },
);

test.each(Object.entries(budgets))('the budget of %s is %i units, and every answer says so', async (kind, budget) => {
  const viewer = {
    anonymous: viewers.anonymous,
    member: viewers.member('00000000-0000-4000-8000-000000000001'),
    partner: viewers.partner('telecom'),
    staff: viewers.staff(),
    regulator: viewers.regulator,
  }[kind as CallerClass];
  const write = (units: number): object => ({
    query: 'query ($n: Int!) { page(first: $n) { nodes { id } } }',
    variables: { n: units - 1 },
  });
  const within = await ask(write(budget), viewer);
  expect([within.status, within.extensions]).toEqual([200, { cost: { requested: budget, budget } }]);
  const beyond = await ask(write(budget + 1), viewer);
  expect(beyond).toMatchObject({
    status: 400,
    errors: [{ extensions: { code: 'OPERATION_TOO_COSTLY', cost: budget + 1, budget } }],
    extensions: { cost: { requested: budget + 1, budget } },
  });
  expect(beyond.data).toBeUndefined();
});

test('pages within pages are refused before a subgraph hears of them, and a fragment lifts nothing', async () => {
  const query =
    'query ($n: Int!) { page(first: $n) { nodes { ...M } } } fragment M on Thing { more(first: $n) { nodes { more(first: $n) { nodes { id } } } } }';
  expect((await ask({ query, variables: { n: 5 } })).extensions?.cost.requested).toBe(1 + 5 * (1 + 1 + 5 * (1 + 1 + 5)));
  sent.length = 0;
  expect(codesOf(await ask({ query, variables: { n: 100 } }))).toEqual(['OPERATION_TOO_COSTLY']);
  expect(codesOf(await ask({ query: '{ a: heavy b: heavy c: heavy }' }))).toEqual(['OPERATION_TOO_COSTLY']);
  expect(sent).toEqual([]);
});

test.each`
  query                                                                                              | free
  ${'query ($x: Boolean = true) { a: heavy @skip(if: $x) b: heavy @skip(if: $x) }'}                  | ${true}
  ${'query ($x: Boolean = false) { heavy @include(if: $x) }'}                                        | ${false}
  ${'query ($x: Boolean = true) { ...F } fragment F on Query { heavy @skip(if: $x) }'}               | ${true}
  ${'mutation ($x: Boolean = true) { a: write @skip(if: $x) { id } b: write @skip(if: $x) { id } }'} | ${true}
`('a null in a condition is refused, before the text is known and after: $query', async ({ query, free }) => {
  for (let round = 0; round < 3; round += 1) {
    sent.length = 0;
    const answer = await ask({ query, variables: { x: null } });
    expect([answer.status, codesOf(answer), answer.data]).toEqual([400, ['BAD_INPUT'], undefined]);
    expect(sent).toEqual([]);
    expect((await ask({ query, variables: { x: free } })).extensions?.cost.requested).toBe(0);
  }
});

test('a null is refused where the operation that runs has it in a condition, and nowhere else', async () => {
  const query = 'query A($x: Boolean = true) { thing @skip(if: $x) { id } } query B($x: [ID!]) { page(of: $x, first: 1) { nodes { id } } }';
  expect(codesOf(await ask({ query, operationName: 'A', variables: { x: null } }))).toEqual(['BAD_INPUT']);
  expect(codesOf(await ask({ query, operationName: 'B', variables: { x: null } }))).toEqual([]);
});

test('a null in place of a length is never a longer list than was paid for', async () => {
  const query = 'query ($n: Int = 1) { page(first: $n) { nodes { id } } }';
  expect((await ask({ query })).extensions?.cost.requested).toBe(2);
  expect((await ask({ query, variables: { n: null } })).extensions?.cost.requested).toBe(21);
});

test('the variables of one caller are not the price of another', async () => {
  const query = 'query Same($n: Int!) { page(first: $n) { nodes { id } } }';
  for (const n of [1, 50, 3]) expect((await ask({ query, variables: { n } })).extensions?.cost.requested).toBe(n + 1);
});

test('a write costs ten units, a write of many aliases as many times ten', async () => {
  expect((await ask({ query: 'mutation { write { id } }' })).extensions?.cost.requested).toBe(10);
  expect((await ask({ query: `mutation { ${times(20, (index) => `w${index}: write { id }`)} }` })).extensions?.cost.requested).toBe(200);
});

test('requests of one connection that are sent at once are answered in their order, each in its turn', async () => {
  const body = (name: string): string => `{"query":"{ ${name}: __typename }"}`;
  const one = (name: string): string =>
    `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body(name).length}\r\n\r\n${body(name)}`;
  const heard = await speak(graph.url, ['a', 'b', 'c', 'd'].map(one).join(''), 1_500);
  expect([...heard.matchAll(/"data":\{"(\w)"/g)].map(([, name]) => name)).toEqual(['a', 'b', 'c', 'd']);
});

test('whoever asks again and again whether it is ready asks no subgraph more than once in a while', async () => {
  const ready = () => raw(graph.url, { method: 'GET', path: '/health/ready' });
  const all = await Promise.all(Array.from({ length: 50 }, ready));
  expect(new Set(all.map(({ status, text }) => `${status} ${text}`))).toEqual(
    new Set(['200 {"status":"ready","subgraphs":{"up":2,"of":2}}']),
  );
  expect((await ready()).status).toBe(200);
  // One check asks both subgraphs; a slow machine may have time for another one.
  expect(askedReady).toBeLessThanOrEqual(4);
});

test.each([
  ['no name', ''],
  ['a name with a text behind it', 'A\nquery A { thing { id } }'],
])('an operation name that is %s is refused, whether or not the text is known', async (_what, operationName) => {
  const query = operationName === '' ? 'query B { thing { id } }' : 'query R { thing { id } }';
  // The text that its name and this one would make together is known.
  for (const known of [
    { query },
    { query: `query A { thing { id } }\n${query}`, operationName: 'A' },
    { query: `query A { thing { id } }\n${query}` },
  ]) {
    expect(codesOf(await ask({ query, operationName }))).toEqual(['BAD_INPUT']);
    await ask(known);
    await ask(known);
  }
  const refused = await ask({ query, operationName });
  expect([refused.status, codesOf(refused)]).toEqual([400, ['BAD_INPUT']]);
});

test('whoever goes away in the middle of a body is no error of ours, and is counted by itself', async () => {
  const head = 'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"query":';
  for (let time = 0; time < 3; time += 1) expect(await speak(graph.url, head, 100)).toBe('');
  const counted = async () => /tongdui_refusals_total\{code="(NOT_SENT|INTERNAL)"\} \d+/g[Symbol.match]((await graph.metrics()).text);
  for (let tries = 0; tries < 50 && !(await counted())?.[0]?.endsWith(' 3'); tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await counted()).toEqual(['tongdui_refusals_total{code="NOT_SENT"} 3']);
});

describe('by principal and cost', () => {
  const slow: Limits = {
    ...usualLimits,
    budgets: { ...usualLimits.budgets, partner: 100, anonymous: 100 },
    rates: { ...usualLimits.rates, partner: { perSecond: 1, burst: 100 }, anonymous: { perSecond: 1, burst: 100 } },
  };
  const page = (n: number): object => ({ query: 'query ($n: Int!) { page(first: $n) { nodes { id } } }', variables: { n } });
  let limited: SmallGraph;
  beforeEach(async () => {
    limited = await openSmallGraph(transport, { limits: slow });
  });
  afterEach(() => limited.close());

  test('what is left runs, what is above it is 429 with the time to wait, and others go on', async () => {
    const [telecom, garage] = [viewers.partner('telecom'), viewers.partner('automotive')];
    const first = await ask(page(59), telecom, limited);
    expect([first.status, first.headers['ratelimit-policy'], first.headers['ratelimit']]).toEqual([
      200,
      '"partner";q=100;w=100',
      '"partner";r=40;t=60',
    ]);
    sent.length = 0;
    const second = await ask(page(79), telecom, limited);
    expect(second).toMatchObject({ status: 429, errors: [{ extensions: { code: 'RATE_LIMITED', retryAfter: expect.any(Number) } }] });
    const wait = Number(second.headers['retry-after']);
    expect(wait).toBeGreaterThan(30);
    expect(wait).toBeLessThanOrEqual(40);
    expect(sent).toEqual([]);
    // A smaller one still fits, and another partner has lost nothing; nor has the same one under another program's token.
    expect((await ask(page(9), telecom, limited)).status).toBe(200);
    expect((await ask(page(99), garage, limited)).status).toBe(200);
  });

  test('refused requests cost too, and who has nothing left is not read any more', async () => {
    const telecom = viewers.partner('telecom');
    for (let count = 0; count < 10; count += 1) expect((await ask({ query: '{ nothing }' }, telecom, limited)).status).toBe(400);
    const last = await ask('no JSON at all', telecom, limited);
    expect([last.status, codesOf(last), last.headers['retry-after']]).toEqual([429, ['RATE_LIMITED'], '1']);
  });

  test('a forwarded address is no principal of its own', async () => {
    const from = (address: string) =>
      raw(limited.url, { headers: { ...json, 'x-forwarded-for': address, forwarded: `for=${address}` }, body: JSON.stringify(page(99)) });
    expect((await from('203.0.113.1')).status).toBe(200);
    expect((await from('203.0.113.2')).status).toBe(429);
  });
});

describe('registered documents', () => {
  const known = 'query Known { page(first: 1) { nodes { id } } }';
  let folder: string;
  let strict: SmallGraph;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tongdui-manifests-'));
    await writeFile(join(folder, 'telecom.json'), JSON.stringify({ [idOf(known)]: known }));
    strict = await openSmallGraph(transport, { persisted: { folder, modes: new Map([['partner', 'enforce']]) } });
  });
  afterAll(async () => {
    await strict.close();
    await rm(folder, { recursive: true });
  });
  const telecom = viewers.partner('telecom');

  test.each`
    what                                     | body                                                                                                   | by                               | status | code
    ${'its id'}                              | ${{ documentId: idOf(known) }}                                                                         | ${telecom}                       | ${200} | ${undefined}
    ${'its id, as Apollo’s clients do'}      | ${{ extensions: { persistedQuery: { version: 1, sha256Hash: idOf(known).slice('sha256:'.length) } } }} | ${telecom}                       | ${200} | ${undefined}
    ${'its text'}                            | ${{ query: known }}                                                                                    | ${telecom}                       | ${200} | ${undefined}
    ${'both'}                                | ${{ query: known, documentId: idOf(known) }}                                                           | ${telecom}                       | ${200} | ${undefined}
    ${'its id and another text'}             | ${{ query: '{ thing { id } }', documentId: idOf(known) }}                                              | ${telecom}                       | ${400} | ${'BAD_INPUT'}
    ${'another text and its id'}             | ${{ query: '{ thing { id } }', documentId: idOf('{ thing { id } }') }}                                 | ${telecom}                       | ${403} | ${'FORBIDDEN_OPERATION'}
    ${'a text that is not registered'}       | ${{ query: '{ thing { id } }' }}                                                                       | ${telecom}                       | ${403} | ${'FORBIDDEN_OPERATION'}
    ${'introspection'}                       | ${{ query: '{ __schema { types { name } } }' }}                                                        | ${telecom}                       | ${403} | ${'FORBIDDEN_OPERATION'}
    ${'an id that nobody has'}               | ${{ documentId: idOf('nobody') }}                                                                      | ${telecom}                       | ${400} | ${'BAD_INPUT'}
    ${"another partner's id"}                | ${{ documentId: idOf(known) }}                                                                         | ${viewers.partner('automotive')} | ${400} | ${'BAD_INPUT'}
    ${'no text, but nothing is asked of it'} | ${{ query: '{ thing { id } }' }}                                                                       | ${viewers.anonymous}             | ${200} | ${undefined}
  `('$what is answered $status', async ({ body, by, status, code }) => {
    const answer = await ask(body as object, by as Viewer, strict);
    expect([answer.status, codesOf(answer)]).toEqual([status, code === undefined ? [] : [code]]);
    if (status === 200) expect(answer.extensions?.cost.requested).toBeGreaterThan(0);
    else expect(answer.text).not.toMatch(/thing|Known|page|telecom|sha256:/);
  });
});
