import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CompactEncrypt, type CryptoKey, exportJWK, exportSPKI, generateKeyPair, type JWK, SignJWT } from 'jose';
import { remoteKeys } from '../../gateway/keys.js';
import { roster } from '../../schema/roster.js';
import { audience, closeServer, issuer, openTestGraph, post, type TestGraph } from '../support/graph.js';

interface Key {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly published: JWK;
}

async function newKey(kid: string, alg = 'ES256'): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, publicKey, published: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

/** The issuer's endpoint, which can be down, and a clock that moves when told. */
const endpoint = { published: [] as JWK[], fetches: 0, up: true, nowMs: 0 };
let server: Server;
let graph: TestGraph;
let first: Key;

beforeAll(async () => {
  first = await newKey('first');
  endpoint.published = [first.published];
  server = createServer((_request, response) => {
    endpoint.fetches += 1;
    if (!endpoint.up) response.statusCode = 500;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: endpoint.published }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const keys = remoteKeys(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { now: () => endpoint.nowMs });
  graph = await openTestGraph(
    roster.filter(({ name }) => name === 'members'),
    { tokenKeys: keys },
  );
});
afterAll(async () => {
  await graph.close();
  await closeServer(server);
});

const secondsFromNow = (seconds: number): number => Math.floor(Date.now() / 1_000) + seconds;
const claims = { kind: 'partner', partner: 'telecom', scope: 'catalog.read', sub: 'client-telecom', iss: issuer, aud: audience };

/** A token of the key; `without` names claims that it lacks. */
function token(key: Key, more: Record<string, unknown> = {}, without: readonly string[] = []): Promise<string> {
  const payload: Record<string, unknown> = { ...claims, exp: secondsFromNow(600), ...more };
  for (const claim of without) delete payload[claim];
  return new SignJWT(payload).setProtectedHeader({ alg: key.alg, kid: key.kid }).sign(key.privateKey);
}

const ask = async (bearer: string): Promise<{ status: number; code: unknown }> => {
  const { status, errors } = await post(graph.url, bearer, { query: '{ me { kind } }' });
  return { status, code: errors?.[0]?.extensions?.['code'] };
};
const open = { status: 200, code: undefined };
const refused = { status: 401, code: 'UNAUTHENTICATED' };
const unavailable = { status: 503, code: 'SUBGRAPH_UNAVAILABLE' };

test('a new key is found without a restart, and a withdrawn one is forgotten', async () => {
  expect(await ask(await token(first))).toEqual(open);
  const fetched = endpoint.fetches;
  const second = await newKey('second');
  endpoint.published = [first.published, second.published];
  endpoint.nowMs += 30_000;
  expect(await ask(await token(second))).toEqual(open);
  expect(await ask(await token(first))).toEqual(open);
  expect(endpoint.fetches).toBe(fetched + 1);
  endpoint.published = [first.published];
  endpoint.nowMs += 600_001;
  expect(await ask(await token(second))).toEqual(refused);
});

test('a storm of unknown keys is one fetch per cooldown', async () => {
  expect(await ask(await token(first))).toEqual(open);
  endpoint.nowMs += 30_000;
  const fetched = endpoint.fetches;
  const strangers = await Promise.all(Array.from({ length: 5 }, (_, n) => newKey(`stranger-${n}`)));
  const storm = async (): Promise<void> => {
    const bearers = await Promise.all(Array.from({ length: 50 }, (_, n) => token(strangers[n % 5] as Key)));
    expect(await Promise.all(bearers.map(ask))).toEqual(bearers.map(() => refused));
  };
  await storm();
  await storm();
  expect(endpoint.fetches).toBe(fetched + 1);
});

test('the endpoint is down: a known key goes on, an unknown one is neither accepted nor called wrong', async () => {
  expect(await ask(await token(first))).toEqual(open);
  const stranger = await newKey('stranger');
  endpoint.up = false;
  endpoint.nowMs += 30_000;
  const fetched = endpoint.fetches;
  for (let n = 0; n < 20; n += 1) expect(await ask(await token(stranger))).toEqual(unavailable);
  expect(endpoint.fetches).toBe(fetched + 1);
  expect(await ask(await token(first))).toEqual(open);
  endpoint.nowMs += 600_001;
  expect(await ask(await token(first))).toEqual(open);
  endpoint.nowMs += 3_600_000;
  expect(await ask(await token(first))).toEqual(unavailable);
  endpoint.up = true;
  endpoint.nowMs += 2_000;
  expect(await ask(await token(first))).toEqual(open);
});

test('nothing was ever fetched and the endpoint is down: nobody with a token comes in', async () => {
  const never = remoteKeys('http://127.0.0.1:1/', { timeoutMs: 500 });
  await expect(never({ alg: 'ES256', kid: 'first' }, { payload: '', signature: '' })).rejects.toMatchObject({ name: 'KeysUnavailable' });
});

const base64 = (value: unknown): string => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

test.each`
  what                          | make                                                    | answer
  ${'a sound token'}            | ${() => token(first)}                                   | ${open}
  ${'expired 4 s ago'}          | ${() => token(first, { exp: secondsFromNow(-4) })}      | ${open}
  ${'expired 6 s ago'}          | ${() => token(first, { exp: secondsFromNow(-6) })}      | ${refused}
  ${'valid in 4 s'}             | ${() => token(first, { nbf: secondsFromNow(4) })}       | ${open}
  ${'valid in 10 s'}            | ${() => token(first, { nbf: secondsFromNow(10) })}      | ${refused}
  ${'of another issuer'}        | ${() => token(first, { iss: 'https://other.test' })}    | ${refused}
  ${'for another audience'}     | ${() => token(first, { aud: 'elsewhere' })}             | ${refused}
  ${'for several audiences'}    | ${() => token(first, { aud: ['elsewhere', audience] })} | ${open}
  ${'of a kind of its own'}     | ${() => token(first, { kind: 'service' })}              | ${refused}
  ${'anonymous by claim'}       | ${() => token(first, { kind: 'anonymous' })}            | ${refused}
  ${'a partner without a name'} | ${() => token(first, {}, ['partner'])}                  | ${refused}
  ${'a member that is none'}    | ${() => token(first, { kind: 'member' })}               | ${refused}
  ${'scopes as a list'}         | ${() => token(first, { scope: ['catalog.read'] })}      | ${refused}
  ${'without iss'}              | ${() => token(first, {}, ['iss'])}                      | ${refused}
  ${'without aud'}              | ${() => token(first, {}, ['aud'])}                      | ${refused}
  ${'without exp'}              | ${() => token(first, {}, ['exp'])}                      | ${refused}
  ${'without sub'}              | ${() => token(first, {}, ['sub'])}                      | ${refused}
  ${'without kind'}             | ${() => token(first, {}, ['kind'])}                     | ${refused}
  ${'without scope'}            | ${() => token(first, {}, ['scope'])}                    | ${refused}
  ${'longer than 4 KB'}         | ${() => token(first, { more: 'x'.repeat(4_096) })}      | ${refused}
  ${'signed by nobody'}         | ${unsigned}                                             | ${refused}
  ${'alg none, a signature'}    | ${async () => `${await unsigned()}x`}                   | ${refused}
  ${'HS256, the public key'}    | ${byPublicKey}                                          | ${refused}
  ${'an altered payload'}       | ${altered}                                              | ${refused}
  ${'encrypted, five parts'}    | ${encrypted}                                            | ${refused}
`('$what', async ({ make, answer }) => {
  expect(await ask(await make())).toEqual(answer);
});

test('RS256 and EdDSA are accepted, ES384 is not', async () => {
  const keys = await Promise.all([newKey('rs', 'RS256'), newKey('ed', 'EdDSA'), newKey('es384', 'ES384')]);
  endpoint.published = [first.published, ...keys.map(({ published }) => published)];
  endpoint.nowMs += 30_000;
  expect(await Promise.all(keys.map(async (key) => ask(await token(key))))).toEqual([open, open, refused]);
});

async function unsigned(): Promise<string> {
  return Promise.resolve(`${base64({ alg: 'none', kid: 'first' })}.${base64({ ...claims, exp: secondsFromNow(600) })}.`);
}

/** The old confusion: the public key, as text, taken for the secret of an HMAC. */
async function byPublicKey(): Promise<string> {
  const head = `${base64({ alg: 'HS256', kid: 'first' })}.${base64({ ...claims, exp: secondsFromNow(600) })}`;
  return `${head}.${createHmac('sha256', await exportSPKI(first.publicKey))
    .update(head)
    .digest('base64url')}`;
}

async function altered(): Promise<string> {
  const [head, , signature] = (await token(first)).split('.');
  return `${head}.${base64({ ...claims, scope: 'partners.admin', exp: secondsFromNow(600) })}.${signature}`;
}

async function encrypted(): Promise<string> {
  const { publicKey } = await generateKeyPair('RSA-OAEP-256');
  return new CompactEncrypt(Buffer.from(JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A256GCM' })
    .encrypt(publicKey);
}
