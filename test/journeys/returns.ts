import { viewers } from '../support/viewers.js';
import { testIds } from '../support/subgraph.js';
import { redeem, type Redeemed, redeemOwn, reportBill, type Story, told } from './story.js';

const admin = viewers.staff('admin');
const shop = viewers.partner('fashion');

/** G5: what was earned on returned goods and is spent is deducted from the refund, where the issuer wants it so. */
export const returnsStory: Story = (graph) => {
  const ask = <T>(viewer: typeof admin, document: string, variables: Record<string, unknown>, key: string): Promise<T> =>
    told<T>(graph(), viewer, document, variables, `refund-${key}`);
  const policy = (unrecovered: string) =>
    ask(
      admin,
      'mutation ($policy: ReturnPolicyInput!) { setReturnPolicy(programme: "COAL-P", returnPolicy: $policy) { programme { returnPolicy { unrecovered } } } }',
      { policy: { unrecovered } },
      unrecovered,
    );
  const netOf = async (): Promise<number> => {
    const clock = await told<string>(graph(), viewers.anonymous, '{ sandboxClock }');
    const period = new Date(Date.parse(clock) + 8 * 3_600_000).toISOString().slice(0, 7);
    return (await told<{ netFen: number }>(graph(), shop, 'query ($period: ID!) { statement(period: $period) { netFen } }', { period }))
      .netFen;
  };

  test('G5: a dress of 300.00 comes back in two parts; the 2.00 of points that were spent are kept of the cash, and owed to nobody', async () => {
    await policy('CASH_REFUND');
    const name = { zh: '连衣裙', en: 'Dress' };
    const price = { programme: 'COAL-P', points: 15_000 };
    const item = { id: 'two-dresses', owner: 'fashion', name, category: 'dresses', faceFen: 15_000, price, delivery: { kind: 'GOODS' } };
    await ask(admin, 'mutation ($input: UpsertItemInput!) { upsertItem(input: $input) { __typename } }', { input: item }, 'item');
    await ask(admin, 'mutation { enrolMember(input: { partner: "telecom", ref: "refund", name: "裙女士" }) { __typename } }', {}, 'enrol');
    const { id } = await told<{ id: string }>(graph(), admin, '{ member(ref: "telecom/refund") { id } }');
    await ask(admin, 'mutation { linkMember(member: "telecom/refund", partner: "fashion", ref: "refund") { __typename } }', {}, 'link');
    const bill = { memberRef: 'refund', billRef: 'refund', period: '2026-11', amountFen: 100_000 };
    await ask(viewers.partner('telecom'), reportBill, { input: bill }, 'bill');
    const before = await netOf();
    const wish = { memberRef: 'refund', cart: [{ item: 'two-dresses', quantity: 2 }], prefer: ['TEL-P'], cashMaxFen: 20_000 };
    const { redemption } = await ask<Redeemed>(shop, redeem, wish, 'dresses');
    expect(redemption).toMatchObject({ cashFen: 20_000, legs: [{ programme: { id: 'TEL-P' }, points: 10_000 }] });
    const accrued = await ask(
      shop,
      `mutation ($redemption: ID!) { accrue(memberRef: "refund", purchaseRef: "refund", redemption: $redemption, lines: [{ sku: "dress", fen: 20000 }]) {
        ... on Accrued { accrual { points } } } }`,
      { redemption: redemption.id },
      'purchase',
    );
    expect(accrued).toEqual({ accrual: { points: 200 } });
    const member = viewers.member(testIds.open(id, 'staff') as string);
    await ask(member, redeemOwn, { cart: [{ item: 'brand-mug' }], prefer: ['COAL-P'], cashMaxFen: 2_800 }, 'mug');
    const back = (key: string) =>
      ask(
        shop,
        `mutation ($id: ID!) { returnLines(redemption: $id, lines: [{ line: 1 }], reason: FAULTY) { __typename
          ... on LinesReturned { restored { points } cashFen deductedFen deducted { programme { id } points fen } clawback arrears } } }`,
        { id: redemption.id },
        key,
      );
    const half = {
      __typename: 'LinesReturned',
      restored: [{ points: 5_000 }],
      cashFen: 9_900,
      deductedFen: 100,
      deducted: [{ programme: { id: 'COAL-P' }, points: 100, fen: 100 }],
      clawback: 0,
      arrears: 0,
    };
    expect(await back('first')).toEqual(half);
    expect(await back('first')).toEqual(half);
    expect(await back('second')).toEqual(half);
    // The mug was 2.00 in points of the coalition, less the fee; the points of the dresses were 2.00 and stay bought.
    const mug = 200 - 4;
    expect((await netOf()) - before).toBe(mug - 200);
    await policy('ARREARS');
  });
};
