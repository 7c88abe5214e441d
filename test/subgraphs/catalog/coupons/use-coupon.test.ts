import { viewers } from '../../../support/viewers.js';
import { newKey, newMember, offer, openWorld, upsertDocument, type World } from '../world.js';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  world.peers.trades.set('retailer', 'RETAIL');
  await offer(world, insurance);
  await offer(world, retail);
});
afterAll(() => world.close());
afterEach(() => world.setClock(null));

const insurance = {
  id: 'insurance-coupon',
  owner: 'insurer',
  name: { zh: '保险满5000减1000券', en: 'Insurance coupon' },
  category: 'insurance',
  faceFen: 100_000,
  price: { programme: 'AUTO-P', points: 20_000 },
  delivery: { kind: 'COUPON', amount: 100_000, unit: 'fen' },
  coupon: { thresholdFen: 500_000 },
};
const retail = {
  ...insurance,
  id: 'retail-coupon',
  owner: 'retailer',
  faceFen: 10_000,
  price: { programme: 'COAL-P', points: 10_000 },
  delivery: { kind: 'COUPON', amount: 10_000, unit: 'fen' },
  coupon: { thresholdFen: 20_000 },
};
const insurer = viewers.partner('insurer');
const retailer = viewers.partner('retailer');

const myCoupons =
  '{ me: _entities(representations: $me) { ... on Me { coupons { nodes { id state faceFen thresholdFen scope acceptors { id } validUntil item { id } redemption { id } } } } } }'.replace(
    '{ me',
    'query ($me: [_Any!]!) { me',
  );
interface Mine {
  readonly id: string;
  readonly state: string;
  readonly validUntil: string;
}
const couponsOf = async ({ uid, viewer }: ReturnType<typeof newMember>): Promise<Mine[]> => {
  const [me] = await world.get<{ coupons: { nodes: Mine[] } }[]>(viewer, myCoupons, {
    me: [{ __typename: 'Me', principal: `member:${uid}` }],
  });
  return me?.coupons.nodes ?? [];
};
const redeem = (viewer: ReturnType<typeof newMember>['viewer'], item: string, quantity = 1) =>
  world.get<{ redemption: { id: string } }>(
    viewer,
    'mutation ($item: ID!, $quantity: Int!) { redeem(cart: [{ item: $item, quantity: $quantity }], cashMaxFen: 0) { __typename ... on Redeemed { redemption { id state } } ... on Refusal { code } } }',
    { item, quantity },
    newKey(),
  );
const bought = async (item: string, quantity = 1) => {
  const member = newMember();
  world.peers.give(member.uid, item === insurance.id ? 'AUTO-P' : 'COAL-P', 60_000);
  const { redemption } = await redeem(member.viewer, item, quantity);
  const coupons = await couponsOf(member);
  return { member, redemption: redemption.id, coupons, coupon: coupons[0]?.id ?? '' };
};
const useDocument = `mutation ($coupon: ID!, $basketFen: Fen!, $acceptor: ID) { useCoupon(coupon: $coupon, basketFen: $basketFen, acceptor: $acceptor) {
  __typename ... on CouponUsed { payFen replayed cancelUntil } ... on BelowThreshold { missingFen } ... on Refusal { code message } } }`;
const use = (coupon: string, basketFen: number, viewer = insurer, key = newKey(), acceptor: string | null = null) =>
  world.get(viewer, useDocument, { coupon, basketFen, acceptor }, key);
const cancel = (coupon: string, viewer = insurer) =>
  world.get(
    viewer,
    'mutation ($coupon: ID!) { cancelCouponUse(coupon: $coupon) { __typename ... on CouponRestored { coupon { state validUntil } replayed } ... on CoolingOffOver { endedAt } ... on Refusal { code } } }',
    { coupon },
    newKey(),
  );
const giveBack = (redemption: string, viewer = insurer, quantity = 1, reason = 'CHANGED_MIND') =>
  world.get(
    viewer,
    'mutation ($redemption: ID!, $quantity: Int!, $reason: ReturnReason!) { returnLines(redemption: $redemption, lines: [{ line: 1, quantity: $quantity }], reason: $reason) { __typename ... on LinesReturned { restored { points } } ... on Refusal { code } } }',
    { redemption, quantity, reason },
    newKey(),
  );

test('M-Zhao: 20,000 points are a coupon; a premium of 5,000.00 costs 4,000.00 (A31)', async () => {
  const { coupon, coupons, redemption } = await bought(insurance.id);
  expect(coupons).toMatchObject([
    {
      state: 'USABLE',
      faceFen: 100_000,
      thresholdFen: 500_000,
      scope: 'ONE',
      acceptors: [{ id: 'insurer' }],
      item: { id: insurance.id },
      redemption: { id: redemption },
    },
  ]);
  expect(await use(coupon, 499_999)).toMatchObject({ __typename: 'BelowThreshold', code: 'BELOW_THRESHOLD', missingFen: 1 });
  expect(await use(coupon, 500_000, retailer)).toMatchObject({ __typename: 'WrongShop' });
  expect(await use(coupon, 500_000, insurer, 'zhao')).toMatchObject({ __typename: 'CouponUsed', payFen: 400_000, replayed: false });
  expect(await use(coupon, 500_000, insurer, 'zhao')).toMatchObject({ __typename: 'CouponUsed', payFen: 400_000, replayed: true });
  expect(await use(coupon, 500_000)).toMatchObject({ __typename: 'CouponSpent' });
});

test('M-Sun: goods of 200.00 cost 100.00, by her own session at the shop she names (B23)', async () => {
  const { coupon, member } = await bought(retail.id);
  expect(await use(coupon, 20_000, member.viewer, newKey(), 'retailer')).toMatchObject({ payFen: 10_000 });
  expect((await couponsOf(member)).map(({ state }) => state)).toEqual(['USED']);
});

test('fifty at once: one use', async () => {
  const { coupon } = await bought(retail.id);
  const answers = await Promise.all(Array.from({ length: 50 }, () => use(coupon, 20_000, retailer)));
  const count = (name: string): number => answers.filter(({ __typename }) => __typename === name).length;
  expect([count('CouponUsed'), count('CouponSpent')]).toEqual([1, 49]);
});

test.each([
  ['before its end', -1, 'CouponUsed'],
  ['at its end', 0, 'CouponExpired'],
  ['after it', 1_000, 'CouponExpired'],
])('%s: %s ms, %s', async (_what, ms, outcome) => {
  const { coupon, coupons } = await bought(retail.id);
  await world.setClock(new Date(new Date(coupons[0]?.validUntil ?? '').getTime() + ms));
  expect(await use(coupon, 20_000, retailer)).toMatchObject({ __typename: outcome });
});

describe('cancelling the purchase', () => {
  test('within the cooling-off period the coupon is there again, and counts once more', async () => {
    const { coupon } = await bought(insurance.id);
    await use(coupon, 500_000);
    expect(await cancel(coupon)).toMatchObject({ __typename: 'CouponRestored', coupon: { state: 'USABLE' } });
    expect(await cancel(coupon)).toMatchObject({ __typename: 'CouponNotUsed' });
    expect(await use(coupon, 600_000)).toMatchObject({ payFen: 500_000 });
  });

  test.each([
    [-1, 'CouponRestored'],
    [0, 'CoolingOffOver'],
    [1_000, 'CoolingOffOver'],
  ])('%s ms from its end: %s', async (ms, outcome) => {
    const { coupon } = await bought(insurance.id);
    const { cancelUntil } = (await use(coupon, 500_000)) as unknown as { cancelUntil: string };
    await world.setClock(new Date(new Date(cancelUntil).getTime() + ms));
    expect(await cancel(coupon)).toMatchObject({ __typename: outcome });
  });

  test('a coupon that ran out meanwhile is good for another week', async () => {
    const { coupon, coupons } = await bought(retail.id);
    const end = new Date(coupons[0]?.validUntil ?? '').getTime();
    await world.setClock(new Date(end - 1_000));
    await use(coupon, 20_000, retailer);
    await world.setClock(new Date(end + 86_400_000));
    const restored = (await cancel(coupon, retailer)) as unknown as { coupon: { validUntil: string } };
    expect(new Date(restored.coupon.validUntil).getTime()).toBe(end + 8 * 86_400_000);
  });

  test('only where it was used', async () => {
    const { coupon } = await bought(insurance.id);
    await use(coupon, 500_000);
    const { errors } = await world.ask(retailer, `mutation { cancelCouponUse(coupon: "${coupon}") { __typename } }`, {}, newKey());
    expect(errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN_OPERATION');
  });
});

describe('returning what brought the coupon', () => {
  test('an unused coupon goes back with it, and no other', async () => {
    const { coupon, coupons, redemption, member } = await bought(insurance.id, 3);
    expect(coupons).toHaveLength(3);
    await use(coupon, 500_000);
    expect(await giveBack(redemption, insurer, 3)).toMatchObject({ __typename: 'NothingLeft' });
    expect(await giveBack(redemption, insurer, 2)).toMatchObject({ __typename: 'LinesReturned', restored: [{ points: 40_000 }] });
    expect((await couponsOf(member)).map(({ state }) => state).sort()).toEqual(['REVOKED', 'REVOKED', 'USED']);
    expect(await giveBack(redemption)).toMatchObject({ __typename: 'NothingLeft' });
    expect(await use(coupons[1]?.id ?? '', 500_000)).toMatchObject({ __typename: 'CouponSpent' });
  });

  test('used and returned at once: one of the two', async () => {
    const { coupon, redemption } = await bought(retail.id);
    const [used, back] = await Promise.all([use(coupon, 20_000, retailer), giveBack(redemption, retailer)]);
    expect([used['__typename'] === 'CouponUsed', back['__typename'] === 'LinesReturned'].filter(Boolean)).toHaveLength(1);
  });

  test('one that ran out does not come back for a change of mind', async () => {
    const { coupons, redemption } = await bought(retail.id);
    await world.setClock(new Date(coupons[0]?.validUntil ?? ''));
    expect(await giveBack(redemption, retailer)).toMatchObject({ __typename: 'ReasonNotAllowed' });
    expect(await giveBack(redemption, retailer, 1, 'NOT_AS_DESCRIBED')).toMatchObject({ __typename: 'LinesReturned' });
  });
});

test('a coupon given by staff, for a reason', async () => {
  const member = newMember();
  world.peers.refs.set('member/lucky', member.uid);
  const issue =
    'mutation ($ref: String!) { issueCoupon(memberRef: $ref, item: "retail-coupon", reason: "apology") { __typename ... on CouponIssued { coupon { state redemption { id } } replayed } ... on Refusal { code } } }';
  const admin = viewers.staff('admin');
  expect(await world.get(admin, issue, { ref: 'lucky' }, 'apology')).toMatchObject({
    coupon: { state: 'USABLE', redemption: null },
    replayed: false,
  });
  expect(await world.get(admin, issue, { ref: 'lucky' }, 'apology')).toMatchObject({ replayed: true });
  expect(await world.get(admin, issue, { ref: 'nobody' }, newKey())).toMatchObject({ code: 'NOT_ENROLLED' });
  expect(await couponsOf(member)).toHaveLength(1);
});

test("a coupon is its member's, its issuer's and its shop's; to others it does not exist", async () => {
  const { coupon, member } = await bought(insurance.id);
  const read = async (viewer: typeof insurer) => (await world.ask(viewer, `{ coupon(id: "${coupon}") { faceFen } }`)).data?.['coupon'];
  expect([await read(member.viewer), await read(insurer), await read(retailer), await read(newMember().viewer)]).toEqual([
    { faceFen: 100_000 },
    { faceFen: 100_000 },
    null,
    null,
  ]);
  const { errors } = await world.ask(newMember().viewer, useDocument, { coupon, basketFen: 500_000, acceptor: 'insurer' }, newKey());
  expect(errors?.[0]?.extensions?.['code']).toBe('BAD_INPUT');
});

test('no coupon is offered without the threshold from which it counts (I9)', async () => {
  const { coupon: _coupon, ...without } = insurance;
  for (const coupon of [undefined, { faceFen: 100_000 }])
    expect(await world.get(insurer, upsertDocument, { input: { ...without, coupon } }, newKey())).toMatchObject({
      __typename: 'DisclosureMissing',
    });
});
