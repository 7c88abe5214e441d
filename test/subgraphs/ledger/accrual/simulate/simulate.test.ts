import { v7 as uuid } from 'uuid';
import { staffScopes } from '../../../../../schema/scopes.js';
import { recipientOf } from '../../../../../schema/viewer.js';
import { testIds } from '../../../../support/subgraph.js';
import { viewers } from '../../../../support/viewers.js';
import { openLedger, refOf, type Row, type TestLedger } from '../../ledger.js';

let ledger: TestLedger;
const admin = viewers.staff('admin');
beforeAll(async () => {
  ledger = await openLedger();
  await ledger.setClock('2026-11-21T10:00:00+08:00');
  await ledger.write(admin, 'mutation ($input: CreateProgrammeInput!) { createProgramme(input: $input) { __typename } }', {
    input: {
      id: 'DRESS-P',
      issuer: 'fashion',
      name: { zh: '裙', en: 'Dress' },
      value: { fen: 10, points: 1 },
      expiry: { mode: 'ROLLING', months: 1 },
      acceptance: { scope: 'ALL' },
    },
  });
  await ledger.publish({
    programme: 'DRESS-P',
    name: 'base',
    kind: 'BASE',
    rate: { points: 1, fen: 100 },
    validFrom: '2020-01-01T00:00:00Z',
  });
});
afterAll(() => ledger.close());

const draftRule = `mutation ($input: DraftRuleInput!) { draftRule(input: $input) { ... on RuleDrafted { rule { id } } } }`;
const drafted = async (rule: Row): Promise<string> =>
  ((await ledger.write(admin, draftRule, { input: { programme: 'DRESS-P', name: uuid(), ...rule } })) as { rule: { id: string } }).rule.id;
const dress = { kind: 'BONUS', bonusBasisPoints: 10_000, category: 'dress' };

const simulate = `query ($rule: ID!, $sample: [SamplePurchaseInput!], $months: SimulatedMonthsInput) {
  simulate(rule: $rule, sample: $sample, months: $months) {
    purchases members salesFen points currentPoints extraPoints givenPoints costFen costBasisPointsOfSales marginGuard { maxBasisPoints exceeded }
    liabilityEffect { points fen } rules { points withheld credit rule { name } } byMember { member points extraPoints }
  }
}`;
const bought = (category: string, fen: number): Row => ({ lines: [{ sku: 'x', category, fen }] });
const counts = async (): Promise<Row[]> => {
  const tables = await ledger.sql<{ name: string }>(
    `select relname as name from pg_class where relkind = 'r' and relnamespace = (select oid from pg_namespace where nspname = current_schema()) order by 1`,
  );
  expect(tables.length).toBeGreaterThan(15);
  return ledger.sql(tables.map(({ name }) => `select '${name}' as name, count(*) as n from "${name}"`).join(' union all ') + ' order by 1');
};
const codeOf = async (viewer: typeof admin, variables: Row): Promise<unknown> =>
  (await ledger.ask(viewer, simulate, variables)).errors?.[0]?.extensions?.['code'];

test('a dress of 300.00 under the double: 300 more, 30.00, a tenth of the sales, and nothing was written', async () => {
  const rule = await drafted(dress);
  const before = await counts();
  expect(await ledger.write(admin, simulate, { rule, sample: [bought('dress', 30_000), bought('shoes', 30_000)] })).toEqual({
    purchases: 2,
    members: 0,
    salesFen: 60_000,
    points: 900,
    currentPoints: 600,
    extraPoints: 300,
    givenPoints: null,
    costFen: 3_000,
    costBasisPointsOfSales: 500,
    marginGuard: null,
    liabilityEffect: { points: 300, fen: 3_000 },
    rules: [
      { points: 600, withheld: 0, credit: false, rule: { name: 'base' } },
      { points: 300, withheld: 0, credit: false, rule: { name: expect.any(String) as string } },
    ],
    byMember: [],
  });
  expect(await counts()).toEqual(before);
});

test('one point per yuan at 0.10 gives a tenth of the sales back: the margin guard says whether that is too much', async () => {
  const rule = await drafted({ kind: 'BASE', rate: { points: 1, fen: 100 }, category: 'service' });
  const guard = (marginGuardBasisPoints: number) =>
    ledger.write(
      admin,
      'mutation ($guard: Int) { setProgrammeTerms(programme: "DRESS-P", marginGuardBasisPoints: $guard) { __typename } }',
      {
        guard: marginGuardBasisPoints,
      },
    );
  const tried = async (fen: number) => ledger.write(admin, simulate, { rule, sample: [bought('service', fen)] });
  for (const [max, exceeded] of [
    [999, true],
    [1_000, false],
    [1_001, false],
  ] as const) {
    await guard(max);
    // The base of everything else would have given as much.
    expect(await tried(100_000)).toMatchObject({
      points: 1_000,
      extraPoints: 0,
      costBasisPointsOfSales: 0,
      marginGuard: { exceeded: false },
    });
    const first = await drafted({ kind: 'BONUS', bonusBasisPoints: 10_000 });
    expect(await ledger.write(admin, simulate, { rule: first, sample: [bought('service', 100_000)] })).toMatchObject({
      extraPoints: 1_000,
      costFen: 10_000,
      costBasisPointsOfSales: 1_000,
      marginGuard: { maxBasisPoints: max, exceeded },
    });
  }
  await guard(-1);
  expect(await tried(0)).toMatchObject({ costBasisPointsOfSales: null, marginGuard: null });
});

test('a new version is set against the one that it replaces, also where it gives less', async () => {
  const rule = await drafted({ name: 'base', kind: 'BASE', rate: { points: 1, fen: 200 } });
  expect(await ledger.write(admin, simulate, { rule, sample: [bought('dress', 10_000)] })).toMatchObject({
    points: 50,
    currentPoints: 100,
    extraPoints: -50,
    costFen: -500,
    costBasisPointsOfSales: -500,
    liabilityEffect: { points: -50, fen: -500 },
  });
});

test('what a member was given before counts in its caps, and what the sample itself gives', async () => {
  const member = uuid();
  const rule = await drafted({ kind: 'BASE', rate: { points: 1, fen: 100 }, category: 'capped', dailyCapPoints: 150 });
  const memberRef = testIds.seal(member, 'staff');
  const sample = Array.from({ length: 3 }, () => Object.assign(bought('capped', 10_000), { memberRef }));
  expect(await ledger.write(admin, simulate, { rule, sample })).toMatchObject({
    members: 1,
    points: 150,
    rules: [{ points: 150, withheld: 150 }],
    byMember: [{ member: memberRef, points: 150, extraPoints: -150 }],
  });
});

test('a partner does not learn from a sample with whom else its member shares its credit band', async () => {
  const member = uuid();
  const issuer = viewers.partnerStaff('fashion');
  ledger.credit.bands = new Map(['fashion', 'automotive'].map((partner) => [`${member} ${partner}`, 12_500]));
  const rule = await drafted({ kind: 'BASE', rate: { points: 1, fen: 100 }, category: 'credited', creditFactor: true });
  const given = async (viewer: typeof admin, partner?: string): Promise<unknown> => {
    const sample = [{ ...bought('credited', 100_000), memberRef: testIds.seal(member, recipientOf(viewer)), partner }];
    const answer = await ledger.ask(
      viewer,
      `query ($rule: ID!, $sample: [SamplePurchaseInput!]) { simulate(rule: $rule, sample: $sample) { points } }`,
      {
        rule,
        sample,
      },
    );
    return (answer.data?.['simulate'] as { points: number } | null)?.points ?? answer.errors;
  };
  expect(await given(issuer)).toBe(1_250);
  expect(await given(admin, 'automotive')).toBe(1_250);
  for (const partner of ['automotive', 'telecom']) expect(await given(issuer, partner)).toBe(1_000);
  ledger.credit.bands.set(`${member} fashion`, 10_000);
  expect(await given(issuer)).toBe(1_000);
});

describe('past months', () => {
  const accrue = `mutation ($ref: String!, $purchase: String!, $at: DateTime, $lines: [PurchaseLineInput!]!) {
    accrue(programme: "DRESS-P", memberRef: $ref, lines: $lines, purchaseRef: $purchase, at: $at) { __typename }
  }`;
  const members = [uuid(), uuid(), uuid(), uuid(), uuid()];
  const buy = (member: string, category: string, fen: number, at: string): Promise<Row> =>
    ledger.write(viewers.partner('fashion'), accrue, { ref: refOf(member, 'fashion'), purchase: uuid(), at, ...bought(category, fen) });
  const blind = { ...admin, scopes: staffScopes.admin.filter((scope) => !scope.startsWith('ledger.read')) };
  const sums = simulate.replace(/byMember \{[^}]*\}/, '');
  beforeAll(async () => {
    for (const [n, member] of members.entries()) {
      await buy(member, 'dress', 10_000 * (n + 1), '2026-09-30T23:59:59+08:00');
      await buy(member, 'dress', 20_000, '2026-10-01T00:00:00+08:00');
      await buy(member, 'shoes', 30_000, '2026-11-01T00:00:00+08:00');
    }
  });

  test('to the second in Shanghai; what really was given is what the rules of then give again; what has expired is no liability', async () => {
    const rule = await drafted(dress);
    const before = await counts();
    expect(await ledger.write(admin, simulate, { rule, months: { from: '2026-09', to: '2026-09' } })).toMatchObject({
      purchases: 5,
      members: 5,
      salesFen: 150_000,
      currentPoints: 1_500,
      givenPoints: 1_500,
      extraPoints: 1_500,
      costFen: 15_000,
      costBasisPointsOfSales: 1_000,
      liabilityEffect: { points: 0, fen: 0 },
    });
    const all = await ledger.write(admin, simulate, { rule, months: { from: '2026-09', to: '2026-11' } });
    expect(all).toMatchObject({ purchases: 15, givenPoints: 4_000, currentPoints: 4_000, extraPoints: 2_500 });
    expect(await ledger.write(admin, simulate, { rule, months: { from: '2026-10', to: '2026-10' } })).toMatchObject({ extraPoints: 1_000 });
    expect(await counts()).toEqual(before);
  });

  test('a cap of a year starts from what was given before these months', async () => {
    const name = uuid();
    const capped = { name, kind: 'BONUS', bonusBasisPoints: 10_000, yearlyCapPoints: 250 };
    await ledger.publish({ ...capped, programme: 'DRESS-P', category: 'hats', validFrom: '2020-01-01T00:00:00Z' });
    const [member] = members as [string];
    await buy(member, 'hats', 24_000, '2026-08-01T00:00:00Z');
    const rule = await drafted({ ...capped, category: 'dress' });
    const found = (await ledger.write(admin, simulate, { rule, months: { from: '2026-09', to: '2026-10' } })) as { byMember: Row[] };
    // 300 and more each, but for the one with 10 points left of the year.
    expect(found).toMatchObject({ extraPoints: 4 * 250 + 10 });
    expect(found.byMember.at(-1)).toMatchObject({ member: testIds.seal(member, 'staff'), extraPoints: 10 });
  });

  test('sums over fewer members than the floor are for those only who may see each of them', async () => {
    const rule = await drafted(dress);
    const months = { from: '2026-09', to: '2026-09' };
    expect((await ledger.ask(blind, sums, { rule, months })).data?.['simulate']).toMatchObject({ members: 5 });
    const floor = `mutation ($floor: Int) { setRuleGates(simulationGroupFloor: $floor) { replayed } }`;
    await ledger.write(admin, floor, { floor: 6 });
    expect((await ledger.ask(blind, sums, { rule, months })).errors?.[0]?.extensions).toMatchObject({
      code: 'FORBIDDEN_OPERATION',
      needs: ['ledger.read:own'],
    });
    expect((await ledger.ask(admin, simulate, { rule, months })).errors).toBeUndefined();
    await ledger.write(admin, floor, { floor: 5 });
    const closed = await ledger.ask(blind, simulate, { rule, months });
    expect(closed.errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN_FIELD');
  });

  test.each([
    [{ from: '2026-11', to: '2026-09' }],
    [{ from: '2024-01', to: '2026-01' }],
    [{ from: '2026-13', to: '2026-13' }],
    [{ from: '2026-9', to: '2026-10' }],
  ])('%j are no months', async (months) => expect(await codeOf(admin, { rule: await drafted(dress), months })).toBe('BAD_INPUT'));
});

test('a partner tries the rules of its own programmes, in its own name for its members; nobody else does', async () => {
  const rule = await drafted(dress);
  const sample = [bought('dress', 100)];
  expect(await codeOf(viewers.partnerStaff('fashion'), { rule, sample })).toBeUndefined();
  expect(await codeOf(viewers.partnerStaff('telecom'), { rule, sample })).toBe('FORBIDDEN_OPERATION');
  expect(await codeOf({ ...viewers.partner('fashion'), scopes: ['rules.simulate:own'] } as never, { rule, sample })).toBe(
    'FORBIDDEN_OPERATION',
  );
  expect(await codeOf(viewers.member(uuid()) as never, { rule, sample })).toBe('FORBIDDEN_FIELD');
  expect(await codeOf(admin, { rule: uuid(), sample })).toBe('BAD_INPUT');
  expect(await codeOf(admin, { rule })).toBe('BAD_INPUT');
  expect(await codeOf(admin, { rule, sample: [] })).toBe('BAD_INPUT');
  expect(await codeOf(admin, { rule, sample, months: { from: '2026-01', to: '2026-01' } })).toBe('BAD_INPUT');
});
