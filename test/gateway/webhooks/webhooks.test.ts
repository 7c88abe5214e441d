import { createLocalJWKSet } from 'jose';
import pg from 'pg';
import { openGraph } from '../../../gateway/one-process.js';
import { subgraphsOf } from '../../../schema/roster.js';
import { usualStreams } from '../../../schema/stream-settings.js';
import type { Viewer } from '../../../schema/viewer.js';
import { webhookShape } from '../../../schema/webhook-settings.js';
import { noFaults } from '../../../subgraphs/kernel/faults.js';
import { audience, issuer, jwks, openTestGraph, type TestGraph } from '../../support/graph.js';
import { openReceiver, type Receiver } from '../../support/receiver.js';
import { seedTestGraph } from '../../support/seed.js';
import { testIds } from '../../support/subgraph.js';
import { viewers } from '../../support/viewers.js';

let graph: TestGraph;
let receiver: Receiver;
const admin = viewers.staff('admin');
const garage = viewers.partner('automotive');
const telecom = viewers.partner('telecom');

const must = async <T = Record<string, unknown>>(
  viewer: Viewer,
  query: string,
  variables?: object,
  key = Math.random().toString(36),
): Promise<T> => {
  const answer = await graph.ask(viewer, query, variables as Record<string, unknown>, key);
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  return Object.values(answer.data ?? {})[0] as T;
};
const codeOf = async (viewer: Viewer, query: string, variables?: object, key = Math.random().toString(36)) =>
  (await graph.ask(viewer, query, variables as Record<string, unknown>, key)).errors?.[0]?.extensions?.['code'];

const set = `mutation ($input: SetWebhookInput!) { setWebhook(input: $input) {
  __typename ... on WebhookSet { webhook { id name url types state } secret replayed } ... on WebhookLimitReached { max code message } } }`;
const state = `{ partner(id: "automotive") { webhooks { name state types attempts cursor deliveredAt nextAttemptAt behindSince oldSecretUntil since failure { reason status event at } } } }`;
const resume =
  'mutation ($name: String!, $after: String) { resumeWebhook(name: $name, after: $after) { webhook { state attempts } replayed } }';
const remove = 'mutation ($name: String!) { removeWebhook(name: $name) { replayed } }';
interface Hook {
  readonly name: string;
  readonly state: string;
  readonly attempts: number;
  readonly cursor: string;
  readonly deliveredAt: string | null;
  readonly nextAttemptAt: string | null;
  readonly behindSince: string | null;
  readonly oldSecretUntil: string | null;
  readonly failure: { reason: string; status: number | null; event: string | null } | null;
}
const hook = async (name = 'main', by = garage): Promise<Hook> =>
  (await must<{ webhooks: Hook[] }>(by, state)).webhooks.find((each) => each.name === name) as Hook;
const eventually = async (look: () => Promise<boolean>): Promise<void> => {
  while (!(await look())) await new Promise((resolve) => setTimeout(resolve, 50));
};
const sql = async (text: string): Promise<Record<string, unknown>[]> => {
  const client = new pg.Client(graph.databaseUrl);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
};
const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What the sandbox's clock says. */
const nowOf = async (): Promise<string> => ((await sql('select ledger.clock() as now'))[0]?.['now'] as Date).toISOString();
const advance = (seconds: number) => must(viewers.anonymous, `mutation { sandbox { advanceClock(seconds: ${seconds}) } }`);

let purchases = 0;
const earn = (viewer: Viewer, fen: number) =>
  must(
    viewer,
    'mutation ($ref: String!, $fen: Fen!) { accrue(memberRef: "one", purchaseRef: $ref, lines: [{ sku: "x", fen: $fen }]) { __typename } }',
    { ref: `p${(purchases += 1)}`, fen },
  );
const pointsOf = (all: Receiver['arrived']) => all.map(({ message }) => message.data.data['points']);

beforeAll(async () => {
  graph = await openTestGraph(undefined, {
    webhooks: { timeoutMs: 400, leaseMs: 1_500, idleMs: 500, retrySeconds: [0.2, 0.3, 3_600] },
  });
  await seedTestGraph(graph);
  for (const partner of ['automotive', 'telecom'])
    await must(admin, `mutation { enrolMember(input: { partner: "${partner}", ref: "one", name: "One" }) { __typename } }`);
});
afterAll(() => graph.close());

beforeEach(async () => {
  receiver = await openReceiver();
});
afterEach(async () => {
  for (const { name } of (await must<{ webhooks: Hook[] }>(garage, state)).webhooks) await must(garage, remove, { name });
  await receiver.close();
});
const follow = async (more: object = {}): Promise<void> => {
  const { secret } = await must<{ secret: string }>(garage, set, { input: { url: receiver.url, ...more } });
  receiver.secret = secret;
};

test('a partner is told of its own programme, in order, by its own ids, signed; what arrives verifies', async () => {
  await follow();
  await earn(telecom, 100);
  for (const fen of [12_300, 200, 300]) await earn(garage, fen);
  await receiver.acts(3);
  expect(pointsOf(receiver.acted)).toEqual([123, 2, 3]);
  const [first] = receiver.acted;
  const { id } = await must<{ id: string }>(garage, '{ member(ref: "one") { id } }');
  expect(first?.message).toMatchObject({ type: 'POINTS_EARNED', data: { origin: first?.id, data: { programme: 'AUTO-P', member: id } } });
  const page = await must<{ nodes: unknown[] }>(garage, 'query ($after: String) { events(after: $after) { nodes { origin at data } } }', {
    after: receiver.acted[0]?.message.data.id,
  });
  expect(page.nodes).toEqual(
    receiver.acted.slice(1).map(({ message: { data } }) => ({ origin: data.origin, at: data.at, data: data.data })),
  );
  await eventually(async () => (await hook()).deliveredAt !== null);
  expect(await hook()).toMatchObject({ state: 'ACTIVE', attempts: 0, failure: null, behindSince: null });
});

test('the secret is said once, and again to the same key only; two sign while one is replaced, and a day later the new one alone', async () => {
  const made = await must<{ secret: string; replayed: boolean }>(garage, set, { input: { url: receiver.url } }, 'made');
  expect(made).toMatchObject({
    secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/),
    replayed: false,
    webhook: { id: 'automotive/main' },
  });
  expect(await must(garage, set, { input: { url: receiver.url } }, 'made')).toMatchObject({ secret: made.secret, replayed: true });
  expect(await codeOf(garage, set, { input: { url: `${receiver.url}/other` } }, 'made')).toBe('IDEMPOTENCY_CONFLICT');
  expect(await must(garage, set, { input: { url: receiver.url } })).toMatchObject({ secret: null });
  const [kept] =
    await sql(`select (select json_agg(i)::text from ledger.idempotency i) || (select json_agg(s)::text from ledger.webhook_secret s)
    || (select json_agg(a)::text from ledger.audit a) as text`);
  expect(kept?.['text']).not.toContain(made.secret.slice(6, 30));

  const { secret } = await must<{ secret: string }>(garage, set, { input: { url: receiver.url, rotateSecret: true } });
  expect(secret).not.toBe(made.secret);
  expect((await hook()).oldSecretUntil).not.toBeNull();
  receiver.secret = made.secret;
  await earn(garage, 100);
  await receiver.acts(1);
  receiver.secret = secret;
  await earn(garage, 200);
  await receiver.acts(2);
  expect(receiver.arrived.map(({ headers }) => headers['webhook-signature']?.split(' ').length)).toEqual([2, 2]);
  await advance(86_400);
  expect((await hook()).oldSecretUntil).toBeNull();
  await earn(garage, 300);
  await receiver.acts(3);
  expect(receiver.arrived[2]?.headers['webhook-signature']?.split(' ')).toHaveLength(1);
  // Whoever asks so late gets the answer without what nobody is to keep for so long.
  expect(await must(garage, set, { input: { url: receiver.url } }, 'made')).toMatchObject({ secret: null, replayed: true });
});

test('an endpoint that is down is tried again, and nothing overtakes what failed', async () => {
  await follow();
  let refusals = 2;
  receiver.answer = (_one, response) => (refusals -= 1) >= 0 && Boolean(response.writeHead(500).end('{"inside":"words"}'));
  for (const fen of [100, 200, 300]) await earn(garage, fen);
  await receiver.acts(3);
  expect(pointsOf(receiver.arrived)).toEqual([1, 1, 1, 2, 3]);
  expect(new Set(receiver.arrived.slice(0, 3).map(({ id }) => id)).size).toBe(1);
  await eventually(async () => (await hook()).attempts === 0);
  const { failure, state: now } = await hook();
  expect([now, failure]).toMatchObject(['ACTIVE', { reason: 'STATUS', status: 500, event: receiver.acted[0]?.message.data.id }]);
});

test.each([
  ['a redirect', 302, 'REDIRECT', 'FAILING'],
  ['a status that is none of 2xx', 404, 'STATUS', 'FAILING'],
  ['410', 410, 'GONE', 'DISABLED'],
])('%s is no delivery', async (_what, status, reason, became) => {
  const elsewhere = await openReceiver();
  await follow();
  receiver.answer = (_one, response) => Boolean(response.writeHead(status, { location: elsewhere.url }).end());
  await earn(garage, 100);
  await receiver.arrives(1);
  await eventually(async () => (await hook()).attempts > 0);
  expect(await hook()).toMatchObject({ state: became, failure: { reason, status } });
  expect(elsewhere.arrived).toEqual([]);
  await elsewhere.close();
});

test('silence, no connection and TLS where there is none are one and the same', async () => {
  await follow();
  receiver.answer = () => true;
  await earn(garage, 100);
  await receiver.arrives(2);
  expect(await hook()).toMatchObject({ state: 'FAILING', failure: { reason: 'UNREACHABLE', status: null } });
  await must(garage, set, { input: { url: 'http://127.0.0.1:1/' } });
  expect(await hook()).toMatchObject({ state: 'ACTIVE', attempts: 0 });
  await eventually(async () => (await hook()).attempts === 1);
  expect((await hook()).failure).toMatchObject({ reason: 'UNREACHABLE', status: null });
  await must(garage, set, { input: { url: receiver.url.replace('http:', 'https:') } });
  await eventually(async () => (await hook()).attempts === 1);
  expect((await hook()).failure).toMatchObject({ reason: 'UNREACHABLE', status: null });
});

test('after the last attempt it is disabled and audited; resumed, it goes on where it was, or after what it chokes on', async () => {
  await follow();
  receiver.answer = (_one, response) => Boolean(response.writeHead(500).end());
  await earn(garage, 100);
  await receiver.arrives(3);
  await eventually(async () => (await hook()).attempts === 3);
  expect(Date.parse((await hook()).nextAttemptAt as string) - Date.now()).toBeGreaterThan(3_000_000);
  await advance(4_000);
  await eventually(async () => (await hook()).state === 'DISABLED');
  await earn(garage, 200);
  const audit = await must<{ nodes: { operation: string; after: object }[] }>(
    admin,
    '{ ledgerAudit(first: 5) { nodes { operation after } } }',
  );
  expect(JSON.stringify(audit.nodes.find(({ operation }) => operation === 'disableWebhook'))).toContain('STATUS');
  expect(receiver.arrived).toHaveLength(4);
  receiver.answer = undefined;
  const { event } = (await hook()).failure as { event: string };
  expect(await must(garage, resume, { name: 'main' }, 'again')).toMatchObject({
    webhook: { state: 'ACTIVE', attempts: 0 },
    replayed: false,
  });
  await receiver.acts(2);
  expect(pointsOf(receiver.acted)).toEqual([1, 2]);
  expect(await must(garage, resume, { name: 'main' }, 'again')).toMatchObject({ replayed: true });
  await must(garage, resume, { name: 'main', after: event });
  await receiver.arrives(7);
  expect(pointsOf(receiver.arrived.slice(4))).toEqual([1, 2, 2]);
  expect(pointsOf(receiver.acted)).toEqual([1, 2]);
});

test('who answers 503 says when to come again', async () => {
  await follow();
  receiver.answer = (_one, response) => Boolean(response.writeHead(503, { 'retry-after': '600' }).end());
  await earn(garage, 100);
  await eventually(async () => (await hook()).attempts === 1);
  const waitMs = Date.parse((await hook()).nextAttemptAt as string) - Date.parse(await nowOf());
  expect(waitMs).toBeGreaterThan(590_000);
  expect(waitMs).toBeLessThanOrEqual(600_000);
});
test('while a partner is suspended nothing is sent, and nothing is lost by it', async () => {
  await follow();
  receiver.answer = (_one, response) => Boolean(response.writeHead(503, { 'retry-after': '600' }).end());
  await earn(garage, 100);
  await eventually(async () => (await hook()).attempts === 1);
  receiver.answer = undefined;
  await must(admin, 'mutation { suspend(partner: "automotive", reason: "test") { __typename } }');
  await eventually(async () => (await codeOf(garage, state)) === 'PARTNER_SUSPENDED');
  await advance(700);
  expect(await codeOf(garage, resume, { name: 'main' })).toBe('PARTNER_SUSPENDED');
  expect(await codeOf(admin, 'mutation { testWebhook(partner: "automotive") { delivered } }')).toBe('PARTNER_SUSPENDED');
  await rest(1_000);
  expect(receiver.arrived).toHaveLength(1);
  expect((await hook('main', admin)).state).toBe('FAILING');
  await sql(`update ledger.partner set suspended = false where id = 'automotive'`);
  await receiver.acts(1);
  await eventually(async () => (await graph.ask(garage, state)).errors === undefined);
});

test('sent, and the instance died before it was written down: it comes again under the same id, and is acted on once', async () => {
  await follow();
  let isFirst = true;
  receiver.answer = (one, response) => {
    if (!isFirst) return false;
    isFirst = false;
    receiver.acted.push(one);
    // As if the instance had hung after this until its lease was over: what it writes then is refused.
    void sql(`update ledger.webhook set lease_until = clock_timestamp() where partner = 'automotive'`).then(() =>
      response.writeHead(204).end(),
    );
    return true;
  };
  await earn(garage, 100);
  await receiver.arrives(2);
  expect(new Set(receiver.arrived.map(({ id }) => id)).size).toBe(1);
  expect(receiver.acted).toHaveLength(1);
  await earn(garage, 200);
  await receiver.arrives(3);
  expect(pointsOf(receiver.acted)).toEqual([1, 2]);
});

test('two instances share the work: never two at one endpoint, each message once', async () => {
  const tokens = { issuer, audience, keys: createLocalJWKSet(await jwks()) };
  const second = await openGraph({
    lines: subgraphsOf(true),
    databaseUrl: graph.databaseUrl,
    ids: testIds,
    tokens,
    faults: noFaults,
    poolSize: 4,
    streams: { ...usualStreams, pollMs: 50 },
    webhooks: webhookShape.parse({ local: true, pollMs: 50, timeoutMs: 400, leaseMs: 1_500, turnMs: 50 }),
  });
  try {
    await follow();
    receiver.answer = (one, response) => {
      setTimeout(() => response.writeHead(204).end(), 15);
      receiver.acted.push(one);
      return true;
    };
    for (let n = 1; n <= 20; n += 1) await earn(garage, n * 100);
    await receiver.acts(20);
    expect(pointsOf(receiver.arrived)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
    expect(receiver.atOnce()).toBe(1);
    const served = await Promise.all([second.gateway.metrics(), sql('select 1')]);
    expect(served[0].text).toContain('tongdui_webhooks_total');
  } finally {
    await second.close();
  }
});

test('one endpoint that is slow holds up itself alone, and a large or endless answer nobody', async () => {
  const slow = await openReceiver();
  slow.answer = () => true;
  await follow();
  await must(garage, set, { input: { name: 'slow', url: slow.url, types: ['POINTS_EARNED'] } });
  receiver.answer = (one, response) => {
    receiver.acted.push(one);
    response.writeHead(200);
    const pour = setInterval(() => response.write('x'.repeat(100_000)), 5);
    response.once('close', () => clearInterval(pour));
    return true;
  };
  for (const fen of [100, 200, 300]) await earn(garage, fen);
  await receiver.acts(3);
  expect(pointsOf(receiver.arrived)).toEqual([1, 2, 3]);
  await eventually(async () => (await hook('slow')).attempts > 0);
  expect(pointsOf(slow.arrived.slice(0, 1))).toEqual([1]);
  await slow.close();
});

test('only the types that were asked for, and what is changed holds from the next message on', async () => {
  const cursor = async (): Promise<unknown> => (await sql('select cursor from ledger.webhook'))[0]?.['cursor'];
  await follow({ types: ['POINTS_RETURNED'] });
  const before = await cursor();
  await earn(garage, 100);
  await rest(400);
  await eventually(async () => (await cursor()) !== before);
  await must(garage, set, { input: { url: receiver.url, types: ['POINTS_EARNED', 'POINTS_SPENT'] } });
  await eventually(async () => (await sql(`select lease from ledger.webhook`)).every(({ lease }) => lease === null));
  await earn(garage, 200);
  await receiver.acts(1);
  expect(pointsOf(receiver.arrived)).toEqual([2]);
});

const ping = 'mutation { testWebhook { delivered status failure replayed } }';

test('a test says what came back, and changes nothing', async () => {
  await advance(61);
  await follow();
  const before = await hook();
  expect(await must(garage, ping, {}, 'ping')).toEqual({ delivered: true, status: 204, failure: null, replayed: false });
  expect(await must(garage, ping, {}, 'ping')).toEqual({ delivered: true, status: 204, failure: null, replayed: true });
  expect(receiver.arrived).toMatchObject([{ verified: true, message: { type: 'PING', data: { data: {} } } }]);
  receiver.answer = (_one, response) => Boolean(response.writeHead(418).end('words of the other end'));
  expect(await must(admin, 'mutation { testWebhook(partner: "automotive") { delivered status failure } }')).toEqual({
    delivered: false,
    status: 418,
    failure: 'STATUS',
  });
  expect(await hook()).toMatchObject({ attempts: before.attempts, failure: before.failure });
  for (let n = 0; n < 8; n += 1) await must(garage, ping);
  expect(await codeOf(garage, ping)).toBe('RATE_LIMITED');
  expect(await codeOf(garage, 'mutation { testWebhook(name: "none") { delivered } }')).toBe('BAD_INPUT');
});

test('ten tests a minute are ten messages, however many ask at once and under how many keys', async () => {
  await advance(61);
  await follow();
  const held: (() => void)[] = [];
  receiver.answer = (_one, response) => {
    held.push(() => void response.writeHead(204).end());
    setTimeout(() => held.shift()?.(), 200);
    return true;
  };
  const codes = await Promise.all(Array.from({ length: 24 }, () => codeOf(garage, ping)));
  expect(codes.filter((code) => code === undefined)).toHaveLength(10);
  expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(14);
  expect(receiver.arrived).toHaveLength(10);

  await advance(61);
  // Nobody knows yet what came of it, so the same key sends again: those count as well.
  await Promise.all(Array.from({ length: 24 }, () => codeOf(garage, ping, {}, 'same')));
  expect(receiver.arrived.length).toBeLessThanOrEqual(20);
  expect(await must(garage, ping, {}, 'same')).toMatchObject({ delivered: true, replayed: true });
});

test('what is given up or put off is not sent as often as somebody asks: resumed, moved and tested it is ten a minute together', async () => {
  await advance(61);
  await follow();
  await must(garage, ping);
  for (let n = 1; n <= 5; n += 1) await must(garage, resume, { name: 'main' });
  for (let n = 1; n <= 4; n += 1) await must(garage, set, { input: { url: `${receiver.url}?${n}` } });
  const refused = { extensions: { code: 'RATE_LIMITED', limit: 'webhooksPerMinute', max: 10 } };
  expect((await graph.ask(garage, resume, { name: 'main' }, 'later')).errors).toMatchObject([refused]);
  expect((await graph.ask(garage, set, { input: { url: receiver.url } }, 'moved')).errors).toMatchObject([refused]);
  // What moves nothing is free of it, and so is everybody else.
  await must(garage, set, { input: { url: `${receiver.url}?4`, types: ['POINTS_EARNED'] } });
  expect(await codeOf(telecom, resume, { name: 'main' })).toBe('BAD_INPUT');
  await advance(61);
  expect(await must(garage, resume, { name: 'main' }, 'later')).toMatchObject({ replayed: false });
});

test('what failed once and cannot be read when its time has come is looked at now and then, not all the time', async () => {
  await follow();
  receiver.answer = (_one, response) => Boolean(response.writeHead(503, { 'retry-after': '600' }).end());
  await earn(garage, 100);
  await eventually(async () => (await hook()).attempts === 1);
  // As a turn leaves it that found nothing to be read: due again by what the partner sees, and not to be looked at before a while.
  await sql(`update ledger.webhook set look_at = clock_timestamp() + interval '1 hour' where partner = 'automotive'`);
  await advance(700);
  await rest(500);
  expect(receiver.arrived).toHaveLength(1);
  receiver.answer = undefined;
  await sql(`update ledger.webhook set look_at = clock_timestamp() where partner = 'automotive'`);
  await receiver.acts(1);
});

test('what is refused changes nothing, and tells strangers nothing', async () => {
  await follow();
  for (const input of [
    { url: 'ftp://127.0.0.1/' },
    { url: 'http://10.0.0.1/' },
    { url: 'http://user:word@127.0.0.1/' },
    { url: receiver.url, name: 'Not Good' },
    { url: receiver.url, types: [] },
  ])
    expect(await codeOf(garage, set, { input })).toBe('BAD_INPUT');
  expect(await codeOf(telecom, set, { input: { url: receiver.url, partner: 'automotive' } })).toBe('FORBIDDEN_OPERATION');
  expect(await codeOf(telecom, set, { input: { url: receiver.url, partner: 'nobody' } })).toBe('FORBIDDEN_OPERATION');
  expect(await codeOf(admin, set, { input: { url: receiver.url, partner: 'nobody' } })).toBe('BAD_INPUT');
  expect(await codeOf(admin, set, { input: { url: receiver.url } })).toBe('BAD_INPUT');
  expect(await codeOf(viewers.partner('automotive', ['webhooks.write:own']), set, { input: { url: receiver.url } })).toBe(
    'FORBIDDEN_OPERATION',
  );
  expect(await codeOf(viewers.partner('automotive', ['events.read:own']), set, { input: { url: receiver.url } })).toBe(
    'FORBIDDEN_OPERATION',
  );
  const { cursor } = await hook();
  expect(await codeOf(telecom, resume, { name: 'main', after: cursor })).toBe('BAD_INPUT');
  expect(await codeOf(garage, resume, { name: 'other' })).toBe('BAD_INPUT');
  expect((await graph.ask(telecom, state)).data).toEqual({ partner: { webhooks: null } });
  expect((await must<{ webhooks: Hook[] }>(garage, state)).webhooks).toHaveLength(1);
  expect(await hook()).toMatchObject({ state: 'ACTIVE', attempts: 0, types: null });
});

test('a partner has five at the most', async () => {
  for (let n = 1; n <= 5; n += 1) await must(garage, set, { input: { name: `n${n}`, url: receiver.url } });
  expect(await must(garage, set, { input: { name: 'n6', url: receiver.url } })).toMatchObject({ code: 'WEBHOOK_LIMIT', max: 5 });
  expect(await must(garage, set, { input: { name: 'n5', url: receiver.url } })).toMatchObject({ __typename: 'WebhookSet', secret: null });
});

test('what waited for longer than events are kept is not passed over: it is disabled until somebody says from where', async () => {
  await follow();
  await earn(garage, 100);
  await receiver.acts(1);
  await eventually(async () => (await hook()).deliveredAt !== null);
  const { cursor } = await hook();
  await sql(`update ledger.webhook set look_at = now() + interval '1 hour', lease_until = now() + interval '2 seconds'`);
  await advance(31 * 86_400);
  await sql(`update ledger.webhook set look_at = now()`);
  await eventually(async () => (await hook()).state === 'DISABLED');
  expect((await hook()).failure).toMatchObject({ reason: 'CURSOR_TOO_OLD', status: null, event: null });
  expect(await codeOf(garage, resume, { name: 'main', after: cursor })).toBe('CURSOR_TOO_OLD');
  const { pageInfo } = await must<{ pageInfo: { endCursor: string } }>(garage, '{ events { pageInfo { endCursor } } }');
  await must(garage, resume, { name: 'main', after: pageInfo.endCursor });
  await earn(garage, 200);
  await receiver.acts(2);
  expect(pointsOf(receiver.acted)).toEqual([1, 2]);
});
