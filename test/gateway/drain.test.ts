import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { Agent, createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeServer } from '../support/close-server.js';
import { createTestDatabase } from '../support/database.js';
import { type EventStream, openEventStream } from '../support/event-stream.js';
import { audience, issuer, jwks, post, tokenOf } from '../support/graph.js';
import { testSecret } from '../support/subgraph.js';
import { viewers } from '../support/viewers.js';

interface Instance {
  readonly url: string;
  readonly admin: string;
  readonly child: ChildProcess;
}

let folder: string;
let supergraph: string;
let keyServer: Server;
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let instances: Instance[];
const started: ChildProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'instances-'));
  supergraph = join(folder, 'supergraph.graphql');
  await copyFile('schema/supergraph.graphql', supergraph);
  database = await createTestDatabase();
  keyServer = createServer((_request, response) => void jwks().then((keys) => response.end(JSON.stringify(keys))));
  await once(keyServer.listen(0, '127.0.0.1'), 'listening');
  instances = [await startInstance(), await startInstance()];
});
afterAll(async () => {
  for (const child of started) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  await closeServer(keyServer);
  await database.drop();
  await rm(folder, { recursive: true });
});

/** The whole graph as one production process. */
async function startInstance(): Promise<Instance> {
  const probe = createServer();
  await once(probe.listen(0, '127.0.0.1'), 'listening');
  const adminPort = (probe.address() as AddressInfo).port;
  await closeServer(probe);
  const child = spawn(process.execPath, ['dist/gateway/start.js'], {
    env: {
      PATH: process.env['PATH'] ?? '',
      PORT: '0',
      DATABASE_URL: database.url,
      TONGDUI_ISSUER: issuer,
      TONGDUI_AUDIENCE: audience,
      TONGDUI_JWKS_URL: `http://127.0.0.1:${(keyServer.address() as AddressInfo).port}/`,
      TONGDUI_PAIRWISE_SECRET: testSecret.toString('base64'),
      TONGDUI_SIGNING_KEYS: `test:${'s'.repeat(40)}`,
      TONGDUI_SUPERGRAPH: supergraph,
      TONGDUI_LOG: 'silent',
      TONGDUI_ADMIN_PORT: String(adminPort),
      TONGDUI_DRAIN_NOTICE_MS: '600',
      // Nobody looks by itself for ten minutes: what comes in time was woken by the other instance.
      TONGDUI_STREAMS: JSON.stringify({ pollMs: 600_000, beatMs: 600_000 }),
      TONGDUI_LIMITS: JSON.stringify({ rates: { anonymous: { perSecond: 1_000_000, burst: 1_000_000 } } }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  const url = await new Promise<string>((resolve, reject) => {
    let said = '';
    const hear = (chunk: Buffer): void => {
      const found = /answers on (http:\S+)/.exec((said += chunk.toString()))?.[1];
      if (found) resolve(found);
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${said}`)));
  });
  return { url, admin: `http://127.0.0.1:${adminPort}/metrics`, child };
}

const agent = new Agent({ keepAlive: true });
const ask = (url: string, token?: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const sent = httpRequest(url, {
      method: 'POST',
      agent,
      headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    });
    sent.once('error', reject);
    sent.once('response', (response) => {
      response
        .resume()
        .once('end', () => resolve(response.statusCode ?? 0))
        .once('error', reject);
    });
    sent.end(JSON.stringify({ query: '{ items(first: 3) { nodes { id } } }' }));
  });

test('figures are on a port of their own, and name no caller and no operation', async () => {
  const [one] = instances as [Instance, Instance];
  const token = await tokenOf(viewers.partner('automotive'));
  for (let n = 0; n < 3; n += 1) await post(one.url, token, { query: 'query Secret { items(first: 3) { nodes { id } } }' });
  await post(one.url, 'a.b.c', { query: '{ __typename }' });
  await post(one.url, token, { query: '{ noSuchField }' });
  await post(one.url, undefined, { query: '{ items(first: 1) { nodes { id } } member(ref: "x") { id } }' });
  const text = await (await fetch(one.admin)).text();
  expect(text).toMatch(/tongdui_refusals_total\{code="BAD_INPUT"\} 1/);
  expect(text).toMatch(/tongdui_answer_errors_total\{code="UNAUTHENTICATED"\} 1/);
  expect(text).toMatch(/tongdui_request_seconds_count\{caller="partner",operation="query",status="200"\} 3/);
  expect(text).toMatch(/tongdui_operation_cost_count\{caller="partner"\} 3/);
  expect(text).toMatch(/tongdui_refusals_total\{code="UNAUTHENTICATED"\} 1/);
  expect(text).toMatch(/tongdui_subgraph_seconds_count\{subgraph="catalog",outcome="answer"\} 4/);
  expect(text).toMatch(/tongdui_plans_asked 4\n[^]*tongdui_plans_made 2\n[^]*tongdui_plans_kept 2\n/);
  expect(text).toMatch(/tongdui_streams 0/);
  expect(text).toMatch(/nodejs_eventloop_lag_seconds /);
  expect(text).not.toMatch(/Secret|automotive|client-|items/);
  expect((await fetch(one.url.replace('/graphql', '/metrics'))).status).toBe(404);
});

test('a file that takes the place of the supergraph is served, and refused where it is none; a hangup says to look, and ends nothing', async () => {
  const [one] = instances as [Instance, Instance];
  const become = async (text: string, until: RegExp): Promise<void> => {
    await writeFile(`${supergraph}.next`, text);
    await rename(`${supergraph}.next`, supergraph);
    for (const { child, admin } of instances) {
      child.kill('SIGHUP');
      for (let tries = 0; !until.test(await (await fetch(admin)).text()); tries += 1) {
        if (tries > 600) throw new Error(`not ${String(until)}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  };
  const contract = await readFile(supergraph, 'utf8');
  const query = '{ items(first: 1) { nodes { opensAt } } }';
  await become('type Query {', /reloads_total\{outcome="refused"\} [1-9]/);
  expect((await post(one.url, undefined, { query })).status).toBe(200);
  await become(
    contract.replace('opensAt: DateTime @join__field(graph: CATALOG)', '$& @requiresScopes(scopes: [["grants.read:all"]])'),
    /="taken"\} 1/,
  );
  expect((await post(one.url, undefined, { query })).status).toBe(400);
  await become(contract, /="taken"\} 2/);
  expect((await post(one.url, undefined, { query })).status).toBe(200);
});

test('what is written through one instance is told by the other at once', async () => {
  const [one, other] = instances as [Instance, Instance];
  const admin = await tokenOf(viewers.staff('admin'));
  const write = async (query: string, key: string): Promise<void> => {
    const answer = await post(other.url, admin, { query }, key);
    if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  };
  await write(
    'mutation { createPartner(input: { id: "automotive", name: { zh: "车", en: "Garage" }, trade: AUTOMOTIVE }) { __typename } }',
    'partner',
  );
  await write('mutation { enrolMember(input: { partner: "automotive", ref: "one", name: "One" }) { __typename } }', 'member');
  const query = 'subscription { events { type data member { ref name } } }';
  const stream = await openEventStream(one.url, await tokenOf(viewers.partner('automotive')), { query });
  expect(stream.status).toBe(200);
  // The first look of an instance that nobody listened to before is its own.
  await new Promise((resolve) => setTimeout(resolve, 500));
  const told = stream.next();
  // Events are told up to the oldest transaction that is open anywhere in the database's server, which a test beside this one may hold up.
  for (const purpose of ['SERVICE', 'MARKETING', 'INSIGHT', 'PREFERENCES']) {
    await write(
      `mutation { grantConsent(member: "automotive/one", recipient: "automotive", purpose: ${purpose}, classes: [PII]) { __typename } }`,
      purpose,
    );
    if (await Promise.race([told, new Promise((resolve) => setTimeout(resolve, 3_000, null))])) break;
  }
  expect((await told)?.data).toMatchObject({
    events: { type: 'CONSENT_GRANTED', data: { purpose: 'SERVICE', classes: ['PII'] }, member: { ref: 'one', name: 'One' } },
  });
  stream.cut();
}, 20_000);

test('an instance that is told to end loses no request, hands its streams to another one, and exits', async () => {
  const [one, other] = instances as [Instance, Instance];
  const token = await tokenOf(viewers.partner('automotive'));
  const follow = (url: string, headers?: Record<string, string>): Promise<EventStream> =>
    openEventStream(url, token, { query: 'subscription { events { id } }' }, headers);
  const stream = await follow(one.url);
  expect(stream.status).toBe(200);
  // As a balancer does it: whoever is not ready gets nothing new.
  const now = { isReady: true, isOver: false };
  const answered = new Map<string, number>();
  const failures: unknown[] = [];
  const client = async (): Promise<void> => {
    while (!now.isOver) {
      const { url } = now.isReady ? one : other;
      try {
        const status = await ask(url);
        if (status !== 200) failures.push(status);
        answered.set(url, (answered.get(url) ?? 0) + 1);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  const clients = Promise.all(Array.from({ length: 8 }, client));
  const looks = (async (): Promise<void> => {
    while (now.isReady) {
      now.isReady = await fetch(one.url.replace('/graphql', '/health/ready')).then(({ status }) => status === 200);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  await new Promise((resolve) => setTimeout(resolve, 300));
  const gone = once(one.child, 'exit');
  one.child.kill('SIGTERM');
  const last = await stream.next();
  expect(last).toMatchObject({ errors: [{ extensions: { code: 'RECONNECT', lastEventId: last?.id } }] });
  const again = await follow(other.url, { 'last-event-id': last?.id as string });
  expect(again.status).toBe(200);
  await looks;
  expect(await gone).toEqual([0, null]);
  await new Promise((resolve) => setTimeout(resolve, 200));
  now.isOver = true;
  await clients;
  again.cut();
  expect(failures).toEqual([]);
  expect(answered.get(one.url)).toBeGreaterThan(0);
  expect(answered.get(other.url)).toBeGreaterThan(0);
  const ended = once(other.child, 'exit');
  other.child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  agent.destroy();
});
