import { encodeCursor } from '../../../../subgraphs/kernel/page.js';
import { viewers } from '../../../support/viewers.js';
import { dataPack, newKey, newMember, offer, openWorld, type World } from '../world.js';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await offer(world);
  await offer(world, dataPack);
});
afterAll(() => world.close());
afterEach(() => world.setClock(null));

const redemptionFields = `id state failure at acceptor { id } priceFen cashFen legs { programme { id } issuer { id } points fen }
  lines { line item { id version price { points } } quantity priceFen cashFen legs { points } returnedQuantity delivery { kind reference detail } }`;
const redeem = `mutation ($quoteId: ID, $memberRef: String, $cart: [CartLineInput!], $prefer: [ID!], $cashMaxFen: Fen) {
  redeem(quoteId: $quoteId, memberRef: $memberRef, cart: $cart, prefer: $prefer, cashMaxFen: $cashMaxFen) { __typename
    ... on Redeemed { redemption { ${redemptionFields} } replayed } ... on Refusal { code message }
    ... on QuoteExpired { newQuote { id until priceFen version } } ... on DeliveryFailed { reason }
    ... on InsufficientPoints { programme { id } missing missingFen } ... on SoldOut { item } } }`;
const quote = `mutation ($cart: [CartLineInput!]!) { quote(cart: $cart) { ... on Quoted { quote { id until } } } }`;
const cart = { cart: [{ item: 'basic-maintenance' }] };
type Redeemed = { redemption: { id: string; state: string }; replayed: boolean };
const memberWith = (programme: string, points: number) => {
  const member = newMember();
  world.peers.give(member.uid, programme, points);
  return member;
};
const quoted = async (viewer: ReturnType<typeof newMember>['viewer']) =>
  (await world.get<{ quote: { id: string; until: string } }>(viewer, quote, cart, newKey())).quote;

test('M-Yan redeems: points burned, delivered once, obligations at the value of the points', async () => {
  const { uid, viewer } = memberWith('AUTO-P', 1_000);
  world.peers.give(uid, 'COAL-P', 30_000);
  const answer = await world.get<Redeemed>(viewer, redeem, { ...cart, prefer: ['AUTO-P', 'COAL-P'] }, newKey());
  expect(answer).toMatchObject({
    __typename: 'Redeemed',
    replayed: false,
    redemption: {
      state: 'COMPLETED',
      failure: null,
      acceptor: { id: 'automotive' },
      priceFen: 50_000,
      cashFen: 10_000,
      legs: [
        { programme: { id: 'AUTO-P' }, points: 1_000, fen: 10_000 },
        { programme: { id: 'COAL-P' }, points: 30_000, fen: 30_000 },
      ],
      lines: [{ line: 1, quantity: 1, returnedQuantity: 0, delivery: { kind: 'SERVICE_VOUCHER', reference: 'ref-1' } }],
    },
  });
  expect(world.peers.pointsOf(uid, 'COAL-P')).toEqual({ available: 0, held: 0, burned: 30_000 });
  const delivery = world.peers.deliveries.get(answer.redemption.id);
  expect(delivery).toMatchObject({
    subgraph: 'automotive',
    order: { memberUid: uid, partner: 'automotive', lines: [{ amount: 1, quantity: 1 }] },
  });
});

test('an item of a partner without a trade is delivered by retail', async () => {
  await offer(world, { id: 'coupon', owner: 'insurer', faceFen: 100_000, price: { programme: 'AUTO-P', points: 20_000 } });
  const { viewer } = memberWith('AUTO-P', 20_000);
  const { redemption } = await world.get<Redeemed>(viewer, redeem, { cart: [{ item: 'coupon' }] }, newKey());
  expect(world.peers.deliveries.get(redemption.id)?.subgraph).toBe('retail');
});

test('the same key gives the same redemption, another body a conflict', async () => {
  const { uid, viewer } = memberWith('AUTO-P', 50_000);
  const first = await world.get<Redeemed>(viewer, redeem, cart, 'redeem-same');
  expect(await world.get(viewer, redeem, cart, 'redeem-same')).toEqual({ ...first, replayed: true });
  const other = await world.ask(viewer, redeem, { ...cart, cashMaxFen: 5 }, 'redeem-same');
  expect(other.errors?.[0]?.extensions?.['code']).toBe('IDEMPOTENCY_CONFLICT');
  expect(world.peers.pointsOf(uid, 'AUTO-P')).toEqual({ available: 45_000, held: 0, burned: 5_000 });
});

test('a quote keeps its price when the price changes, and goes into one redemption only', async () => {
  const { viewer } = memberWith('AUTO-P', 50_000);
  const { id } = await quoted(viewer);
  await offer(world, { price: { programme: 'AUTO-P', points: 6_000 }, faceFen: 60_000 });
  const answer = await world.get<Redeemed>(viewer, redeem, { quoteId: id }, newKey());
  expect(answer.redemption).toMatchObject({ priceFen: 50_000, legs: [{ points: 5_000 }], lines: [{ item: { price: { points: 5_000 } } }] });
  expect(await world.get(viewer, redeem, { quoteId: id }, newKey())).toMatchObject({
    __typename: 'QuoteExpired',
    newQuote: { priceFen: 60_000 },
  });
  await offer(world);
});

test.each`
  offsetMs  | outcome
  ${-1_000} | ${'Redeemed'}
  ${0}      | ${'QuoteExpired'}
  ${1_000}  | ${'QuoteExpired'}
`('a quote $offsetMs ms from its end: $outcome', async ({ offsetMs, outcome }) => {
  const { uid, viewer } = memberWith('AUTO-P', 5_000);
  const start = new Date('2026-12-01T00:00:00Z');
  await world.setClock(start);
  const { id, until } = await quoted(viewer);
  expect(new Date(until).getTime() - start.getTime()).toBe(600_000);
  await world.setClock(new Date(new Date(until).getTime() + offsetMs));
  const answer = await world.get(viewer, redeem, { quoteId: id }, newKey());
  expect(answer).toMatchObject({ __typename: outcome });
  if (outcome === 'Redeemed') return;
  const { newQuote } = answer as { newQuote: { id: string; until: string } };
  expect(new Date(newQuote.until).getTime()).toBe(new Date(until).getTime() + offsetMs + 600_000);
  expect(world.peers.pointsOf(uid, 'AUTO-P')).toEqual({ available: 5_000, held: 0, burned: 0 });
  expect(await world.get(viewer, redeem, { quoteId: newQuote.id }, newKey())).toMatchObject({ __typename: 'Redeemed' });
});

test("somebody else's quote is as unknown as none; a quote and a cart together are malformed", async () => {
  const { viewer } = memberWith('AUTO-P', 5_000);
  const { id } = await quoted(viewer);
  const stranger = newMember().viewer;
  const codes = await Promise.all(
    [
      world.ask(stranger, redeem, { quoteId: id }, newKey()),
      world.ask(viewers.partner('telecom'), redeem, { quoteId: id }, newKey()),
      world.ask(viewer, redeem, { quoteId: 'nonsense' }, newKey()),
      world.ask(viewer, redeem, { quoteId: id, ...cart }, newKey()),
      world.ask(viewer, redeem, {}, newKey()),
    ].map(async (answer) => (await answer).errors?.[0]?.extensions?.['code']),
  );
  expect(codes).toEqual(Array.from({ length: 5 }, () => 'BAD_INPUT'));
});

test('a redemption is seen by its member and its acceptor, and by nobody else', async () => {
  const { viewer } = memberWith('AUTO-P', 5_000);
  const { redemption } = await world.get<Redeemed>(viewer, redeem, cart, newKey());
  const read = `{ redemption(id: "${redemption.id}") { id state } }`;
  expect(await world.get(viewer, read)).toMatchObject({ state: 'COMPLETED' });
  expect(await world.get(viewers.partner('automotive'), read)).toMatchObject({ state: 'COMPLETED' });
  expect(await world.get(viewers.partner('telecom'), read)).toBeNull();
  expect(await world.get(newMember().viewer, read)).toBeNull();
  const entity = `{ _entities(representations: [{ __typename: "Redemption", id: "${redemption.id}" }]) { __typename ... on Redemption { priceFen } } }`;
  expect(await world.get(viewers.partner('telecom'), entity)).toEqual([null]);
  expect(await world.get(viewer, entity)).toEqual([{ __typename: 'Redemption', priceFen: 50_000 }]);
});

test('me lists the own redemptions, the latest first', async () => {
  const { uid, viewer } = memberWith('AUTO-P', 10_000);
  const first = await world.get<Redeemed>(viewer, redeem, cart, newKey());
  const second = await world.get<Redeemed>(viewer, redeem, cart, newKey());
  const me = (principal: string) =>
    `{ _entities(representations: [{ __typename: "Me", principal: "${principal}" }]) { ... on Me { redemptions(first: 5) { nodes { id } } } } }`;
  expect(await world.get(viewer, me(`member:${uid}`))).toEqual([
    { redemptions: { nodes: [{ id: second.redemption.id }, { id: first.redemption.id }] } },
  ]);
  expect(await world.get(newMember().viewer, me(`member:${uid}`))).toEqual([null]);
});

test.each(['redemptions', 'coupons', 'donations'])('a well-formed cursor of %s that holds no uuid is refused as input', async (list) => {
  const { uid, viewer } = newMember();
  const { errors } = await world.ask(
    viewer,
    `query ($after: String) { _entities(representations: [{ __typename: "Me", principal: "member:${uid}" }]) {
      ... on Me { ${list}(after: $after) { nodes { id } } } } }`,
    { after: encodeCursor('no-uuid') },
  );
  expect(errors?.[0]?.extensions?.['code']).toBe('BAD_INPUT');
});

test('too few points, refused deliveries and frozen members leave nothing behind but one audit entry', async () => {
  const { uid, viewer } = memberWith('AUTO-P', 5_000);
  const { id } = await quoted(viewer);
  world.peers.give(uid, 'AUTO-P', -1);
  expect(await world.get(viewer, redeem, { quoteId: id }, 'too-few')).toMatchObject({
    __typename: 'InsufficientPoints',
    programme: { id: 'AUTO-P' },
    missing: 1,
    missingFen: 10,
  });
  world.peers.give(uid, 'AUTO-P', 1);
  world.peers.refuseDelivery = 'no more vouchers';
  await offer(world, { id: 'limited', stock: 3 });
  expect(await world.get(viewer, redeem, { cart: [{ item: 'limited' }] }, 'refused')).toMatchObject({
    __typename: 'DeliveryFailed',
    reason: 'no more vouchers',
  });
  world.peers.refuseDelivery = null;
  expect(await world.stock('limited')).toBe(3);
  world.peers.frozen.add(uid);
  expect(await world.get(viewer, redeem, { quoteId: id }, 'frozen')).toMatchObject({ __typename: 'MemberFrozen' });
  world.peers.frozen.clear();
  expect(world.peers.pointsOf(uid, 'AUTO-P')).toEqual({ available: 5_000, held: 0, burned: 0 });
  const audit = await world.sql('select key from catalog.audit where principal = $1 order by id', [`member:${uid}`]);
  expect(audit.map(({ key }) => key as string)).toEqual(['too-few', 'refused', 'frozen']);
  // What came to nothing did not use the quote up.
  expect(await world.get(viewer, redeem, { quoteId: id }, newKey())).toMatchObject({ __typename: 'Redeemed' });
});

test('fifty at once for five pieces: five have one, nobody else lost a point', async () => {
  await offer(world, { id: 'rare', stock: 5 });
  const members = Array.from({ length: 50 }, () => memberWith('AUTO-P', 5_000));
  const answers = await Promise.all(
    members.map(({ viewer }) => world.get<{ __typename: string }>(viewer, redeem, { cart: [{ item: 'rare' }] }, newKey())),
  );
  expect(answers.filter(({ __typename }) => __typename === 'Redeemed')).toHaveLength(5);
  expect(answers.filter(({ __typename }) => __typename === 'SoldOut')).toHaveLength(45);
  expect(await world.stock('rare')).toBe(0);
  const points = members.map(({ uid }) => world.peers.pointsOf(uid, 'AUTO-P'));
  expect(points.filter(({ burned }) => burned === 5_000)).toHaveLength(5);
  expect(points.filter(({ available }) => available === 5_000)).toHaveLength(45);
});

test('fifty times one key at once: one redemption, fifty equal answers', async () => {
  const { uid, viewer } = memberWith('AUTO-P', 50_000);
  // Who had to wait too long is told PENDING, and asks again.
  const once = async (): Promise<Redeemed> => {
    const answer = await world.get<Redeemed>(viewer, redeem, cart, 'fifty');
    return answer.redemption.state === 'PENDING' ? once() : answer;
  };
  const answers = await Promise.all(Array.from({ length: 50 }, once));
  expect([...new Set(answers.map(({ redemption }) => JSON.stringify(redemption)))]).toHaveLength(1);
  expect(answers.filter(({ replayed }) => !replayed).length).toBeLessThanOrEqual(1);
  expect(world.peers.pointsOf(uid, 'AUTO-P')).toEqual({ available: 45_000, held: 0, burned: 5_000 });
});
