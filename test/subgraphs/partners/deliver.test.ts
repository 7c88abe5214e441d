import { subgraph } from '../../../subgraphs/partners/telecom/index.js';
import { viewers } from '../../support/viewers.js';
import { codeOf, memberFields, must, openTrade, type OpenTrade, uids } from './trade.js';

let telecom: OpenTrade;
beforeAll(async () => {
  telecom = await openTrade(subgraph, 'telecom');
});
afterAll(() => telecom.close());

const credit = (amount = 1_000, line = 1) => ({ line, kind: 'PHONE_CREDIT', amount, quantity: 1, item: 'phone-credit-10' });
const coupons = (quantity: number, line = 2) => ({ line, kind: 'COUPON', amount: 1, quantity, item: 'coupon' });
const balance = async (uid: string = uids.li): Promise<unknown> => {
  const [fields, of] = memberFields(uid, 'phoneCreditFen');
  const [member] = must<{ phoneCreditFen: number }[]>(await telecom.ask(viewers.partner('telecom'), fields, of), '_entities');
  return member?.phoneCreditFen;
};
const payBill = (billRef: string, amountFen: number) =>
  telecom.ask(
    viewers.partner('telecom'),
    `mutation ($input: ReportBillInput!) { reportBill(input: $input) { __typename } }`,
    { input: { memberRef: 'li', billRef, period: '2026-11', amountFen } },
    billRef,
  );

test('the same order has the same receipt, also fifty at once; another order under the redemption is a conflict', async () => {
  const order = [credit(), coupons(3)];
  const receipts = await Promise.all(Array.from({ length: 50 }, () => telecom.deliver('r-1', order)));
  expect(new Set(receipts.map((receipt) => JSON.stringify(receipt))).size).toBe(1);
  const [receipt] = receipts;
  expect(receipt?.lines.map(({ line }) => line)).toEqual([1, 2]);
  expect(new Set(receipt?.lines[1]?.reference.split(' ')).size).toBe(3);
  expect(receipt?.lines[1]?.reference).toMatch(/^[0-9A-HJKMNP-TV-Z]{16}( [0-9A-HJKMNP-TV-Z]{16}){2}$/);
  expect(await balance()).toBe(1_000);
  await expect(telecom.deliver('r-1', [credit(2_000)])).rejects.toThrow('IDEMPOTENCY_CONFLICT');
  await expect(telecom.deliver('r-1', order, uids.wang)).rejects.toThrow('IDEMPOTENCY_CONFLICT');
  expect(await balance()).toBe(1_000);
});

test('an order with one line that is not delivered here delivers nothing, today and again', async () => {
  const order = [credit(700), { line: 2, kind: 'SPACE_FLIGHT', amount: 1, quantity: 1, item: 'moon' }];
  const refused = { accepted: false, reason: 'SPACE_FLIGHT is not delivered here', lines: [] };
  expect(await telecom.deliver('r-2', order)).toEqual(refused);
  expect(await telecom.deliver('r-2', order)).toEqual(refused);
  expect(await balance()).toBe(1_000);
  expect(await telecom.withdraw('r-2')).toBe(true);
});

test('a withdrawal takes an unused delivery back, once, and a late order is refused', async () => {
  await telecom.deliver('r-3', [credit(500)]);
  expect(await balance()).toBe(1_500);
  expect(await telecom.withdraw('r-3')).toBe(true);
  expect(await telecom.withdraw('r-3')).toBe(true);
  expect(await balance()).toBe(1_000);
  expect(await telecom.deliver('r-3', [credit(500)])).toMatchObject({ accepted: false });
  expect(await balance()).toBe(1_000);
});

test('a withdrawal before the order closes the redemption', async () => {
  expect(await telecom.withdraw('r-4')).toBe(true);
  expect(await telecom.deliver('r-4', [credit()])).toEqual({ accepted: false, reason: 'The order was withdrawn', lines: [] });
  expect(await balance()).toBe(1_000);
});

test('order and withdrawal at once end alike: nothing is delivered and no credit is left', async () => {
  for (let round = 0; round < 10; round++) {
    await Promise.all([telecom.deliver(`race-${round}`, [credit(100)]), telecom.withdraw(`race-${round}`)]);
    expect(await telecom.deliver(`race-${round}`, [credit(100)])).toMatchObject({ accepted: false });
  }
  expect(await balance()).toBe(1_000);
});

test('credit that a bill has used, or a coupon that was used, cannot be withdrawn', async () => {
  await payBill('used', 600);
  expect(await balance()).toBe(400);
  expect(await telecom.withdraw('r-1')).toBe(false);
  expect(await balance()).toBe(400);
  await telecom.deliver('r-5', [coupons(2)]);
  await telecom.sql(
    `update entitlement set used_at = now() where reference = (select min(reference) from entitlement where redemption = 'r-5')`,
  );
  expect(await telecom.withdraw('r-5')).toBe(false);
});

describe('what comes back with a return', () => {
  const part = (id: string, ...lines: { line: number; quantity: number }[]) => ({ return: id, lines });
  const held = (redemption: string) =>
    telecom.sql<{ line: number; quantity: number; detail: string }>(
      `select line, quantity, detail from entitlement where redemption = ? and withdrawn_at is null order by line, reference`,
      [redemption],
    );

  test('credit leaves the balance and vouchers the list, piece by piece and once per return', async () => {
    const start = (await balance()) as number;
    await telecom.deliver('b-1', [{ ...credit(500), quantity: 3 }, coupons(2)]);
    expect(await balance()).toBe(start + 1_500);
    const first = part('return-1', { line: 1, quantity: 1 }, { line: 2, quantity: 1 });
    expect(await Promise.all([1, 2, 3].map(() => telecom.withdraw('b-1', first)))).toEqual([true, true, true]);
    expect(await balance()).toBe(start + 1_000);
    expect(await held('b-1')).toEqual([
      { line: 1, quantity: 2, detail: 'CNY 10.00' },
      { line: 2, quantity: 1, detail: 'coupon' },
    ]);
    expect(await telecom.withdraw('b-1', part('return-2', { line: 1, quantity: 2 }, { line: 2, quantity: 1 }))).toBe(true);
    expect(await held('b-1')).toEqual([]);
    expect(await balance()).toBe(start);
    expect(await telecom.withdraw('b-1', part('return-3', { line: 1, quantity: 1 }))).toBe(false);
  });

  test('what a bill or the counter has used stays, and all of the return with it', async () => {
    const start = (await balance()) as number;
    await telecom.deliver('b-2', [credit(500), coupons(2)]);
    await payBill('b-2', start + 1);
    expect(await telecom.withdraw('b-2', part('return-4', { line: 1, quantity: 1 }, { line: 2, quantity: 1 }))).toBe(false);
    expect(await balance()).toBe(499);
    await telecom.sql(
      `update entitlement set used_at = now() where reference = (select min(reference) from entitlement where redemption = 'b-2' and line = 2)`,
    );
    expect(await telecom.withdraw('b-2', part('return-5', { line: 2, quantity: 2 }))).toBe(false);
    expect(await held('b-2')).toHaveLength(3);
    expect(await telecom.withdraw('b-2', part('return-6', { line: 2, quantity: 1 }))).toBe(true);
  });

  test('of what was never delivered here there is nothing to withdraw', async () => {
    expect(await telecom.withdraw('b-none', part('return-7', { line: 1, quantity: 1 }))).toBe(true);
    expect(await telecom.withdraw('r-3', part('return-8', { line: 1, quantity: 1 }))).toBe(true);
  });
});

test.each`
  what              | order
  ${'no lines'}     | ${[]}
  ${'a line twice'} | ${[credit(), credit()]}
  ${'no quantity'}  | ${[{ ...credit(), quantity: 0 }]}
  ${'too many'}     | ${[{ ...credit(), quantity: 1_001 }]}
  ${'a debt'}       | ${[credit(-1)]}
`('$what is bad input', async ({ order }) => {
  await expect(telecom.deliver('r-bad', order)).rejects.toThrow('BAD_INPUT');
  await expect(telecom.deliver('r-bad-uid', [credit()], 'li')).rejects.toThrow('BAD_INPUT');
  expect(await telecom.sql(`select 1 as found from delivery where redemption like 'r-bad%'`)).toEqual([]);
});

test('nobody but another subgraph delivers or withdraws', async () => {
  for (const viewer of [viewers.partner('telecom'), viewers.staff(), viewers.anonymous]) {
    expect(codeOf(await telecom.ask(viewer, 'mutation { withdrawDelivery(redemption: "r-1") { withdrawn } }'))).toBe('FORBIDDEN_FIELD');
  }
});
