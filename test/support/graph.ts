import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLocalJWKSet, exportJWK, generateKeyPair, type JSONWebKeySet, type JWTVerifyGetKey, SignJWT } from 'jose';
import { openGraph } from '../../gateway/one-process.js';
import type { PersistedSettings } from '../../gateway/persisted/store.js';
import type { Gateway } from '../../gateway/server.js';
import type { Source } from '../../gateway/versions/source.js';
import { type StreamSettings, usualStreams } from '../../schema/stream-settings.js';
import { type WebhookSettings, webhookShape } from '../../schema/webhook-settings.js';
import { callerClasses, type Limits, usualLimits } from '../../schema/limits.js';
import { type RosterLine, subgraphsOf } from '../../schema/roster.js';
import type { SubgraphAnswer } from '../../schema/transport.js';
import { principalOf, recipientOf, type Viewer } from '../../schema/viewer.js';
import type { RunningSubgraph } from '../../subgraphs/kernel/subgraph.js';
import { installClock, sandboxFaults } from '../../subgraphs/sandbox/index.js';
import { createTestDatabase } from './database.js';
import { testIds } from './subgraph.js';
import { closeServer } from './close-server.js';

export { closeServer };

export interface Answer extends SubgraphAnswer {
  readonly status: number;
}

/** A running graph as its clients see it: an address, tokens, and nothing else. */
export interface TestGraph {
  readonly url: string;
  readonly databaseUrl: string;
  /** Asks over HTTP with the viewer's token. */
  ask(viewer: Viewer, query: string, variables?: Record<string, unknown>, key?: string): Promise<Answer>;
  tokenOf(viewer: Viewer, lifetime?: string | number): Promise<string>;
  subgraph(name: string): RunningSubgraph;
  readonly gateway: Gateway;
  close(): Promise<void>;
}

export const issuer = 'https://issuer.test';
export const audience = 'tongdui';
const keys = generateKeyPair('ES256', { extractable: true });

/** The public keys of the test's issuer, as its JWKS endpoint would answer. */
export const jwks = async (): Promise<JSONWebKeySet> => ({
  keys: [{ ...(await exportJWK((await keys).publicKey)), kid: 'test', alg: 'ES256' }],
});

/** A token as an issuer would make it for the viewer; a member's subject is its sealed id. */
export async function tokenOf(viewer: Viewer, lifetime: string | number = '1h'): Promise<string> {
  const { privateKey } = await keys;
  const sub = viewer.uid === undefined ? viewer.sub : testIds.seal(viewer.uid, recipientOf(viewer));
  return new SignJWT({
    kind: viewer.kind,
    scope: viewer.scopes.join(' '),
    ...(viewer.partner === undefined ? {} : { partner: viewer.partner }),
    azp: principalOf(viewer),
  })
    .setProtectedHeader({ alg: 'ES256', kid: 'test' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(sub)
    .setIssuedAt()
    .setExpirationTime(lifetime)
    .sign(privateKey);
}

/** The limits that everybody has, but for how fast: tests ask as fast as they can. */
export const unhurried: Limits = {
  ...usualLimits,
  rates: Object.fromEntries(callerClasses.map((name) => [name, { perSecond: 1e9, burst: 1e9 }])) as Limits['rates'],
};

/** For tests whose documents are larger than any client's. */
export const unlimited: Limits = {
  ...unhurried,
  ...Object.fromEntries(
    (['tokens', 'depth', 'aliases', 'rootFields', 'selections', 'directives', 'definitions'] as const).map((name) => [name, 100_000]),
  ),
  budgets: Object.fromEntries(callerClasses.map((name) => [name, 1e9])) as Limits['budgets'],
};

/** The whole graph in this process, behind a real port, over a fresh database; `by` leads to that database by another way, `tokenKeys` are the issuer's. */
export async function openTestGraph(
  lines: readonly RosterLine[] = subgraphsOf(true),
  {
    by,
    tokenKeys,
    limits = unhurried,
    persisted,
    streams,
    source,
    webhooks,
  }: {
    by?: (databaseUrl: string) => Promise<string>;
    tokenKeys?: JWTVerifyGetKey;
    limits?: Limits;
    persisted?: PersistedSettings;
    streams?: Partial<StreamSettings>;
    source?: Source;
    /** Delivered where anything is said, to this machine too. */
    webhooks?: Partial<WebhookSettings>;
  } = {},
): Promise<TestGraph> {
  const created = await createTestDatabase();
  const database = by ? { ...created, url: await by(created.url) } : created;
  const faults = sandboxFaults(database.url);
  const graph = await openGraph({
    lines,
    databaseUrl: database.url,
    ids: testIds,
    faults,
    tokens: { issuer, audience, keys: tokenKeys ?? createLocalJWKSet(await jwks()) },
    poolSize: 10,
    limits,
    ...(persisted ? { persisted } : {}),
    streams: { ...usualStreams, pollMs: 50, ...streams },
    source,
    ...(webhooks ? { webhooks: webhookShape.parse({ local: true, pollMs: 100, ...webhooks }) } : {}),
  });
  const sandbox = graph.subgraphs.find(({ name }) => name === 'sandbox');
  if (sandbox) await installClock(sandbox.database.em.fork());
  const server = createServer(graph.gateway.handle).on('upgrade', graph.gateway.upgrade);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  return {
    url,
    databaseUrl: database.url,
    tokenOf,
    gateway: graph.gateway,
    ask: async (viewer, query, variables, key) =>
      post(url, viewer.kind === 'anonymous' ? undefined : await tokenOf(viewer), { query, variables }, key),
    subgraph(name) {
      const found = graph.subgraphs.find((subgraph) => subgraph.name === name);
      if (!found) throw new Error(`${name} does not run in this graph`);
      return found;
    },
    async close() {
      await closeServer(server);
      await graph.close();
      await faults.close();
      await database.drop();
    },
  };
}

/** One request as any client would send it. */
export async function post(url: string, token: string | undefined, body: unknown, key?: string): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    body: JSON.stringify(body),
  });
  // What it costs is in every answer; tests of that read it themselves.
  const { extensions: _cost, ...answer } = (await response.json()) as SubgraphAnswer & { extensions?: unknown };
  return { status: response.status, ...answer };
}
