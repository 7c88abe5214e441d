import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Viewer } from '../../../schema/viewer.js';
import { openTestGraph, type TestGraph } from '../../support/graph.js';
import { seedTestGraph } from '../../support/seed.js';
import { viewers } from '../../support/viewers.js';

let graph: TestGraph;
const admin = viewers.staff('admin');
const garage = viewers.partner('automotive');
const clients: Client[] = [];

beforeAll(async () => {
  graph = await openTestGraph(undefined, { streams: { beatMs: 200, recheckMs: 100 } });
  await seedTestGraph(graph);
  await graph.ask(admin, 'mutation { enrolMember(input: { partner: "automotive", ref: "one", name: "One" }) { __typename } }', {}, 'enrol');
});
afterAll(() => graph.close());
afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose();
});

const connect = async (viewer: Viewer, lifetime?: number): Promise<Client> => {
  const token = await graph.tokenOf(viewer, lifetime);
  const client = createClient({
    url: graph.url.replace('http:', 'ws:'),
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
  });
  clients.push(client);
  return client;
};
let purchases = 0;
const earn = (fen: number) =>
  graph.ask(
    garage,
    'mutation ($ref: String!, $fen: Fen!) { accrue(memberRef: "one", purchaseRef: $ref, lines: [{ sku: "x", fen: $fen }]) { __typename } }',
    { ref: `p${(purchases += 1)}`, fen },
    `p${purchases}`,
  );
interface Events {
  readonly events: { readonly id: string; readonly data: { readonly points: number } };
}
const follow = (client: Client, variables: Record<string, unknown> = {}) =>
  client.iterate<Events>({ query: 'subscription ($after: String) { events(after: $after) { id data } }', variables });
/** A stream has begun when it is counted among those that are open. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 300));

test('events come over a socket as over a stream, several operations at once, and the last id reads on on another connection', async () => {
  const client = await connect(garage);
  const one = follow(client);
  const two = follow(client);
  const firsts = [one.next(), two.next()];
  await settled();
  await earn(100);
  const [first] = await Promise.all(firsts);
  expect((await firsts[1])?.value?.data?.events.data.points).toBe(1);
  await one.return?.();
  await earn(200);
  expect((await two.next()).value?.data?.events.data.points).toBe(2);
  await client.dispose();
  await earn(300);
  const again = follow(await connect(garage), { after: first?.value?.data?.events.id });
  expect([(await again.next()).value?.data?.events.data.points, (await again.next()).value?.data?.events.data.points]).toEqual([2, 3]);
});

test('queries run over a socket, by the same limits and the same decisions', async () => {
  const client = await connect(garage);
  const answer = await client.iterate({ query: '{ partners(first: 1) { nodes { id } } books { postings } }' }).next();
  expect(JSON.stringify(answer.value)).toMatch(/BAD_INPUT|FORBIDDEN_FIELD/);
  const found = await client.iterate({ query: '{ item(id: "basic-maintenance") { id } }' }).next();
  expect(found.value?.data).toEqual({ item: { id: 'basic-maintenance' } });
  const deep = client.iterate({ query: `subscription { events { ${'member { '.repeat(15)} ref ${'}'.repeat(15)} } }` }).next();
  await expect(deep).rejects.toMatchObject([{ extensions: { code: 'OPERATION_TOO_COSTLY' } }]);
});

test('a null in a condition is refused over a socket as well, of a query and of a subscription', async () => {
  const client = await connect(garage);
  const variables = { x: null };
  const query = 'query ($x: Boolean = true) { item(id: "basic-maintenance") @skip(if: $x) { id } }';
  const answer = await client.iterate({ query, variables }).next();
  expect(answer.value).toMatchObject({ errors: [{ extensions: { code: 'BAD_INPUT' } }] });
  const stream = client.iterate({ query: 'subscription ($x: Boolean = true) { events { id at @skip(if: $x) } }', variables }).next();
  await expect(stream).rejects.toMatchObject([{ extensions: { code: 'BAD_INPUT' } }]);
});

test('a connection without a token of ours is closed, and one without rights gets no stream', async () => {
  const bad = createClient({
    url: graph.url.replace('http:', 'ws:'),
    webSocketImpl: WebSocket,
    connectionParams: { authorization: 'Bearer a.b.c' },
    retryAttempts: 0,
  });
  await expect(follow(bad).next()).rejects.toMatchObject({ code: 4403 });
  const none = await connect(viewers.partner('automotive', ['catalog.read']));
  await expect(follow(none).next()).rejects.toMatchObject([{ extensions: { code: 'FORBIDDEN_OPERATION' } }]);
  const elsewhere = new WebSocket(graph.url.replace('http:', 'ws:').replace('/graphql', '/other'), 'graphql-transport-ws');
  const error = await new Promise<Error>((resolve) => elsewhere.once('error', resolve as never));
  expect(error.message).toMatch('404');
});

test('a stream ends with its token, and with a suspension', async () => {
  const short = follow(await connect(garage, Math.floor(Date.now() / 1_000) + 2));
  expect((await short.next()).value).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  expect((await short.next()).done).toBe(true);
  const suspended = follow(await connect(garage));
  const last = suspended.next();
  await settled();
  await graph.ask(admin, 'mutation { suspend(partner: "automotive", reason: "test") { __typename } }', {}, 'suspend');
  expect((await last).value).toMatchObject({ errors: [{ extensions: { code: 'PARTNER_SUSPENDED' } }] });
  expect((await suspended.next()).done).toBe(true);
});
