import { v7 as uuid } from 'uuid';
import { viewers } from '../../../support/viewers.js';
import { openLedger, refOf, type Row, type TestLedger } from '../ledger.js';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await openLedger();
  // Before the rule begins whose place they take.
  await ledger.setClock('2019-12-01T00:00:00Z');
  const rule = (name: string, caps: Row): Promise<void> =>
    ledger.publish({
      programme: 'COAL-P',
      name,
      kind: 'BASE',
      rate: { points: 1, fen: 1 },
      category: name,
      validFrom: '2020-01-01T00:00:00Z',
      ...caps,
    });
  await rule('purchase', { transactionCapPoints: 100 });
  await rule('day', { dailyCapPoints: 100 });
  await rule('year', { yearlyCapPoints: 100 });
  await rule('wallet', { balanceCapPoints: 100 });
  await ledger.publish({ programme: 'COAL-P', name: 'gold', kind: 'BONUS', bonusBasisPoints: 10_000, category: 'tiered', tier: 'GOLD' });
});
beforeEach(() => ledger.setClock('2027-06-01T00:00:00Z'));
afterAll(() => ledger.close());

const accrue = `mutation ($ref: String!, $purchase: String!, $at: DateTime, $lines: [PurchaseLineInput!]!) {
  accrue(memberRef: $ref, lines: $lines, purchaseRef: $purchase, at: $at) { ... on Accrued { accrual { points withheld rules { points rule { name } } } } }
}`;
const buy = async (member: string, category: string, fen: number, at?: string): Promise<string> => {
  const variables = { ref: refOf(member, 'fashion'), purchase: uuid(), at, lines: [{ sku: 'x', category, fen }] };
  const { accrual } = (await ledger.write(viewers.partner('fashion'), accrue, variables)) as {
    accrual: { points: number; withheld: number };
  };
  return `${accrual.points}(${accrual.withheld})`;
};

test('most points of one purchase', async () => {
  const member = uuid();
  expect([await buy(member, 'purchase', 99), await buy(member, 'purchase', 100), await buy(member, 'purchase', 101)]).toEqual([
    '99(0)',
    '100(0)',
    '100(1)',
  ]);
});

test('most points of a day in Shanghai, to the second', async () => {
  const member = uuid();
  const [before, at, after] = ['2026-12-31T15:59:59Z', '2026-12-31T16:00:00Z', '2026-12-31T16:00:01Z'];
  expect([await buy(member, 'day', 80, before), await buy(member, 'day', 80, before)]).toEqual(['80(0)', '20(60)']);
  expect([await buy(member, 'day', 80, at), await buy(member, 'day', 80, after)]).toEqual(['80(0)', '20(60)']);
});

test('most points of a year in Shanghai, to the second', async () => {
  const member = uuid();
  const inYear = ['2026-01-01T00:00:00+08:00', '2026-12-31T23:59:59+08:00', '2027-01-01T00:00:00+08:00'];
  expect([
    await buy(member, 'year', 70, inYear[0]),
    await buy(member, 'year', 70, inYear[1]),
    await buy(member, 'year', 70, inYear[2]),
  ]).toEqual(['70(0)', '30(40)', '70(0)']);
});

test('only up to so many points in the wallet, whatever gave them; spent ones make room', async () => {
  const member = uuid();
  await buy(member, 'none', 60);
  expect([await buy(member, 'wallet', 30), await buy(member, 'wallet', 30), await buy(member, 'wallet', 30)]).toEqual([
    '30(0)',
    '10(20)',
    '0(30)',
  ]);
  await ledger.sql(`update lot set remaining = 0, open = false where member_uid = '${member}' and points = 60`);
  expect(await buy(member, 'wallet', 70)).toBe('60(10)');
});

test('ten purchases at once never fill the wallet beyond its bound', async () => {
  const member = uuid();
  await Promise.all(Array.from({ length: 10 }, () => buy(member, 'wallet', 30)));
  expect(await ledger.balance(member, 'COAL-P')).toMatchObject({ available: 100 });
});

test('a tier of the issuer counts for who is in it', async () => {
  const member = uuid();
  expect(await buy(member, 'tiered', 100)).toBe('100(0)');
  ledger.tiers.set(`${member} coalition`, 'GOLD');
  expect(await buy(member, 'tiered', 100)).toBe('200(0)');
  expect(await buy(uuid(), 'tiered', 100)).toBe('100(0)');
});
