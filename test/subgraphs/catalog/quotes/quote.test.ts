import { testIds } from '../../../support/subgraph.js';
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

const fields = `id lines { item { id version } version quantity priceFen legs { programme { id } points fen } cashFen }
  legs { programme { id } issuer { id } points fen } priceFen cashFen until version acceptor { id }`;
const quote = `mutation ($memberRef: String, $cart: [CartLineInput!]!, $prefer: [ID!], $cashMaxFen: Fen) {
  quote(memberRef: $memberRef, cart: $cart, prefer: $prefer, cashMaxFen: $cashMaxFen) { __typename
    ... on Quoted { quote { ${fields} } replayed } ... on Refusal { code message }
    ... on InsufficientPoints { programme { id } missing missingFen } ... on ShareLimit { max } ... on ItemClosed { opensAt } ... on SoldOut { item } } }`;
const maintenanceCart = { cart: [{ item: 'basic-maintenance' }] };
const codeOf = async (...args: Parameters<World['ask']>) => (await world.ask(...args)).errors?.[0]?.extensions?.['code'];

test('M-Yan pays 500.00 with 1,000 AUTO-P, 30,000 COAL-P and 100.00 cash', async () => {
  const { uid, viewer } = newMember();
  world.peers.give(uid, 'AUTO-P', 1_000);
  world.peers.give(uid, 'COAL-P', 30_000);
  const answer = await world.get(viewer, quote, { ...maintenanceCart, prefer: ['AUTO-P', 'COAL-P'] }, newKey());
  expect(answer).toMatchObject({
    replayed: false,
    quote: {
      version: 1,
      priceFen: 50_000,
      cashFen: 10_000,
      acceptor: { id: 'automotive' },
      legs: [
        { programme: { id: 'AUTO-P' }, issuer: { id: 'automotive' }, points: 1_000, fen: 10_000 },
        { programme: { id: 'COAL-P' }, issuer: { id: 'coalition' }, points: 30_000, fen: 30_000 },
      ],
      lines: [{ item: { id: 'basic-maintenance' }, quantity: 1, priceFen: 50_000, cashFen: 10_000 }],
    },
  });
  expect(await world.get(viewer, quote, { ...maintenanceCart, cashMaxFen: 0 }, newKey())).toMatchObject({
    __typename: 'InsufficientPoints',
    programme: { id: 'AUTO-P' },
    missing: 1_000,
    missingFen: 10_000,
  });
});

test('the same key gives the first answer even while the ledger is out of reach; another body a conflict', async () => {
  const { uid, viewer } = newMember();
  world.peers.give(uid, 'AUTO-P', 5_000);
  const first = await world.get(viewer, quote, maintenanceCart, 'same');
  world.peers.weather = () => 'lostCall';
  expect(await world.get(viewer, quote, maintenanceCart, 'same')).toEqual({ ...first, replayed: true });
  expect(await codeOf(viewer, quote, { ...maintenanceCart, cashMaxFen: 1 }, 'same')).toBe('IDEMPOTENCY_CONFLICT');
  expect(await codeOf(viewer, quote, maintenanceCart, newKey())).toBe('SUBGRAPH_UNAVAILABLE');
  world.peers.weather = () => 'fine';
});

test.each`
  points               | outcome
  ${['AUTO-P', 5_000]} | ${{ __typename: 'Quoted', quote: { cashFen: 0, legs: [{ points: 5_000, fen: 50_000 }] } }}
  ${['AUTO-P', 4_999]} | ${{ __typename: 'InsufficientPoints', missing: 1, missingFen: 10, code: 'INSUFFICIENT_POINTS' }}
`('$points for basic maintenance without cash: $outcome.__typename', async ({ points: [programme, points], outcome }) => {
  const { uid, viewer } = newMember();
  world.peers.give(uid, programme, points);
  expect(await world.get(viewer, quote, { ...maintenanceCart, cashMaxFen: 0 }, newKey())).toMatchObject(outcome);
});

test('ten gigabytes cost 800 TEL-P, and 799 are not enough', async () => {
  const { uid, viewer } = newMember();
  const cart = { cart: [{ item: 'data-pack-10' }], cashMaxFen: 0 };
  world.peers.give(uid, 'TEL-P', 799);
  expect(await world.get(viewer, quote, cart, newKey())).toMatchObject({ __typename: 'InsufficientPoints', missing: 1 });
  world.peers.give(uid, 'TEL-P', 1);
  expect(await world.get(viewer, quote, cart, newKey())).toMatchObject({ quote: { legs: [{ points: 800, fen: 800 }], cashFen: 0 } });
});

test('share limits, closed and sold-out items are refused with their facts', async () => {
  const { uid, viewer } = newMember();
  world.peers.give(uid, 'AUTO-P', 50_000);
  await offer(world, { id: 'half', maxPointsShareBasisPoints: 5_000 });
  expect(await world.get(viewer, quote, { cart: [{ item: 'half' }], cashMaxFen: 24_999 }, newKey())).toMatchObject({
    __typename: 'ShareLimit',
    max: 25_000,
  });
  await offer(world, { id: 'none', maxPointsShareBasisPoints: 0 });
  expect(await codeOf(viewer, quote, { cart: [{ item: 'none' }] }, newKey())).toBe('BAD_INPUT');
  await offer(world, { id: 'later', opensAt: '2099-01-01T00:00:00Z' });
  expect(await world.get(viewer, quote, { cart: [{ item: 'later' }] }, newKey())).toMatchObject({
    __typename: 'ItemClosed',
    opensAt: '2099-01-01T00:00:00.000Z',
  });
  await offer(world, { id: 'few', stock: 2 });
  expect(await world.get(viewer, quote, { cart: [{ item: 'few' }, { item: 'few', quantity: 2 }] }, newKey())).toMatchObject({
    __typename: 'SoldOut',
    item: 'few',
  });
  expect(await world.get(viewer, quote, { cart: [{ item: 'few', quantity: 2 }] }, newKey())).toMatchObject({
    quote: { priceFen: 100_000 },
  });
});

test.each([
  { cart: [] },
  { cart: [{ item: 'no-such-item' }] },
  { cart: [{ item: 'basic-maintenance', quantity: 0 }] },
  { cart: [{ item: 'basic-maintenance', quantity: -1 }] },
  { cart: [{ item: 'basic-maintenance', quantity: 1_001 }] },
  { cart: [{ item: 'basic-maintenance' }, { item: 'data-pack-10' }] },
  { cart: [{ item: 'basic-maintenance' }], prefer: ['NO-P'] },
  { cart: [{ item: 'basic-maintenance' }], cashMaxFen: -1 },
])('%j is malformed', async (variables) => {
  const { uid, viewer } = newMember();
  world.peers.give(uid, 'AUTO-P', 5_000);
  expect(await codeOf(viewer, quote, variables, newKey())).toBe('BAD_INPUT');
});

test('a partner quotes for its customer at its own shop, staff of the operator anywhere, nobody else', async () => {
  const { uid, viewer } = newMember();
  world.peers.give(uid, 'AUTO-P', 5_000);
  world.peers.refs.set('automotive/A-1', uid);
  const automotive = viewers.partner('automotive');
  expect(await world.get(automotive, quote, { ...maintenanceCart, memberRef: 'A-1' }, newKey())).toMatchObject({ __typename: 'Quoted' });
  const pairwise = testIds.seal(uid, 'partner:automotive');
  expect(await world.get(automotive, quote, { ...maintenanceCart, memberRef: pairwise }, newKey())).toMatchObject({ __typename: 'Quoted' });
  expect(await world.get(automotive, quote, { ...maintenanceCart, memberRef: 'A-2' }, newKey())).toMatchObject({
    __typename: 'NotEnrolled',
  });
  expect(await codeOf(automotive, quote, maintenanceCart, newKey())).toBe('BAD_INPUT');
  expect(await codeOf(viewers.partner('telecom'), quote, { ...maintenanceCart, memberRef: 'T-1' }, newKey())).toBe('FORBIDDEN_OPERATION');
  expect(await codeOf(viewers.partner('automotive', ['catalog.read']), quote, maintenanceCart, newKey())).toBe('FORBIDDEN_FIELD');
  expect(await codeOf(viewers.anonymous, quote, maintenanceCart, newKey())).toBe('UNAUTHENTICATED');
  world.peers.refs.set('member/automotive/A-1', uid);
  const staff = { ...maintenanceCart, memberRef: 'automotive/A-1' };
  expect(await world.get(viewers.staff(), quote, staff, newKey())).toMatchObject({ __typename: 'Quoted' });
  expect(
    await world.get(viewer, quote, { ...maintenanceCart, memberRef: testIds.seal(newMember().uid, 'member') }, newKey()),
  ).toMatchObject({
    __typename: 'NotEnrolled',
  });
});

test('a record that is no better any more changes no quote that was given, and every one from then on', async () => {
  await offer(world, { id: 'counts-credit', creditThreshold: true });
  const { uid, viewer } = newMember();
  world.peers.give(uid, 'AUTO-P', 9_500);
  world.peers.trusted.add(uid);
  const body = { cart: [{ item: 'counts-credit' }], cashMaxFen: 0 };
  const trusted = await world.get<{ quote: { id: string } }>(viewer, quote, body, newKey());
  expect(trusted).toMatchObject({ quote: { legs: [{ points: 4_500 }] } });
  world.peers.trusted.delete(uid);
  const base = await world.get<{ quote: { id: string } }>(viewer, quote, body, newKey());
  expect(base).toMatchObject({ quote: { legs: [{ points: 5_000 }] } });
  const redeem = 'mutation ($id: ID!) { redeem(quoteId: $id) { __typename ... on Redeemed { redemption { state legs { points } } } } }';
  for (const [{ id }, points] of [
    [trusted.quote, 4_500],
    [base.quote, 5_000],
  ] as const)
    expect(await world.get(viewer, redeem, { id }, newKey())).toMatchObject({ redemption: { state: 'COMPLETED', legs: [{ points }] } });
});

test('a suspended partner quotes nothing', async () => {
  const { uid, viewer } = newMember();
  world.peers.give(uid, 'AUTO-P', 5_000);
  world.peers.suspended.add('automotive');
  expect(await codeOf(viewer, quote, maintenanceCart, newKey())).toBe('PARTNER_SUSPENDED');
  world.peers.suspended.clear();
});

test('split follows the slider and keeps nothing', async () => {
  const { uid, viewer } = newMember();
  world.peers.give(uid, 'AUTO-P', 5_000);
  const split = `query ($points: [ChosenPointsInput!]) { split(cart: [{ item: "basic-maintenance" }], points: $points) { __typename
    ... on SplitAnswer { legs { programme { id } points fen } priceFen cashFen } ... on InsufficientPoints { missing } } }`;
  expect(await world.get(viewer, split, { points: [{ programme: 'AUTO-P', points: 2_000 }] })).toEqual({
    __typename: 'SplitAnswer',
    legs: [{ programme: { id: 'AUTO-P' }, points: 2_000, fen: 20_000 }],
    priceFen: 50_000,
    cashFen: 30_000,
  });
  expect(await world.get(viewer, split)).toMatchObject({ cashFen: 0 });
  expect(await world.get(viewer, split, { points: [{ programme: 'AUTO-P', points: 5_001 }] })).toMatchObject({ missing: 1 });
  const twice = [2_000, 5_000].map((points) => ({ programme: 'AUTO-P', points }));
  expect((await world.ask(viewer, split, { points: twice })).errors?.[0]?.extensions).toMatchObject({
    code: 'BAD_INPUT',
    argument: 'points',
  });
});

test('a shop chooses points of other issuers only where the member shares them, whatever there is', async () => {
  const { uid, viewer } = newMember();
  world.peers.refs.set('automotive/M-split', uid);
  world.peers.give(uid, 'AUTO-P', 100);
  world.peers.give(uid, 'COAL-P', 30_000);
  const split = `query ($ref: String, $points: [ChosenPointsInput!]) { split(cart: [{ item: "basic-maintenance" }], memberRef: $ref, points: $points) {
    ... on SplitAnswer { cashFen } ... on InsufficientPoints { missing } } }`;
  const choosing = (programme: string, points: number) => ({ ref: 'M-split', points: [{ programme, points }] });
  const shops = [viewers.partner('automotive'), { ...viewers.partnerStaff('automotive'), scopes: ['redeem.quote:own'] }];
  for (const shop of shops) {
    for (const points of [1, 10 ** 15]) {
      const refused = await world.ask(shop, split, choosing('COAL-P', points));
      expect(refused.errors?.[0]).toMatchObject({ extensions: { code: 'CONSENT_REQUIRED', needs: ['class:SHARED'] } });
      expect(await world.ask(shop, split, choosing('BANK-P', points))).toEqual(refused);
    }
    expect(await world.get(shop, split, choosing('AUTO-P', 101))).toEqual({ missing: 1 });
  }
  expect(await world.get(viewer, split, { points: [{ programme: 'COAL-P', points: 30_001 }] })).toEqual({ missing: 1 });
  world.peers.shared.add(`${uid} automotive`);
  expect(await world.get(viewers.partner('automotive'), split, choosing('COAL-P', 30_001))).toEqual({ missing: 1 });
});
