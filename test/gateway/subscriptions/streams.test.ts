import { openEventStream, type EventStream, type Told } from '../../support/event-stream.js';
import { openTestGraph, type TestGraph } from '../../support/graph.js';
import { seedTestGraph } from '../../support/seed.js';
import { testIds } from '../../support/subgraph.js';
import { viewers } from '../../support/viewers.js';
import type { Viewer } from '../../../schema/viewer.js';

let graph: TestGraph;
const admin = viewers.staff('admin');
const garage = viewers.partner('automotive');
const telecom = viewers.partner('telecom');
let member: Viewer;

const must = async (viewer: Viewer, query: string, variables?: Record<string, unknown>, key = Math.random().toString(36)) => {
  const answer = await graph.ask(viewer, query, variables, key);
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  return answer.data as Record<string, unknown>;
};

beforeAll(async () => {
  graph = await openTestGraph(undefined, { streams: { beatMs: 200, recheckMs: 100, stallMs: 400 } });
  await seedTestGraph(graph);
  for (const partner of ['automotive', 'telecom'])
    await must(admin, `mutation { enrolMember(input: { partner: "${partner}", ref: "one", name: "One" }) { __typename } }`);
  const { member: found } = await must(admin, '{ member(ref: "automotive/one") { id } }');
  member = viewers.member(testIds.open((found as { id: string }).id, 'staff') as string);
});
afterAll(() => graph.close());

let purchases = 0;
const earn = (viewer: Viewer, fen: number) =>
  must(
    viewer,
    'mutation ($ref: String!, $fen: Fen!) { accrue(memberRef: "one", purchaseRef: $ref, lines: [{ sku: "x", fen: $fen }]) { __typename } }',
    { ref: `p${(purchases += 1)}`, fen },
  );

const streams: EventStream[] = [];
afterEach(() => {
  for (const stream of streams.splice(0)) stream.cut();
});
const open = async (
  viewer: Viewer,
  query: string,
  { variables, after, token }: { variables?: object; after?: string; token?: string } = {},
) => {
  const stream = await openEventStream(
    graph.url,
    token ?? (viewer.kind === 'anonymous' ? undefined : await graph.tokenOf(viewer)),
    { query, variables },
    after === undefined ? {} : { 'last-event-id': after },
  );
  streams.push(stream);
  return stream;
};
const following = 'subscription { events { id type at data } }';
const pointsOf = (told: Told | null) => (told?.data?.['events'] as { data: { points: number } } | undefined)?.data.points;

test('a partner hears of its own programme at once, by its own ids, and nobody else does', async () => {
  const mine = await open(
    garage,
    'subscription ($all: Boolean!) { told: events { id type data member { ref name @include(if: $all) } programme { id name { en } } } }',
    {
      variables: { all: true },
    },
  );
  const others = await open(telecom, following);
  await earn(garage, 12_300);
  const told = await mine.next();
  const { member: known } = await must(garage, '{ member(ref: "one") { id } }');
  expect(told).toMatchObject({
    id: expect.any(String),
    data: {
      told: {
        id: told?.id,
        type: 'POINTS_EARNED',
        data: { programme: 'AUTO-P', points: 123, member: (known as { id: string }).id },
        member: { ref: 'one', name: null },
        programme: { id: 'AUTO-P', name: { en: 'Garage points' } },
      },
    },
    errors: [{ path: ['told', 'member', 'name'], extensions: { code: 'CONSENT_REQUIRED' } }],
  });
  await earn(telecom, 100);
  expect(pointsOf(await others.next())).toBe(10);
  expect([mine.waiting, others.waiting]).toEqual([[], []]);
});

test('after a cut, the last event id brings what came meanwhile, without loss and without repetition', async () => {
  const first = await open(garage, following);
  await earn(garage, 100);
  await earn(garage, 200);
  expect(pointsOf(await first.next())).toBe(1);
  const last = (await first.next()) as Told;
  expect(pointsOf(last)).toBe(2);
  first.cut();
  for (const fen of [300, 400, 500]) await earn(garage, fen);
  const second = await open(garage, following, { after: last.id as string });
  const third = await open(garage, 'subscription ($after: String) { events(after: $after) { data } }', { variables: { after: last.id } });
  await earn(garage, 600);
  for (const stream of [second, third]) {
    const points = [];
    for (let n = 0; n < 4; n += 1) points.push(pointsOf(await stream.next()));
    expect(points).toEqual([3, 4, 5, 6]);
  }
});

test('the same events can be read page by page, and every cursor of a page or a stream reads on in the other', async () => {
  const pages =
    'query ($after: String, $first: Int) { events(after: $after, first: $first) { nodes { id type data } pageInfo { hasNextPage endCursor } } }';
  interface Page {
    readonly nodes: readonly { id: string; data: { points: number } }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  }
  const start = (await must(garage, pages))['events'] as Page;
  expect(start).toMatchObject({ nodes: [], pageInfo: { hasNextPage: false } });
  for (const fen of [700, 800, 900]) await earn(garage, fen);
  const read = async (after: string, first = 2) => (await must(garage, pages, { after, first }))['events'] as Page;
  // Events are told up to the oldest transaction that is still open, anybody's on this server: a page read at once may be short.
  for (let tries = 0; (await read(start.pageInfo.endCursor, 3)).nodes.length < 3; tries += 1) {
    if (tries === 500) throw new Error('three events are not told within ten seconds');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const one = await read(start.pageInfo.endCursor);
  const two = await read(one.pageInfo.endCursor);
  expect([one, two].map(({ nodes, pageInfo }) => [nodes.map(({ data }) => data.points), pageInfo.hasNextPage])).toEqual([
    [[7, 8], true],
    [[9], false],
  ]);
  const again = await open(garage, following, { after: one.nodes[0]?.id as string });
  expect([pointsOf(await again.next()), pointsOf(await again.next())]).toEqual([8, 9]);
  expect(await must(garage, 'query ($id: ID!) { event(id: $id) { data } }', { id: one.nodes[1]?.id })).toMatchObject({
    event: { data: { points: 8 } },
  });
  // A cursor is its reader's alone.
  const stranger = await graph.ask(telecom, 'query ($id: String) { events(after: $id) { nodes { id } } }', { id: one.nodes[1]?.id });
  expect(stranger.errors?.[0]?.extensions).toEqual({ code: 'BAD_INPUT', argument: 'after' });
});

test('a member hears of its own balance, with the wallet as it is then, and the stream ends when its consents change', async () => {
  const live = await open(
    member,
    'subscription { me { balanceChanged { reason points programme { id } } expiring { points } wallet(programme: "AUTO-P") { available } } }',
  );
  await earn(garage, 10_000);
  const told = await live.next();
  const { available } = (told?.data?.['me'] as { wallet: { available: number } }).wallet;
  expect(told?.data).toEqual({
    me: {
      balanceChanged: { reason: 'POINTS_EARNED', points: 100, programme: { id: 'AUTO-P' } },
      expiring: null,
      wallet: { available },
    },
  });
  expect((await must(member, '{ me { wallet(programme: "AUTO-P") { available } balanceChanged { points } } }'))['me']).toEqual({
    wallet: { available },
    balanceChanged: null,
  });
  await must(member, 'mutation { grantConsent(recipient: "automotive", purpose: SERVICE, classes: [PII]) { __typename } }');
  const last = await live.next();
  expect(last).toMatchObject({ errors: [{ extensions: { code: 'CONSENT_CHANGED', lastEventId: last?.id } }] });
  expect(await live.next()).toBeNull();
  const again = await open(member, 'subscription { me { balanceChanged { points } } }', { after: last?.id as string });
  await earn(garage, 300);
  expect((await again.next())?.data).toEqual({ me: { balanceChanged: { points: 3 } } });
});

test('consent opens a field from the next event on; its withdrawal closes it, is told, and ends a stream about that member', async () => {
  const { member: known } = await must(garage, '{ member(ref: "one") { id } }');
  const about = await open(garage, 'subscription ($m: ID) { events(member: $m, types: [POINTS_EARNED]) { member { name } } }', {
    variables: { m: (known as { id: string }).id },
  });
  const all = await open(garage, 'subscription { events { type member { name } } }');
  await earn(garage, 100);
  expect((await about.next())?.data).toEqual({ events: { member: { name: 'One' } } });
  expect((await all.next())?.data).toEqual({ events: { type: 'POINTS_EARNED', member: { name: 'One' } } });
  const { me } = await must(member, '{ me { consents { nodes { id } } } }');
  const { consents } = me as { consents: { nodes: { id: string }[] } };
  await must(member, 'mutation ($id: ID!) { withdrawConsent(id: $id) { __typename } }', { id: consents.nodes[0]?.id });
  expect(await about.next()).toMatchObject({ errors: [{ extensions: { code: 'CONSENT_REQUIRED' } }] });
  expect(await about.next()).toBeNull();
  expect(await all.next()).toMatchObject({ data: { events: { type: 'CONSENT_WITHDRAWN', member: { name: null } } } });
});

test.each([
  ['nobody', viewers.anonymous, following, 401, 'UNAUTHENTICATED'],
  ['a partner without the scope', viewers.partner('automotive', ['catalog.read']), following, 403, 'FORBIDDEN_OPERATION'],
  ['staff', viewers.staff('admin'), following, 400, 'BAD_INPUT'],
  ['two fields', garage, 'subscription { a: events { id } b: events { id } }', 400, 'BAD_INPUT'],
  ['a fragment', garage, 'subscription { ...F } fragment F on Subscription { events { id } }', 400, 'BAD_INPUT'],
  ['a field that there is not', garage, 'subscription { events { nothing } }', 400, 'BAD_INPUT'],
  ['a cursor that is none', garage, 'subscription { events(after: "x") { id } }', 400, 'BAD_INPUT'],
  ['a member that there is not', garage, 'subscription { events(member: "x") { id } }', 400, 'BAD_INPUT'],
  [
    'more than may be spent',
    garage,
    `subscription { events { ${Array.from({ length: 20 }, (_, n) => `m${n}: member { entries(first: 100) { nodes { lots { points lot { id } } } } }`).join(' ')} } }`,
    400,
    'OPERATION_TOO_COSTLY',
  ],
])('%s gets no stream', async (_who, viewer, query, status, code) => {
  const refused = await open(viewer, query);
  expect([refused.status, (await refused.body()).errors?.[0]?.extensions?.['code']]).toEqual([status, code]);
});

test('a principal has so many streams, and a place again when one ends', async () => {
  const travel = viewers.partner('airline');
  const all = await Promise.all(Array.from({ length: 10 }, () => open(travel, following)));
  expect(all.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
  const refused = await open(travel, following);
  expect([refused.status, (await refused.body()).errors?.[0]?.extensions?.['code']]).toEqual([429, 'RATE_LIMITED']);
  expect((await open(telecom, following)).status).toBe(200);
  all[0]?.cut();
  for (let tries = 0; tries < 100; tries += 1) {
    const again = await open(travel, following);
    if (again.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('the place of a stream that was cut is not given back');
});

test('a reader that fetches nothing holds up nobody else', async () => {
  const slow = await open(garage, following);
  slow.raw.socket.pause();
  const other = await open(garage, following);
  for (let n = 1; n <= 3; n += 1) await earn(garage, n * 100);
  for (let n = 1; n <= 3; n += 1) expect(pointsOf(await other.next())).toBe(n);
});

test('a subscription that does not ask for a stream is told how, and a query may ask for one', async () => {
  expect((await graph.ask(garage, following)).errors?.[0]).toMatchObject({
    message: expect.stringContaining('text/event-stream'),
    extensions: { code: 'BAD_INPUT' },
  });
  const odd = await graph.ask(garage, 'subscription ($no: Boolean!) { events @skip(if: $no) { id } }', { no: false });
  expect([odd.status, odd.errors?.[0]?.extensions?.['code']]).toEqual([400, 'BAD_INPUT']);
  const answered = await open(garage, '{ items(first: 1) { nodes { id } } }');
  expect(await answered.next()).toMatchObject({ data: { items: { nodes: [{ id: expect.any(String) }] } } });
  expect(await answered.next()).toBeNull();
});

test('a null in a condition gets no stream', async () => {
  const query = 'subscription ($x: Boolean = true) { events { id member @skip(if: $x) { ref } } }';
  const refused = await open(garage, query, { variables: { x: null } });
  expect([refused.status, (await refused.body()).errors?.[0]?.extensions?.['code']]).toEqual([400, 'BAD_INPUT']);
  expect((await open(garage, query)).status).toBe(200);
});

test('a quiet stream says where it is, and a cursor that was kept too long is refused with a code of its own', async () => {
  const quiet = await open(garage, following);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const id = quiet.lastId() as string;
  expect(id).toEqual(expect.any(String));
  const forward = (seconds: number) =>
    must(viewers.anonymous, 'mutation ($s: Int!) { sandbox { advanceClock(seconds: $s) } }', { s: seconds });
  await forward(30 * 86_400 - 60);
  const kept = await open(garage, following, { after: id });
  expect(kept.status).toBe(200);
  await forward(61);
  const late = await open(garage, following, { after: id });
  expect([late.status, (await late.body()).errors?.[0]?.extensions?.['code']]).toEqual([400, 'CURSOR_TOO_OLD']);
});

test('a stream ends with its token, and with a suspension', async () => {
  const token = await graph.tokenOf(garage, Math.floor(Date.now() / 1_000) + 2);
  const short = await open(garage, following, { token });
  const suspended = await open(garage, following);
  expect(await short.next()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  await must(admin, 'mutation { suspend(partner: "automotive", reason: "test") { __typename } }');
  expect(await suspended.next()).toMatchObject({ errors: [{ extensions: { code: 'PARTNER_SUSPENDED' } }] });
  expect(await suspended.next()).toBeNull();
  expect((await open(garage, following)).status).toBe(403);
});
