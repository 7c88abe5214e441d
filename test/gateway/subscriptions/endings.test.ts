import { jest } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { WebSocket } from 'ws';
import { openEventStream } from '../../support/event-stream.js';
import { jwks, openTestGraph, type TestGraph } from '../../support/graph.js';
import { seedTestGraph } from '../../support/seed.js';
import { testIds } from '../../support/subgraph.js';
import { viewers } from '../../support/viewers.js';
import type { Viewer } from '../../../schema/viewer.js';

/** Whatever ends a stream, with the settings of a production start: both ways of reading end with its code, at once but for what is kept for seconds. */
let graph: TestGraph;
let isTakenBack = false;
const admin = viewers.staff('admin');
beforeAll(async () => {
  const known = createLocalJWKSet(await jwks());
  const tokenKeys: JWTVerifyGetKey = (header, token) => {
    if (isTakenBack) throw new errors.JWKSNoMatchingKey();
    return known(header, token);
  };
  graph = await openTestGraph(undefined, { tokenKeys, streams: { pollMs: 1_000, recheckMs: 1_500, beatMs: 15_000 } });
  await seedTestGraph(graph);
});
afterAll(() => graph.close());

let keys = 0;
const must = async (viewer: Viewer, query: string, variables?: Record<string, unknown>): Promise<Record<string, unknown>> => {
  const answer = await graph.ask(viewer, query, variables, `key-${(keys += 1)}`);
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  return answer.data as Record<string, unknown>;
};

interface Ending {
  readonly code: unknown;
  readonly afterMs: number;
}

/** Both ways at once; `happens` is what should end them. */
async function endings(token: string, query: string, variables: object, happens: () => Promise<unknown>): Promise<Ending[]> {
  const stream = await openEventStream(graph.url, token, { query, variables });
  const client = createClient({
    url: graph.url.replace('http:', 'ws:'),
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
  });
  const socket = client.iterate({ query, variables: variables as Record<string, unknown> });
  const begun = socket.next();
  expect(stream.status).toBe(200);
  // A stream over a socket has begun when it is counted among those that are open, which nobody is told.
  await new Promise((resolve) => setTimeout(resolve, 500));
  await happens();
  const started = performance.now();
  const bySse = (async (): Promise<Ending> => {
    for (let told = await stream.next(); told; told = await stream.next())
      if (told.errors && !told.data) {
        expect(await stream.next()).toBeNull();
        return { code: told.errors[0]?.extensions?.['code'], afterMs: performance.now() - started };
      }
    return { code: 'no code', afterMs: 0 };
  })();
  const bySocket = (async (): Promise<Ending> => {
    for (let told = await begun; !told.done; told = await socket.next()) {
      if (!told.value.errors || told.value.data) continue;
      expect((await socket.next()).done).toBe(true);
      return { code: told.value.errors[0]?.extensions?.['code'], afterMs: performance.now() - started };
    }
    return { code: 'no code', afterMs: 0 };
  })();
  const both = await Promise.all([bySse, bySocket]);
  await client.dispose();
  process.stderr.write(`${both.map(({ code, afterMs }) => `${String(code)} after ${Math.round(afterMs)} ms`).join(', ')}\n`);
  return both;
}

const following = 'subscription { events { id } }';
const own = 'subscription { me { balanceChanged { points } } }';
const memberOf = async (ref: string): Promise<Viewer> => {
  const { member } = await must(admin, 'query ($ref: String!) { member(ref: $ref) { id } }', { ref: `operator/${ref}` });
  return viewers.member(testIds.open((member as { id: string }).id, 'staff') as string);
};
/** Five seconds are promised; a machine that is busy with others gets a few more, and what never ends gets none. */
const promised = (found: readonly Ending[], code: string): void => {
  expect(found.map((ending) => ending.code)).toEqual([code, code]);
  for (const { afterMs } of found) expect(afterMs).toBeLessThan(10_000);
};

test('a scope is withdrawn', async () => {
  const role = 'mutation { withdrawRole(partner: "retailer", scope: "events.read:own", reason: "test") { __typename } }';
  const token = await graph.tokenOf(viewers.partner('retailer'));
  promised(await endings(token, following, {}, () => must(admin, role)), 'FORBIDDEN_OPERATION');
});

test('the partner is suspended', async () => {
  const token = await graph.tokenOf(viewers.partner('fashion'));
  const suspend = 'mutation { suspend(partner: "fashion", reason: "test") { __typename } }';
  promised(await endings(token, following, {}, () => must(admin, suspend)), 'PARTNER_SUSPENDED');
});

test('the token runs out', async () => {
  const token = await graph.tokenOf(viewers.partner('automotive'), Math.floor(Date.now() / 1_000) + 3);
  promised(await endings(token, following, {}, () => Promise.resolve()), 'UNAUTHENTICATED');
});

test('a consent is withdrawn: the member’s own streams, and a partner’s about that member', async () => {
  const lin = await memberOf('M-Lin');
  const { member } = await must(viewers.partner('automotive'), '{ member(ref: "M-Lin") { id } }');
  await must(lin, 'mutation { grantConsent(recipient: "automotive", purpose: SERVICE, classes: [PII]) { __typename } }');
  const { me } = await must(lin, '{ me { consents { nodes { id } } } }');
  const [consent] = (me as { consents: { nodes: { id: string }[] } }).consents.nodes;
  const withdraw = () => must(lin, 'mutation ($id: ID!) { withdrawConsent(id: $id) { __typename } }', { id: consent?.id });
  let withdrawn: Promise<unknown> | undefined;
  const once = () => (withdrawn ??= new Promise((resolve) => setTimeout(resolve, 700)).then(withdraw));
  const [mine, theirs] = await Promise.all([
    endings(await graph.tokenOf(lin), own, {}, once),
    endings(
      await graph.tokenOf(viewers.partner('automotive')),
      'subscription ($m: ID) { events(member: $m) { id } }',
      { m: (member as { id: string }).id },
      once,
    ),
  ]);
  promised(mine, 'CONSENT_CHANGED');
  promised(theirs, 'CONSENT_REQUIRED');
});

test('the member is forgotten, with no consent that could be withdrawn by it', async () => {
  await must(admin, 'mutation { enrolMember(input: { partner: "operator", ref: "leaves", name: "x" }) { __typename } }');
  const leaving = await memberOf('leaves');
  const erase = 'mutation { eraseMember { __typename } }';
  const token = await graph.tokenOf(leaving);
  promised(
    await endings(token, own, {}, async () => expect(await must(leaving, erase)).toEqual({ eraseMember: { __typename: 'MemberErased' } })),
    'UNAUTHENTICATED',
  );
});

test('the issuer takes back the key that signed the token', async () => {
  const token = await graph.tokenOf(viewers.partner('telecom'));
  const happens = (): Promise<void> => {
    isTakenBack = true;
    // A signature that was proved is proved again after half a minute.
    const later = Date.now() + 31_000;
    jest.spyOn(Date, 'now').mockImplementation(() => later);
    return Promise.resolve();
  };
  try {
    promised(await endings(token, following, {}, happens), 'UNAUTHENTICATED');
  } finally {
    jest.restoreAllMocks();
    isTakenBack = false;
  }
});
