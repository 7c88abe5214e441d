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
