import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { pairwiseIds } from '../../../schema/pairwise-id.js';
import { viewerFrom } from '../../../gateway/context.js';
import { memberIdentity, partnerIdentity, staffIdentity } from '../../../gateway/sandbox/identities.js';
import { sandboxAudience, sandboxIssuer, sandboxIssuerName } from '../../../gateway/sandbox/issuer.js';
import { memberToken } from '../../../gateway/sandbox/member-token.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'issuer-'));
});
afterAll(() => rm(folder, { recursive: true }));

const rules = { issuer: sandboxIssuerName, audience: sandboxAudience };
const ids = pairwiseIds(Buffer.alloc(32, 3));
const uid = '01930000-0000-7000-8000-000000000001';

test('issuers that start at once share one key, which only its owner can read, and publish no private part', async () => {
  const issuers = await Promise.all(Array.from({ length: 5 }, () => sandboxIssuer(folder)));
  expect(new Set(issuers.map((issuer) => JSON.stringify(issuer.jwks()))).size).toBe(1);
  expect(Object.keys(issuers[0]?.jwks().keys[0] ?? {}).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
  expect((await stat(join(folder, 'issuer.json'))).mode & 0o777).toBe(0o600);
});

test('its tokens are what the gateway takes: a partner, staff of a partner, a member', async () => {
  const issuer = await sandboxIssuer(folder);
  const viewer = async (claims: Parameters<typeof issuer.issue>[0]) => {
    const { payload } = await jwtVerify(await issuer.issue(claims), createLocalJWKSet(issuer.jwks()), rules);
    expect(payload).toMatchObject({ azp: expect.any(String), jti: expect.any(String), exp: (payload.iat ?? 0) + claims.ttlSeconds });
    return viewerFrom(payload, ids);
  };
  expect(await viewer(partnerIdentity('telecom'))).toMatchObject({ kind: 'partner', sub: 'client-telecom', partner: 'telecom' });
  expect(await viewer(staffIdentity('finance', 'telecom', 60))).toEqual({
    kind: 'staff',
    sub: 'staff-finance-telecom',
    partner: 'telecom',
    scopes: ['catalog.read', 'ledger.read:own', 'settlement.read:own', 'finance.read:own'],
  });
  expect(await viewer(memberIdentity(ids.seal(uid, 'member')))).toMatchObject({ kind: 'member', uid });
  await expect(viewer({ ...partnerIdentity('telecom'), ttlSeconds: -10 })).rejects.toThrow('exp');
});

test("a member's token is made out of the operator's id of the member, by who holds the secret of the ids", async () => {
  const issuer = await sandboxIssuer(folder);
  const asked: unknown[] = [];
  const ask = (member: unknown) => (_token: string | null, _query: string, variables?: object) => {
    asked.push(variables);
    return Promise.resolve({ data: { member } });
  };
  const token = await memberToken(ask({ id: ids.seal(uid, 'staff') }), issuer, ids, 'M-Yan');
  const { payload } = await jwtVerify(token, createLocalJWKSet(issuer.jwks()), rules);
  expect([viewerFrom(payload, ids).uid, asked]).toEqual([uid, [{ ref: 'operator/M-Yan' }]]);
  await expect(memberToken(ask(null), issuer, ids, 'M-X')).rejects.toThrow('There is no member M-X');
  await expect(memberToken(ask({ id: ids.seal(uid, 'member') }), issuer, ids, 'M-X')).rejects.toThrow('it has other secrets');
});
