import { v7 as uuid } from 'uuid';
import { testIds } from '../../../../support/subgraph.js';
import { viewers } from '../../../../support/viewers.js';
import { openLedger, refOf, type Row, type TestLedger } from '../../ledger.js';

let ledger: TestLedger;
const admin = viewers.staff('admin');
const fashion = viewers.partner('fashion');
const beginning = '2026-11-21T10:00:00+08:00';
beforeAll(async () => {
  ledger = await openLedger();
  await ledger.setClock(beginning);
  await ledger.write(admin, 'mutation ($input: CreateProgrammeInput!) { createProgramme(input: $input) { __typename } }', {
    input: {
      id: 'ECO-P',
      issuer: 'fashion',
      name: { zh: '绿', en: 'Eco' },
      value: { fen: 1, points: 1 },
      expiry: { mode: 'ROLLING', months: 12 },
      acceptance: { scope: 'ALL' },
    },
  });
  await ledger.publish({ programme: 'ECO-P', name: 'all', kind: 'BASE', rate: { points: 1, fen: 100 }, validFrom: '2020-01-01T00:00:00Z' });
  await ledger.publish({ ...green, name: 'green', certificateRegistered: true });
});
afterAll(() => ledger.close());
afterEach(() => ledger.setClock(beginning));

const green = {
  programme: 'ECO-P',
  kind: 'BONUS',
  bonusBasisPoints: 20_000,
  certificate: 'GREEN',
  validFrom: '2020-01-01T00:00:00Z',
};
const wish = (number: string, more: Row = {}): Row => ({
  scheme: 'GREEN',
  number,
  issuer: 'COFCC',
  partner: 'fashion',
  skus: [number],
  validFrom: '2026-11-01T00:00:00+08:00',
  validUntil: '2026-12-01T00:00:00+08:00',
  ...more,
});
const document = `mutation ($input: RegisterCertificateInput!) { registerCertificate(input: $input) {
  __typename ... on CertificateRegistered { replayed certificate { id number skus category partner { id } revokedAt } }
  ... on CertificateKnown { code certificate { id } } } }`;
const register = (input: Row, key = uuid(), viewer = admin) => ledger.ask(viewer, document, { input }, key);
const registered = async (input: Row, key?: string): Promise<{ certificate: { id: string } } & Row> =>
  (await register(input, key)).data?.['registerCertificate'] as { certificate: { id: string } } & Row;
const revoke = (certificate: string, viewer = admin, key = uuid()) =>
  ledger.ask(
    viewer,
    'mutation ($certificate: ID!) { revokeCertificate(certificate: $certificate, reason: "withdrawn") { certificate { revokedAt } replayed } }',
    { certificate },
    key,
  );
const line = (sku: string, more: Row = {}): Row => ({ sku, fen: 10_000, certificate: 'GREEN', ...more });
const buy = async (lines: Row[], at?: string, partner = fashion): Promise<number> => {
  const { accrual } = (await ledger.write(
    partner,
    `mutation ($ref: String!, $purchase: String!, $at: DateTime, $lines: [PurchaseLineInput!]!) {
      accrue(programme: "ECO-P", memberRef: $ref, purchaseRef: $purchase, at: $at, lines: $lines) { ... on Accrued { accrual { points } } } }`,
    { ref: refOf(uuid(), 'fashion'), purchase: uuid(), at, lines },
  )) as { accrual: { points: number } };
  return accrual.points;
};
const codeOf = async (answer: ReturnType<typeof register>): Promise<unknown> => (await answer).errors?.[0]?.extensions?.['code'];

test('GREEN is no word that earns three times: the registry has to have it (A19)', async () => {
  expect(await buy([line('rice')])).toBe(100);
  expect(await registered(wish('rice'), 'rice')).toEqual({
    __typename: 'CertificateRegistered',
    replayed: false,
    certificate: { id: expect.any(String), number: 'rice', skus: ['rice'], category: null, partner: { id: 'fashion' }, revokedAt: null },
  });
  expect(await buy([line('rice')])).toBe(300);
  expect(await buy([line('rice', { certificate: 'FAIR' })])).toBe(100);
  expect(await buy([line('rice'), line('tea'), line('rice', { certificate: null })])).toBe(500);
});

test('from its first instant, until before its end', async () => {
  await registered(wish('span'));
  await ledger.setClock('2027-01-01T00:00:00+08:00');
  const points = await Promise.all(
    ['2026-10-31T23:59:59+08:00', '2026-11-01T00:00:00+08:00', '2026-11-30T23:59:59+08:00', '2026-12-01T00:00:00+08:00'].map((at) =>
      buy([line('span')], at),
    ),
  );
  expect(points).toEqual([100, 300, 300, 100]);
});

test('revoked, it covers nothing from that instant on, once; what was bought before still counts, also reported late', async () => {
  const { certificate } = await registered(wish('revoked'));
  const at = '2026-11-22T10:00:00+08:00';
  await ledger.setClock(at);
  const answers = await Promise.all([revoke(certificate.id), revoke(certificate.id)]);
  for (const { data } of answers)
    expect(data?.['revokeCertificate']).toEqual({ certificate: { revokedAt: new Date(at).toISOString() }, replayed: false });
  await ledger.setClock('2026-11-23T10:00:00+08:00');
  expect((await revoke(certificate.id)).data?.['revokeCertificate']).toMatchObject({
    certificate: { revokedAt: new Date(at).toISOString() },
  });
  expect(await buy([line('revoked')], '2026-11-22T09:59:59+08:00')).toBe(300);
  expect(await buy([line('revoked')], at)).toBe(100);
  const audited = await ledger.sql(`select partner from audit where operation = 'revokeCertificate' and outcome = 'CHANGED'`);
  expect(audited).toEqual([{ partner: 'fashion' }]);
  // Its number is free again.
  expect(await registered(wish('revoked'))).toMatchObject({ __typename: 'CertificateRegistered' });
});

test('a number of a scheme is registered once, also of twenty at once', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => registered(wish('once'))));
  const count = (type: string): number => answers.filter(({ __typename }) => __typename === type).length;
  expect([count('CertificateRegistered'), count('CertificateKnown')]).toEqual([1, 19]);
  expect(new Set(answers.map(({ certificate }) => certificate.id)).size).toBe(1);
  expect(await registered(wish('once', { scheme: 'FAIR' }), 'fair')).toMatchObject({ __typename: 'CertificateRegistered' });
  expect(await registered(wish('once', { scheme: 'FAIR' }), 'fair')).toMatchObject({ replayed: true });
  expect(await codeOf(register(wish('once', { scheme: 'FAIR', issuer: 'other' }), 'fair'))).toBe('IDEMPOTENCY_CONFLICT');
});

test("a category's certificate covers whatever is in it, of its partner alone", async () => {
  await registered(wish('category', { skus: null, category: 'linen' }));
  expect(await buy([line('any', { category: 'linen' })])).toBe(300);
  expect(await buy([line('any', { category: 'wool' })])).toBe(100);
  await registered(wish('foreign', { partner: 'automotive' }));
  expect(await buy([line('foreign')])).toBe(100);
});

test('a simulation says what is then given, of a sample and of what was bought before', async () => {
  await registered(wish('tried'));
  const draft = `mutation ($input: DraftRuleInput!) { draftRule(input: $input) { ... on RuleDrafted { rule { id certificateRegistered } } } }`;
  const { rule } = (await ledger.write(admin, draft, {
    input: { ...green, name: 'more', bonusBasisPoints: 10_000, certificateRegistered: true },
  })) as { rule: { id: string; certificateRegistered: boolean } };
  expect(rule.certificateRegistered).toBe(true);
  const member = testIds.seal(uuid(), 'staff');
  const bought = (at: string) => ({ memberRef: member, at, lines: [line('tried'), line('not-registered')] });
  const simulate = (sample: Row[]) =>
    ledger.write(
      admin,
      'query ($rule: ID!, $sample: [SamplePurchaseInput!]) { simulate(rule: $rule, sample: $sample) { points currentPoints } }',
      {
        rule: rule.id,
        sample,
      },
    );
  expect(await simulate([bought('2026-11-01T00:00:00+08:00')])).toEqual({ points: 500, currentPoints: 400 });
  expect(await simulate([bought('2026-12-01T00:00:00+08:00')])).toEqual({ points: 200, currentPoints: 200 });
  expect(await simulate([{ ...bought('2026-11-01T00:00:00+08:00'), partner: 'automotive' }])).toEqual({ points: 200, currentPoints: 200 });
  await ledger.setClock('2026-12-05T10:00:00+08:00');
  const before = (await ledger.write(
    admin,
    'query ($rule: ID!) { simulate(rule: $rule, months: { from: "2026-11", to: "2026-11" }) { points currentPoints givenPoints } }',
    {
      rule: rule.id,
    },
  )) as { points: number; currentPoints: number };
  await buy([line('tried'), line('not-registered')], '2026-11-20T10:00:00+08:00');
  const after = (await ledger.write(
    admin,
    'query ($rule: ID!) { simulate(rule: $rule, months: { from: "2026-11", to: "2026-11" }) { points currentPoints givenPoints } }',
    {
      rule: rule.id,
    },
  )) as { points: number; currentPoints: number };
  expect([after.points - before.points, after.currentPoints - before.currentPoints]).toEqual([500, 400]);
});

test('a rule that demands a registered certificate names it', async () => {
  const { certificate: _word, ...nameless } = green;
  const draft = `mutation ($input: DraftRuleInput!) { draftRule(input: $input) { ... on LintFailed { problems { code } } } }`;
  expect(await ledger.write(admin, draft, { input: { ...nameless, name: 'nameless', certificateRegistered: true } })).toEqual({
    problems: [{ code: 'CERTIFICATE_MISSING' }],
  });
});

test("only the operator's staff register and revoke; everybody reads, page by page", async () => {
  for (const viewer of [fashion, viewers.partnerStaff('fashion'), viewers.member(uuid()), viewers.anonymous, viewers.regulator])
    expect(await codeOf(register(wish('mine'), uuid(), viewer as never))).toMatch(/FORBIDDEN|UNAUTHENTICATED/);
  const { certificate } = await registered(wish('shown'));
  expect((await revoke(certificate.id, viewers.partnerStaff('fashion'))).errors?.[0]?.extensions?.['code']).toMatch(/FORBIDDEN/);
  expect((await revoke('no-uuid')).errors?.[0]?.extensions?.['code']).toBe('BAD_INPUT');
  expect((await revoke(uuid())).errors?.[0]?.extensions?.['code']).toBe('BAD_INPUT');
  const seen: string[] = [];
  for (let after: string | null = null, more = true; more;) {
    const { data } = await ledger.ask(
      viewers.anonymous,
      'query ($after: String) { certificates(partner: "fashion", scheme: "GREEN", first: 2, after: $after) { nodes { number } pageInfo { hasNextPage endCursor } } }',
      { after },
    );
    const page = data?.['certificates'] as { nodes: { number: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
    seen.push(...page.nodes.map(({ number }) => number));
    [after, more] = [page.pageInfo.endCursor, page.pageInfo.hasNextPage];
  }
  expect(seen[0]).toBe('shown');
  expect([...seen].sort()).toEqual(['category', 'once', 'revoked', 'revoked', 'rice', 'shown', 'span', 'tried']);
});

test.each([
  { number: ' ' },
  { issuer: 'x'.repeat(101) },
  { skus: null },
  { skus: [] },
  { category: 'both' },
  { skus: Array.from({ length: 501 }, (_, n) => `${n}`) },
  { validUntil: '2026-11-01T00:00:00+08:00' },
  { partner: 'nobody' },
])('%j is bad input', async (more) => {
  expect(await codeOf(register(wish('bad', more)))).toBe('BAD_INPUT');
});
