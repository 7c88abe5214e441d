import { viewers } from '../../../support/viewers.js';
import { newKey, newMember, offer, openWorld, type World } from '../world.js';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  for (const id of ['coalition', 'retailer', 'hotel']) world.peers.trades.set(id, 'RETAIL');
  const coupon = {
    owner: 'coalition',
    name: { zh: '联盟券', en: 'Coalition coupon' },
    category: 'coupon',
    faceFen: 10_000,
    price: { programme: 'COAL-P', points: 10_000 },
    delivery: { kind: 'COUPON', amount: 10_000, unit: 'fen' },
  };
  await offer(world, { ...coupon, id: 'everywhere', coupon: { thresholdFen: 20_000, scope: 'ALL' } });
  await offer(world, { ...coupon, id: 'group', coupon: { thresholdFen: 20_000, scope: 'GROUP', acceptors: ['coalition', 'retailer'] } });
});
afterAll(() => world.close());
beforeEach(() => {
  world.peers.couponDebts.length = 0;
  world.peers.weather = () => 'fine';
});

const bought = async (item: string): Promise<string> => {
  const { uid, viewer } = newMember();
  world.peers.give(uid, 'COAL-P', 10_000);
  await world.get(viewer, 'mutation ($item: ID!) { redeem(cart: [{ item: $item }], cashMaxFen: 0) { __typename } }', { item }, newKey());
  const [coupon] = await world.sql<{ id: string }>('select id from catalog.coupon where member_uid = $1', [uid]);
  return (coupon as { id: string }).id;
};
const use = (coupon: string, partner: string, key = newKey()) =>
  world.get(
    viewers.partner(partner),
    'mutation ($coupon: ID!) { useCoupon(coupon: $coupon, basketFen: 20000) { __typename ... on CouponUsed { payFen replayed } ... on Refusal { code } } }',
    { coupon },
    key,
  );
const cancel = (coupon: string, partner: string) =>
  world.get(viewers.partner(partner), 'mutation ($coupon: ID!) { cancelCouponUse(coupon: $coupon) { __typename } }', { coupon }, newKey());
const debts = () => world.peers.couponDebts.map(({ issuer, acceptor, programme, fen }) => ({ issuer, acceptor, programme, fen }));
const owed = { issuer: 'coalition', acceptor: 'retailer', programme: 'COAL-P', fen: 10_000 };

test.each(['everywhere', 'group'])('%s: taken by another partner, its issuer owes what it took off, once', async (item) => {
  const coupon = await bought(item);
  expect(await use(coupon, 'retailer', `use-${item}`)).toEqual({ __typename: 'CouponUsed', payFen: 10_000, replayed: false });
  expect(await use(coupon, 'retailer', `use-${item}`)).toMatchObject({ replayed: true });
  await world.subgraph.runJob('settle-coupons');
  expect(debts()).toEqual([owed]);
});

test('at its own shop nobody owes anybody; outside its group it does not count', async () => {
  expect(await use(await bought('everywhere'), 'coalition')).toMatchObject({ __typename: 'CouponUsed' });
  expect(await use(await bought('group'), 'hotel')).toMatchObject({ __typename: 'WrongShop' });
  expect(debts()).toEqual([]);
});

test('cancelled, it is owed back; used elsewhere afterwards, the other one is owed', async () => {
  const coupon = await bought('everywhere');
  await use(coupon, 'retailer');
  expect(await cancel(coupon, 'retailer')).toEqual({ __typename: 'CouponRestored' });
  await use(coupon, 'hotel');
  expect(debts()).toEqual([owed, { ...owed, fen: -10_000 }, { ...owed, acceptor: 'hotel' }]);
});

test.each(['lostCall', 'lostAnswer'] as const)(
  '%s: the coupon is used all the same, and the ledger is told later, in order and once',
  async (weather) => {
    const coupon = await bought('everywhere');
    world.peers.weather = (field) => (field === 'oweForCoupon' || field === 'takeBackCoupon' ? weather : 'fine');
    expect(await use(coupon, 'retailer')).toMatchObject({ __typename: 'CouponUsed' });
    expect(await cancel(coupon, 'retailer')).toEqual({ __typename: 'CouponRestored' });
    await expect(world.subgraph.runJob('settle-coupons')).rejects.toThrow('could not be reached');
    world.peers.weather = () => 'fine';
    await Promise.all([world.subgraph.runJob('settle-coupons'), world.subgraph.runJob('settle-coupons')]);
    await world.subgraph.runJob('settle-coupons');
    expect(debts()).toEqual([owed, { ...owed, fen: -10_000 }]);
  },
);

describe('goods of the basket come back', () => {
  const giveBack = (coupon: string, fen: number, partner = 'retailer', key = newKey()) =>
    world.get(
      viewers.partner(partner),
      `mutation ($coupon: ID!, $fen: Fen!) { returnCouponGoods(coupon: $coupon, fen: $fen) {
        __typename ... on CouponGoodsReturned { refundFen couponFen leftFen replayed } ... on BeyondBasket { leftFen } ... on Refusal { code } } }`,
      { coupon, fen },
      key,
    );
  const returned = (refundFen: number, couponFen: number, leftFen: number) => ({
    __typename: 'CouponGoodsReturned',
    refundFen,
    couponFen,
    leftFen,
    replayed: false,
  });
  const less = (fen: number) => ({ ...owed, fen: -fen });

  test('half of 200.00 for 100.00: 50.00 in cash, and its issuer owes 50.00 less; then the rest, and no fen more', async () => {
    const coupon = await bought('everywhere');
    await use(coupon, 'retailer');
    expect(await giveBack(coupon, 10_000, 'retailer', 'half')).toEqual(returned(5_000, 5_000, 10_000));
    expect(await giveBack(coupon, 10_000, 'retailer', 'half')).toEqual({ ...returned(5_000, 5_000, 10_000), replayed: true });
    expect(debts()).toEqual([owed, less(5_000)]);
    expect(await giveBack(coupon, 10_001)).toEqual({ __typename: 'BeyondBasket', code: 'BEYOND_BASKET', leftFen: 10_000 });
    expect(await giveBack(coupon, 3_333)).toEqual(returned(1_667, 1_666, 6_667));
    expect(await giveBack(coupon, 6_667)).toEqual(returned(3_333, 3_334, 0));
    expect(await giveBack(coupon, 1)).toMatchObject({ code: 'BEYOND_BASKET', leftFen: 0 });
    await world.subgraph.runJob('settle-coupons');
    expect(debts()).toEqual([owed, less(5_000), less(1_666), less(3_334)]);
  });

  test('the coupon stays used, and the purchase can be cancelled no more', async () => {
    const coupon = await bought('everywhere');
    await use(coupon, 'retailer');
    await giveBack(coupon, 20_000);
    expect(await use(coupon, 'retailer')).toMatchObject({ code: 'COUPON_SPENT' });
    expect(await cancel(coupon, 'retailer')).toEqual({ __typename: 'CouponGoodsBack' });
    expect(debts()).toEqual([owed, less(10_000)]);
  });

  test('of a coupon that is not used, or whose purchase was cancelled, nothing comes back; nor elsewhere, nor for nothing', async () => {
    const coupon = await bought('everywhere');
    const refusal = async (partner: string, fen = 1): Promise<unknown> =>
      (
        await world.ask(
          viewers.partner(partner),
          'mutation ($coupon: ID!, $fen: Fen!) { returnCouponGoods(coupon: $coupon, fen: $fen) { __typename } }',
          { coupon, fen },
          newKey(),
        )
      ).errors?.[0]?.extensions?.['code'];
    expect(await refusal('retailer')).toBe('FORBIDDEN_OPERATION');
    expect(await giveBack(coupon, 1, 'coalition')).toEqual({ __typename: 'CouponNotUsed', code: 'NOT_USED' });
    await use(coupon, 'retailer');
    expect([await refusal('hotel'), await refusal('retailer', 0), await refusal('retailer', -1)]).toEqual([
      'FORBIDDEN_OPERATION',
      'BAD_INPUT',
      'BAD_INPUT',
    ]);
    await cancel(coupon, 'retailer');
    expect(await giveBack(coupon, 1)).toMatchObject({ code: 'NOT_USED' });
    // Used once more, it is another basket: what came back of the first does not count.
    await use(coupon, 'hotel');
    expect(await giveBack(coupon, 20_000, 'hotel')).toEqual(returned(10_000, 10_000, 0));
    expect(debts()).toEqual([owed, less(10_000), { ...owed, acceptor: 'hotel' }, { ...less(10_000), acceptor: 'hotel' }]);
  });

  test('at its own shop the cash comes back, and nobody owes anybody', async () => {
    const coupon = await bought('everywhere');
    await use(coupon, 'coalition');
    expect(await giveBack(coupon, 10_000, 'coalition')).toEqual(returned(5_000, 5_000, 10_000));
    await world.subgraph.runJob('settle-coupons');
    expect(debts()).toEqual([]);
  });

  test('forty at once for the last goods: as many as there are, and their shares are the whole', async () => {
    const coupon = await bought('everywhere');
    await use(coupon, 'retailer');
    const answers = await Promise.all(Array.from({ length: 40 }, () => giveBack(coupon, 999)));
    const back = answers.filter((answer) => answer['__typename'] === 'CouponGoodsReturned') as unknown as {
      refundFen: number;
      couponFen: number;
    }[];
    expect(back).toHaveLength(20);
    await giveBack(coupon, 20);
    await world.subgraph.runJob('settle-coupons');
    expect(debts().reduce((sum, { fen }) => sum + fen, 0)).toBe(0);
    expect(back.reduce((sum, { refundFen }) => sum + refundFen, 0)).toBe(9_990);
  });

  test('come back and cancelled at once: one of the two', async () => {
    const coupon = await bought('everywhere');
    await use(coupon, 'retailer');
    const [back, cancelled] = await Promise.all([giveBack(coupon, 20_000), cancel(coupon, 'retailer')]);
    expect([back['__typename'] === 'CouponGoodsReturned', cancelled['__typename'] === 'CouponRestored'].filter(Boolean)).toHaveLength(1);
    await world.subgraph.runJob('settle-coupons');
    expect(debts()).toEqual([owed, less(10_000)]);
  });

  test.each(['lostCall', 'lostAnswer'] as const)(
    '%s: the cash is told all the same, and the ledger later, in order and once',
    async (weather) => {
      const coupon = await bought('everywhere');
      world.peers.weather = (field) => (field === 'oweForCoupon' || field === 'takeBackCoupon' ? weather : 'fine');
      await use(coupon, 'retailer');
      expect(await giveBack(coupon, 10_000)).toEqual(returned(5_000, 5_000, 10_000));
      expect(await giveBack(coupon, 2_000)).toEqual(returned(1_000, 1_000, 8_000));
      await expect(world.subgraph.runJob('settle-coupons')).rejects.toThrow('could not be reached');
      world.peers.weather = () => 'fine';
      await Promise.all([world.subgraph.runJob('settle-coupons'), world.subgraph.runJob('settle-coupons')]);
      await world.subgraph.runJob('settle-coupons');
      expect(debts()).toEqual([owed, less(5_000), less(1_000)]);
    },
  );
});
