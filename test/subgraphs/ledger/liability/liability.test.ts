import fc from 'fast-check';
import { v7 as uuid } from 'uuid';
import type { Viewer } from '../../../../schema/viewer.js';
import { allocatePrice } from '../../../../subgraphs/ledger/liability/revenue.js';
import { auditOf } from '../../../../subgraphs/ledger/proof/audit.js';
import { testIds } from '../../../support/subgraph.js';
import { viewers } from '../../../support/viewers.js';
import { admin, fashion, finance, openPartners, type PartnersLedger } from '../clearing/steps.js';
import { type Leg, type Steps, stepsOf } from '../hold-steps.js';
import type { Row } from '../ledger.js';

const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
let ledger: PartnersLedger;
let steps: Steps;
beforeEach(async () => {
  ledger = await openPartners();
  steps = stepsOf(ledger);
  await ledger.setClock('2026-11-21T12:00:00+08:00');
});
afterEach(async () => {
  expect(await auditOf(ledger.database.url)).toEqual([]);
  await ledger.close();
});

interface Facts {
  readonly points: number;
  readonly fen: number;
  readonly expectedRate: number;
  readonly breakageFen: number;
  readonly contractFen: number;
  readonly prepaidFen: number;
  readonly unsoldPoints: number;
  readonly byExpiry: readonly { readonly month: string | null; readonly points: number; readonly fen: number }[];
}
const ask = (programme: string, at?: string, viewer: Viewer = finance) =>
  ledger.ask(
    viewer,
    `query ($at: DateTime) { liability(programme: "${programme}", at: $at) { points fen expectedRate breakageFen contractFen prepaidFen unsoldPoints byExpiry { month points fen } } }`,
    { at: at ?? null },
  );
const liability = async (programme: string, at?: string): Promise<Facts> => {
  const { data, errors } = await ask(programme, at);
  expect(errors).toBeUndefined();
  return data?.['liability'] as Facts;
};
interface Rolled {
  readonly over: boolean;
  readonly points: Record<'opening' | 'issued' | 'redeemed' | 'returned' | 'expired' | 'clawedBack' | 'adjusted' | 'closing', number>;
  readonly fen: Record<'opening' | 'issued' | 'reversed' | 'redeemed' | 'expired' | 'reestimated' | 'closing', number>;
  readonly reestimates: readonly {
    readonly basisPoints: number;
    readonly effectFen: number;
    readonly proposedBy: string;
    readonly approvedBy: string;
  }[];
}
const rolled = (programme: string, period: string) =>
  ledger.write(
    finance,
    `{ liabilityRollForward(programme: "${programme}", period: "${period}") { over
      points { opening issued redeemed returned expired clawedBack adjusted closing }
      fen { opening issued reversed redeemed expired reestimated closing } reestimates { basisPoints effectFen proposedBy approvedBy } } }`,
  ) as unknown as Promise<Rolled>;
const estimate = (programme: string, basisPoints: number, validFrom: string) =>
  ledger.twoAgree(
    `proposeRedemptionEstimate(programme: "${programme}", basisPoints: ${basisPoints}, validFrom: "${validFrom}", reason: "seen")`,
  );
const redeem = async (member: string, leg: Leg): Promise<string> => {
  const redemption = uuid();
  const { hold } = (await steps.place(member, [leg], { redemption })) as { hold: string };
  expect(await steps.capture(hold)).toMatchObject({ __typename: 'HoldCaptured' });
  return redemption;
};
const auto = (points: number): Leg => ({ programme: 'AUTO-P', points, fen: points * 10 });

test('the example of the standard, through the ledger: estimates are dated and signed, hindsight is caught up at once, the end is 0', async () => {
  // AUTO-P are worth 10 fen; here a fen of spend gives a point. 9,500 of 10,000 are expected: 10,000 fen paid, 95,000 for the points.
  await estimate('AUTO-P', 9_500, '2026-01-01T00:00:00Z');
  const member = uuid();
  await ledger.accrue(member, 'AUTO-P', 10_000, { at: '2026-11-20T12:00:00+08:00' });
  const sold = 9_048; // 10,000 × 95,000 / 105,000
  expect(await liability('AUTO-P')).toEqual({
    points: 10_000,
    fen: 100_000,
    expectedRate: 9_500,
    breakageFen: 5_000,
    contractFen: sold,
    prepaidFen: 0,
    unsoldPoints: 0,
    byExpiry: [{ month: '2028-11', points: 10_000, fen: 100_000 }],
  });
  await ledger.setClock('2026-12-10T12:00:00+08:00');
  await redeem(member, auto(4_500));
  expect(await liability('AUTO-P')).toMatchObject({ points: 5_500, contractFen: sold - 4_285 });
  await ledger.setClock('2027-01-05T12:00:00+08:00');
  await redeem(member, auto(4_000));
  await ledger.setClock('2027-01-05T12:00:01+08:00');
  await estimate('AUTO-P', 9_700, '2026-06-01T00:00:00Z');
  expect(await liability('AUTO-P')).toMatchObject({ expectedRate: 9_700, contractFen: sold - 7_928 });
  await ledger.setClock('2027-01-06T12:00:00+08:00');
  await redeem(member, auto(1_500));
  expect(await liability('AUTO-P')).toMatchObject({ points: 0, fen: 0, contractFen: 0, byExpiry: [] });
  expect(await rolled('AUTO-P', '2026-11')).toMatchObject({
    over: true,
    points: { opening: 0, issued: 10_000, closing: 10_000 },
    fen: { issued: sold, closing: sold },
  });
  expect(await rolled('AUTO-P', '2026-12')).toMatchObject({
    fen: { opening: sold, redeemed: 4_285, closing: sold - 4_285 },
    reestimates: [],
  });
  expect(await rolled('AUTO-P', '2027-01')).toEqual({
    over: false,
    points: { opening: 5_500, issued: 0, redeemed: 5_500, returned: 0, expired: 0, clawedBack: 0, adjusted: 0, closing: 0 },
    fen: { opening: sold - 4_285, issued: 0, reversed: 0, redeemed: sold - 4_285 + 167, expired: 0, reestimated: 167, closing: 0 },
    reestimates: [{ basisPoints: 9_700, effectFen: 167, proposedBy: 'staff-admin', approvedBy: 'staff-approver' }],
  });
  // As it was reported then.
  expect(await liability('AUTO-P', '2026-12-31T23:59:59+08:00')).toMatchObject({
    points: 5_500,
    expectedRate: 9_500,
    contractFen: sold - 4_285,
  });
  expect(await liability('AUTO-P', '2026-11-01T00:00:00+08:00')).toMatchObject({ points: 0, contractFen: 0 });
});

test('what expires counts when it expires, booked or not, to the second', async () => {
  await ledger.accrue(uuid(), 'COAL-P', 900);
  await ledger.accrue(uuid(), 'BANK-P', 1_000);
  expect(await liability('BANK-P')).toMatchObject({ points: 1_000, fen: 200, byExpiry: [{ month: null, points: 1_000, fen: 200 }] });
  for (const [clock, points] of [
    ['2027-11-21T11:59:59+08:00', 900],
    ['2027-11-21T12:00:00+08:00', 0],
    ['2027-11-21T12:00:01+08:00', 0],
  ] as const) {
    await ledger.setClock(clock);
    expect(await liability('COAL-P')).toMatchObject({ points, contractFen: points / 2 });
  }
  const november = await rolled('COAL-P', '2027-11');
  expect(november).toMatchObject({
    points: { opening: 900, expired: 900, closing: 0 },
    fen: { opening: 450, redeemed: 0, expired: 450, closing: 0 },
  });
  await ledger.setClock('2027-11-22T12:00:00+08:00');
  await ledger.subgraph.runJob('expire-lots');
  expect(await rolled('COAL-P', '2027-11')).toEqual(november);
  expect(await liability('COAL-P', '2027-11-21T11:59:59+08:00')).toMatchObject({ points: 900 });
});

test("what others' customers earn is sold to them: what they paid, packs drawn and what is still in them", async () => {
  await ledger.twoAgree('proposePackTerms(programme: "COAL-P", price: { fen: 9, points: 10 }, months: 3, reason: "a quarter")');
  await ledger.buy(101);
  expect(await liability('COAL-P')).toMatchObject({ points: 0, contractFen: 0, prepaidFen: 91 });
  const redemption = uuid();
  await ledger.earn('fashion', 150, { redemption });
  expect(await liability('COAL-P')).toMatchObject({ points: 150, contractFen: 91 + 49, prepaidFen: 0 });
  await steps.giveBack(redemption, [], { cashFen: 1, cashTotalFen: 3 });
  // 33 of 101 go back to the pack, and 16 of the 49 fen that were billed: 29 of the 91 fen wait for others again.
  expect(await liability('COAL-P')).toMatchObject({ points: 100, prepaidFen: 30, contractFen: 91 - 30 + 49 - 16 });
  await steps.giveBack(redemption, [], { cashFen: 2, cashTotalFen: 3 });
  expect(await liability('COAL-P')).toMatchObject({ points: 0, contractFen: 0, prepaidFen: 91 });
  expect(await rolled('COAL-P', '2026-11')).toMatchObject({ fen: { issued: 140, reversed: 140, redeemed: 0, closing: 0 } });
});

test.each(['fashion', 'coalition'])(
  'all paid in points at %s, and back in two months: the first month asked again says the same',
  async (partner) => {
    const member = uuid();
    await ledger.accrue(member, 'AUTO-P', 100);
    const redemption = await redeem(member, auto(100));
    await ledger.earn(partner, 150, { memberUid: member, redemption });
    const sold = (await liability('COAL-P')).contractFen;
    await steps.giveBack(redemption, [auto(50)]);
    const half = await liability('COAL-P');
    expect(half).toMatchObject({ points: 75, contractFen: Math.ceil(sold / 2) });
    const november = '2026-11-30T23:59:59+08:00';
    await ledger.setClock('2026-12-10T12:00:00+08:00');
    expect(await liability('COAL-P', november)).toEqual(half);
    await steps.giveBack(redemption, [auto(50)]);
    expect(await liability('COAL-P', november)).toEqual(half);
    expect(await liability('COAL-P')).toMatchObject({ points: 0, contractFen: 0 });
  },
);

test('points that are sent on are the promise that they were, until the last of them is spent', async () => {
  const policy = { allowed: true, sentPoints: 10_000, receivedPoints: 10_000, senders: 5, periodDays: 30 };
  await ledger.write(
    admin,
    'mutation ($policy: TransferPolicyInput!) { setTransferPolicy(programme: "AUTO-P", policy: $policy) { replayed } }',
    { policy },
  );
  const send = (from: string, to: string, points: number) =>
    ledger.write(
      viewers.member(from),
      'mutation ($to: String!, $points: Points!) { transfer(to: $to, programme: "AUTO-P", points: $points) { __typename } }',
      {
        to: testIds.seal(to, 'transfer'),
        points,
      },
    );
  const [one, two, three] = [uuid(), uuid(), uuid()];
  await ledger.accrue(one, 'AUTO-P', 1_000, { at: '2026-10-01T00:00:00Z' });
  const before = await liability('AUTO-P');
  expect(before).toMatchObject({ points: 1_000, contractFen: 909, unsoldPoints: 0 });
  await ledger.setClock('2026-12-02T12:00:00+08:00');
  expect(await send(one, two, 600)).toEqual({ __typename: 'Transferred' });
  expect(await send(two, three, 400)).toEqual({ __typename: 'Transferred' });
  expect(await liability('AUTO-P')).toEqual(before);
  await redeem(three, auto(400));
  expect(await liability('AUTO-P')).toMatchObject({ points: 600, contractFen: 909 - 363, unsoldPoints: 0 });
  await redeem(two, auto(200));
  await redeem(one, auto(400));
  expect(await liability('AUTO-P')).toMatchObject({ points: 0, contractFen: 0 });
  expect(await rolled('AUTO-P', '2026-12')).toMatchObject({
    points: { opening: 1_000, redeemed: 1_000, adjusted: 0, closing: 0 },
    fen: { opening: 909, redeemed: 909 },
  });
});

test('points that nobody paid for wait for no revenue', async () => {
  const member = uuid();
  await ledger.accrue(member, 'AUTO-P', 100);
  const { id } = (
    (await ledger.write(
      admin,
      `mutation ($m: String!) { adjust(member: $m, programme: "AUTO-P", points: 50, reason: "r") { ... on AdjustProposed { adjustment { id } } } }`,
      {
        m: testIds.seal(member, 'staff'),
      },
    )) as { adjustment: { id: string } }
  ).adjustment;
  await ledger.write(viewers.staff('approver'), 'mutation ($id: ID!) { approve(id: $id) { __typename } }', { id });
  expect(await liability('AUTO-P')).toMatchObject({ points: 150, unsoldPoints: 50, fen: 1_500, contractFen: 91 });
  expect(await rolled('AUTO-P', '2026-11')).toMatchObject({ points: { issued: 100, adjusted: 50, closing: 150 } });
});

test("for the issuer and the operator; nothing of the future, of no other's programme, and no expectation by one alone", async () => {
  const code = async (programme: string, viewer: Viewer, at?: string) =>
    (await ask(programme, at, viewer)).errors?.[0]?.extensions?.['code'];
  expect(await code('AUTO-P', viewers.partnerStaff('automotive'))).toBeUndefined();
  expect(await code('AUTO-P', viewers.partnerStaff('telecom'))).toBe('FORBIDDEN_OPERATION');
  expect(await code('AUTO-P', viewers.partner('automotive'))).toBe('FORBIDDEN_FIELD');
  expect(await code('NONE-P', finance)).toBe('BAD_INPUT');
  expect(await code('AUTO-P', finance, '2026-11-21T12:00:01+08:00')).toBe('BAD_INPUT');
  expect(await code('AUTO-P', finance, '2026-11-21T12:00:00+08:00')).toBeUndefined();
  const other = (document: string, viewer: Viewer = viewers.partnerStaff('telecom')) => ledger.ask(viewer, document, {}, uuid());
  for (const document of [
    '{ liabilityRollForward(programme: "AUTO-P", period: "2026-11") { over } }',
    '{ redemptionEstimates(programme: "AUTO-P") { basisPoints } }',
  ])
    expect((await other(document)).errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN_OPERATION');
  for (const period of ['2026-12', '2026-13', 'x'])
    expect(
      (await other(`{ liabilityRollForward(programme: "AUTO-P", period: "${period}") { over } }`, finance)).errors?.[0]?.extensions?.[
        'code'
      ],
    ).toBe('BAD_INPUT');
  const propose = (viewer: Viewer, basisPoints = 9_000) =>
    other(
      `mutation { proposeRedemptionEstimate(programme: "AUTO-P", basisPoints: ${basisPoints}, validFrom: "2026-01-01T00:00:00Z", reason: "r") { id change { redemptionEstimate { basisPoints } } } }`,
      viewer,
    );
  expect((await propose(viewers.partnerStaff('telecom'))).errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN_OPERATION');
  expect((await propose(admin, 10_001)).errors?.[0]?.extensions?.['code']).toBe('BAD_INPUT');
  const own = viewers.partnerStaff('automotive');
  const { id } = (await propose(own)).data?.['proposeRedemptionEstimate'] as { id: string };
  const approve = (viewer: Viewer) => ledger.write(viewer, `mutation { approve(id: "${id}") { __typename } }`);
  expect(await approve(own)).toEqual({ __typename: 'SelfApproval' });
  expect(await liability('AUTO-P')).toMatchObject({ expectedRate: 10_000 });
  expect(await approve(viewers.partnerStaff('automotive', 'partner-admin', 'another'))).toEqual({ __typename: 'Approved' });
  expect(
    await ledger.write(own, '{ redemptionEstimates(programme: "AUTO-P") { basisPoints validFrom proposedBy approvedBy effectFen } }'),
  ).toEqual([
    { basisPoints: 9_000, validFrom: '2026-11-21T04:00:00.000Z', proposedBy: 'staff-automotive', approvedBy: 'another', effectFen: null },
  ]);
  for (const harm of ['update redemption_estimate set basis_points = 1', 'delete from redemption_estimate', 'truncate redemption_estimate'])
    await expect(ledger.sql(harm)).rejects.toThrow(/never changes/);
});

test(`the database allocates as the pure function does (seed ${seed})`, async () => {
  const amount = fc.bigInt(0n, 10n ** 12n);
  const sales = fc.sample(
    fc.record({
      priceFen: amount,
      points: fc.bigInt(1n, 10n ** 9n),
      value: fc.record({ fen: fc.bigInt(1n, 50n), points: fc.bigInt(1n, 50n) }),
      expectedRate: fc.bigInt(0n, 10_000n),
    }),
    { seed, numRuns: 300 },
  );
  const small = [0n, 1n, 2n, 3n].flatMap((priceFen) =>
    [1n, 2n, 3n].map((points) => ({ priceFen, points, value: { fen: 1n, points: 1n }, expectedRate: 10_000n })),
  );
  const all = [...sales, ...small];
  const found = await ledger.sql<{ fen: string }>(
    all
      .map(
        (sale, n) =>
          `select ${n} as n, points_part(${sale.priceFen}, ${sale.points}, ${sale.value.fen}, ${sale.value.points}, ${sale.expectedRate})::text as fen`,
      )
      .join(' union all ') + ' order by n',
  );
  expect(found.map(({ fen }) => BigInt(fen))).toEqual(all.map((sale) => allocatePrice(sale).pointsFen));
});

test(`half a year of whatever happens: every month opens as the last one closed, and the end is what the lots say (seed ${seed})`, async () => {
  const random = fc.sample(fc.nat(9_999), { seed, numRuns: 400 });
  const next = (below: number): number => (random.pop() ?? 0) % below;
  const members = Array.from({ length: 6 }, () => uuid());
  const redeemed: { redemption: string; member: string; points: number }[] = [];
  let at = Date.parse('2026-11-21T12:00:00+08:00');
  // Points that last two months, so that much of it expires.
  const input = {
    id: 'QUICK-P',
    name: { zh: '快', en: 'quick' },
    issuer: 'automotive',
    value: { fen: 3, points: 2 },
    expiry: { mode: 'ROLLING', months: 2 },
    returnPolicy: { graceDays: 10 },
    acceptance: { scope: 'ALL' },
  };
  await ledger.write(admin, 'mutation ($input: CreateProgrammeInput!) { createProgramme(input: $input) { __typename } }', { input });
  await ledger.publish({
    programme: 'QUICK-P',
    name: 'test',
    kind: 'BASE',
    rate: { points: 1, fen: 1 },
    basis: 'GROSS',
    validFrom: '2020-01-01T00:00:00Z',
  });
  const accrue = (member: string, points: number, more: Row = {}) =>
    ledger.earn('automotive', points, { memberUid: member, programme: 'QUICK-P', ...more });
  for (let day = 0; day < 40; day += 1) {
    at += (1 + next(8)) * 86_400_000 - next(80_000_000);
    await ledger.setClock(new Date(at));
    const member = members[next(members.length)] as string;
    await accrue(member, 1 + next(500), next(2) === 0 ? { redemption: redeemed.findLast((one) => one.member === member)?.redemption } : {});
    if (next(2) === 0) {
      const points = 1 + next(200);
      const redemption = uuid();
      const placed = (await steps.place(member, [{ programme: 'QUICK-P', points, fen: points }], { redemption })) as { hold: string };
      if (placed.hold && next(4) > 0) {
        await steps.capture(placed.hold);
        redeemed.push({ redemption, member, points });
      }
    }
    if (next(4) === 0 && redeemed.length > 0) {
      const one = redeemed[next(redeemed.length)] as (typeof redeemed)[number];
      await steps.giveBack(one.redemption, [{ programme: 'QUICK-P', points: Math.ceil(one.points / 3), fen: Math.ceil(one.points / 3) }], {
        cashFen: 1,
        cashTotalFen: 4,
      });
    }
    if (next(6) === 0) await estimate('QUICK-P', 5_000 + next(5_000), '2026-01-01T00:00:00Z');
    if (next(3) === 0) for (const job of ['expire-holds', 'expire-lots']) await ledger.subgraph.runJob(job);
  }
  const [lots] = await ledger.sql<{ points: string }>(
    `select coalesce(sum(free + held), 0)::text as points from lot_now where programme = 'QUICK-P' and open`,
  );
  const end = await liability('QUICK-P');
  expect(end.points).toBe(Number(lots?.points));
  expect(end.byExpiry.reduce((sum, { points }) => sum + points, 0)).toBe(end.points);
  expect(end.byExpiry.reduce((sum, { fen }) => sum + fen, 0)).toBe(end.fen);
  const local = new Date(at + 8 * 3_600_000).toISOString().slice(0, 7);
  let [points, fen] = [0, 0];
  let last = '';
  for (let month = new Date('2026-11-15T00:00:00Z'); last !== local; month.setUTCMonth(month.getUTCMonth() + 1)) {
    last = month.toISOString().slice(0, 7);
    const one = await rolled('QUICK-P', last);
    expect({ last, points: one.points.opening, fen: one.fen.opening }).toEqual({ last, points, fen });
    const p = one.points;
    expect(p.opening + p.issued - p.redeemed + p.returned - p.expired - p.clawedBack + p.adjusted).toBe(p.closing);
    const f = one.fen;
    expect(f.opening + f.issued - f.reversed - f.redeemed - f.expired + f.reestimated).toBe(f.closing);
    expect(f.reestimated).toBe(one.reestimates.reduce((sum, { effectFen }) => sum + effectFen, 0));
    for (const amount of [p.issued, p.redeemed, p.returned, p.expired, p.clawedBack, p.closing, f.issued, f.reversed, f.expired, f.closing])
      expect(amount).toBeGreaterThanOrEqual(0);
    [points, fen] = [p.closing, f.closing];
  }
  expect({ points, fen }).toEqual({ points: end.points, fen: end.contractFen });
});

test('a partner that is no issuer has nothing to look at', async () => {
  expect(
    (await ask('COAL-P', undefined, { ...fashion, scopes: [...fashion.scopes, 'finance.read:own'] })).errors?.[0]?.extensions?.['code'],
  ).toBe('FORBIDDEN_OPERATION');
});
