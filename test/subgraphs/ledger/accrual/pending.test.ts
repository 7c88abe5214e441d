import { v7 as uuid } from 'uuid';
import { viewers } from '../../../support/viewers.js';
import { catalog, openLedger, refOf, type Row, type TestLedger } from '../ledger.js';

let ledger: TestLedger;
const start = '2026-11-10T02:00:00.000Z';
beforeAll(async () => {
  ledger = await openLedger();
  // Before the rule begins whose place they take.
  await ledger.setClock('2019-12-01T00:00:00Z');
  const validFrom = '2020-01-01T00:00:00Z';
  const rule = (name: string, pending: Row | null): Promise<void> =>
    ledger.publish({ programme: 'COAL-P', name, kind: 'BASE', rate: { points: 1, fen: 1 }, category: name, pending, validFrom });
  await rule('at once', null);
  await rule('14 days', { mode: 'DAYS', days: 14 });
  await rule('december', { mode: 'DATE', until: '2026-12-01T00:00:00+08:00' });
  await rule('travel', { mode: 'EVENT', event: 'TRAVEL_COMPLETED' });
  await rule('return', { mode: 'EVENT', event: 'RETURN_PERIOD_OVER', lapseDays: 30 });
});
beforeEach(() => ledger.setClock(start));
afterAll(() => ledger.close());

const accrue = `mutation ($ref: String!, $purchase: String!, $redemption: ID, $lines: [PurchaseLineInput!]!) {
  accrue(memberRef: $ref, lines: $lines, purchaseRef: $purchase, redemption: $redemption) {
    __typename ... on Accrued { accrual { points lots { points available usableFrom expiresAt waitsFor } } } ... on Refusal { code }
  }
}`;
const confirm = `mutation ($purchase: String!, $event: String!, $partner: ID) {
  confirmPending(purchaseRef: $purchase, event: $event, partner: $partner) {
    __typename ... on PendingConfirmed { points replayed accrual { lots { available usableFrom expiresAt waitsFor } } } ... on Refusal { code message }
  }
}`;
const fashion = viewers.partner('fashion');
const buy = (member: string, lines: Record<string, number>, more: Row = {}): Promise<Row> =>
  ledger.write(fashion, accrue, {
    ref: refOf(member, 'fashion'),
    purchase: uuid(),
    lines: Object.entries(lines).map(([category, fen]) => ({ sku: category, category, fen })),
    ...more,
  });
const lotsOf = (answer: Row): Row[] => (answer as { accrual: { lots: Row[] } }).accrual.lots;
const balances = async (member: string, ...instants: string[]): Promise<string[]> => {
  const found: string[] = [];
  for (const at of instants) {
    await ledger.setClock(at);
    const { available, pending } = (await ledger.balance(member, 'COAL-P')) as { available: number; pending: number };
    found.push(`${available}+${pending}`);
  }
  return found;
};

test('so many days: not one second earlier; they live from then on', async () => {
  const member = uuid();
  expect(lotsOf(await buy(member, { '14 days': 100 }))).toEqual([
    {
      points: 100,
      available: null, // The shop granted them and did not issue them.
      usableFrom: '2026-11-24T02:00:00.000Z',
      expiresAt: '2027-11-24T02:00:00.000Z',
      waitsFor: null,
    },
  ]);
  expect(await balances(member, start, '2026-11-24T01:59:59Z', '2026-11-24T02:00:00Z', '2027-11-24T01:59:59Z')).toEqual([
    '0+100',
    '0+100',
    '100+0',
    '100+0',
  ]);
  expect(await balances(member, '2027-11-24T02:00:00Z')).toEqual(['0+0']);
});

test('a date: midnight in Shanghai; what is earned after it does not wait', async () => {
  const member = uuid();
  await buy(member, { december: 100 });
  expect(await balances(member, '2026-11-30T15:59:59Z', '2026-11-30T16:00:00Z')).toEqual(['0+100', '100+0']);
  await ledger.setClock('2026-12-05T00:00:00Z');
  expect(lotsOf(await buy(member, { december: 5 }))).toMatchObject([{ usableFrom: '2026-12-05T00:00:00.000Z' }]);
  expect(await balances(member, '2026-12-05T00:00:00Z')).toEqual(['105+0']);
});

test('one purchase, three ways to wait: a lot for each, in one entry', async () => {
  const member = uuid();
  const answer = await buy(member, { 'at once': 1, '14 days': 20, december: 300, travel: 4_000 });
  expect(answer).toMatchObject({ accrual: { points: 4_321 } });
  expect(lotsOf(answer)).toHaveLength(4);
  expect(lotsOf(answer).filter(({ waitsFor }) => waitsFor !== null)).toMatchObject([{ points: 4_000, waitsFor: 'TRAVEL_COMPLETED' }]);
  expect(await balances(member, start, '2026-11-24T02:00:00Z', '2026-12-01T00:00:00Z')).toEqual(['1+4320', '21+4300', '321+4000']);
  const [entries] = await ledger.sql<{ n: number }>(`select count(*)::int as n from entry where member_uid = '${member}'`);
  expect(entries?.n).toBe(1);
});

describe('an event', () => {
  test('what waits for it is not spendable before it, is so from it on, once, and lives from then on', async () => {
    const [member, purchase] = [uuid(), uuid()];
    expect(lotsOf(await buy(member, { travel: 500 }, { purchase }))).toMatchObject([
      { usableFrom: null, expiresAt: null, waitsFor: 'TRAVEL_COMPLETED' },
    ]);
    expect(await balances(member, '2030-01-01T00:00:00Z')).toEqual(['0+500']);
    const held = await ledger.write(catalog, placeHold, { input: hold(member, 1) });
    expect(held).toMatchObject({ __typename: 'PointsMissing', missing: 1 });
    const confirmed = (key: string) => ledger.write(fashion, confirm, { purchase, event: 'TRAVEL_COMPLETED' }, key);
    await ledger.setClock('2027-02-01T00:00:00Z');
    const both = await Promise.all([confirmed(`a-${purchase}`), confirmed(`b-${purchase}`)]);
    expect(new Set(both.map((answer) => answer['__typename']))).toEqual(new Set(['NothingPending', 'PendingConfirmed']));
    const first = both.find((answer) => answer['__typename'] === 'PendingConfirmed') as Row;
    expect(first).toMatchObject({
      points: 500,
      accrual: { lots: [{ usableFrom: '2027-02-01T00:00:00.000Z', expiresAt: '2028-02-01T00:00:00.000Z', waitsFor: null }] },
    });
    expect(await balances(member, '2027-02-01T00:00:00Z')).toEqual(['500+0']);
    const again = await confirmed(both[0] === first ? `a-${purchase}` : `b-${purchase}`);
    expect(again).toMatchObject({ points: 500, replayed: true });
  });

  test('another event, another partner, a purchase that never was: nothing changes', async () => {
    const [member, purchase] = [uuid(), uuid()];
    await buy(member, { travel: 500 }, { purchase });
    expect(await ledger.write(fashion, confirm, { purchase, event: 'RETURN_PERIOD_OVER' })).toMatchObject({ code: 'NOTHING_PENDING' });
    const event = 'TRAVEL_COMPLETED';
    const codeOf = async (viewer: typeof fashion, variables: Row) =>
      (await ledger.ask(viewer, confirm, variables, uuid())).errors?.[0]?.extensions?.['code'];
    expect(await codeOf(viewers.partner('telecom'), { purchase, event })).toBe('BAD_INPUT');
    expect(await codeOf(viewers.partner('telecom'), { purchase, event, partner: 'fashion' })).toBe('FORBIDDEN_OPERATION');
    expect(await codeOf(fashion, { purchase: 'none', event })).toBe('BAD_INPUT');
    expect(await balances(member, start)).toEqual(['0+500']);
    expect(await ledger.write(viewers.staff('admin') as never, confirm, { purchase, event, partner: 'fashion' })).toMatchObject({
      points: 500,
    });
  });

  test.each([
    ['2026-12-10T01:59:59Z', '7+0'],
    ['2026-12-10T02:00:00Z', '0+0'],
    ['2026-12-10T02:00:01Z', '0+0'],
  ])('without it they are gone after 30 days; confirmed at %s', async (at, after) => {
    const [member, purchase] = [uuid(), uuid()];
    await buy(member, { return: 7 }, { purchase });
    await ledger.setClock(at);
    await ledger.write(fashion, confirm, { purchase, event: 'RETURN_PERIOD_OVER' });
    expect(await balances(member, at)).toEqual([after]);
  });
});

const placeHold = `mutation ($input: PlaceHoldInput!) { placeHold(input: $input) { __typename ... on PointsMissing { missing } } }`;
const hold = (member: string, points: number): Row => ({
  hold: uuid(),
  redemption: uuid(),
  memberUid: member,
  acceptor: 'fashion',
  legs: [{ programme: 'COAL-P', points, fen: points }],
});

test('goods that come back take pending points first', async () => {
  const [member, redemption] = [uuid(), uuid()];
  await buy(member, { 'at once': 60, '14 days': 40 }, { redemption });
  const back = (cashFen: number) =>
    ledger.write(
      catalog,
      `mutation ($input: ReturnPointsInput!) { returnPoints(input: $input) { __typename ... on PointsReturned { clawback arrears } } }`,
      { input: { return: uuid(), redemption, legs: [], cashFen, cashTotalFen: 100 } },
    );
  expect(await back(30)).toMatchObject({ clawback: 30, arrears: 0 });
  expect(await balances(member, start)).toEqual(['60+10']);
  await ledger.setClock(start);
  expect(await back(30)).toMatchObject({ clawback: 30, arrears: 0 });
  expect(await balances(member, start)).toEqual(['40+0']);
});

test('what the wallet owes is taken out of new points, of those first that may be spent first', async () => {
  const member = uuid();
  await buy(member, { 'at once': 1 });
  await ledger.sql(`update wallet set arrears = 25 where member_uid = '${member}'`);
  await buy(member, { 'at once': 20, '14 days': 40 });
  expect(await balances(member, start)).toEqual(['1+35']);
});
