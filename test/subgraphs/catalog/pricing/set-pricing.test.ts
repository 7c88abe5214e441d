import { viewers } from '../../../support/viewers.js';
import { newKey, newMember, offer, openWorld, type World } from '../world.js';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
afterEach(() => world.setClock(null));

const admin = viewers.staff('admin');
const setPricing = `mutation ($item: ID!, $cost: Fen!, $demand: Decimal!, $boundPct: Decimal) {
  setPricing(item: $item, cost: $cost, demand: $demand, boundPct: $boundPct) {
    __typename
    ... on PricingSet { version price reference least most replayed item { version price { points } poorDeal } }
    ... on BoundExceeded { allowed wanted reference least most }
    ... on Refusal { code message } } }`;
const set = (input: object, key = newKey(), viewer = admin) => world.get(viewer, setPricing, { cost: 6_000, ...input }, key);
const setPolicy = (owner: string | null, input: object, viewer = admin, key = newKey()) =>
  world.ask(
    viewer,
    'mutation ($owner: ID, $input: CatalogPolicyInput!) { setCatalogPolicy(owner: $owner, input: $input) { replayed policy { quoteLifeSeconds priceBoundBasisPoints boundAgainst boundLookBackSeconds } } }',
    { owner, input },
    key,
  );

/** A cup of 60.00 that cost 6,000 COAL-P since an instant. */
const cup = async (id: string, since: Date, points = 6_000): Promise<void> => {
  await world.setClock(since);
  expect(
    await offer(world, {
      id,
      owner: 'shop',
      name: { zh: '杯子', en: 'Cup' },
      category: 'household',
      faceFen: 6_000,
      price: { programme: 'COAL-P', points },
      delivery: { kind: 'GOODS' },
    }),
  ).toMatchObject({ __typename: 'ItemSaved' });
};
const start = new Date('2030-01-01T12:00:00+08:00');
const after = (seconds: number): Date => new Date(start.getTime() + seconds * 1_000);
const day = 86_400;

test('cost 60.00, 0.01 a point, demand 1.00: 6,000 points (A6); its version says who and why', async () => {
  await cup('a6', start, 5_500);
  await world.setClock(after(2 * day));
  const first = await set({ item: 'a6', demand: '1.00', boundPct: 20 }, 'a6');
  expect(first).toEqual({
    __typename: 'PricingSet',
    version: 2,
    price: 6_000,
    reference: 5_500,
    least: 4_400,
    most: 6_600,
    replayed: false,
    item: { version: 2, price: { points: 6_000 }, poorDeal: false },
  });
  expect(await set({ item: 'a6', demand: '1.00', boundPct: 20 }, 'a6')).toEqual({ ...first, replayed: true });
  expect(
    (await world.ask(admin, setPricing, { item: 'a6', cost: 6_000, demand: '1.01', boundPct: 20 }, 'a6')).errors?.[0]?.extensions?.['code'],
  ).toBe('IDEMPOTENCY_CONFLICT');
  const { priceVersions } = await world.get<{ priceVersions: object[] }>(
    viewers.partner('shop'),
    '{ item(id: "a6") { priceVersions { version points cause author reason } } }',
  );
  expect(priceVersions).toEqual([
    {
      version: 2,
      points: 6_000,
      cause: 'PRICING',
      author: 'staff:staff-admin',
      reason: 'cost 6000 fen, demand 1.00, at most 20 % from 5500',
    },
    expect.objectContaining({ version: 1, points: 5_500, cause: 'SAVED' }),
  ]);
});

test('a price that moves too far is refused with what is allowed, and changes nothing', async () => {
  await cup('far', start);
  await world.setClock(after(2 * day));
  expect(await set({ item: 'far', demand: '1.2001', boundPct: '20' })).toEqual({
    __typename: 'BoundExceeded',
    code: 'BOUND_EXCEEDED',
    message: 'The price may be 4800 to 7200, for it was 6000',
    allowed: 7_200,
    wanted: 7_201,
    reference: 6_000,
    least: 4_800,
    most: 7_200,
  });
  expect(await set({ item: 'far', demand: '0.7998' })).toMatchObject({ code: 'BOUND_EXCEEDED', allowed: 4_800, wanted: 4_799 });
});

test('measured against the price of 24 hours before: one second early it is the old one, at the hour the new one', async () => {
  await cup('steps', start);
  await world.setClock(after(2 * day));
  expect(await set({ item: 'steps', demand: '1.2' })).toMatchObject({ price: 7_200 });
  // Again and again on one day goes no further.
  expect(await set({ item: 'steps', demand: '1.44' })).toMatchObject({ code: 'BOUND_EXCEEDED', reference: 6_000, allowed: 7_200 });
  await world.setClock(after(3 * day - 1));
  expect(await set({ item: 'steps', demand: '1.44' })).toMatchObject({ code: 'BOUND_EXCEEDED', reference: 6_000 });
  await world.setClock(after(3 * day));
  expect(await set({ item: 'steps', demand: '1.44' })).toMatchObject({ price: 8_640, reference: 7_200, item: { poorDeal: true } });
});

test('a special price of a day before counts, unless the policy says that the regular one does', async () => {
  await cup('special', start);
  await world.get(
    admin,
    `mutation ($from: DateTime!, $until: DateTime!) { setPriceOverride(item: "special", points: 4000, from: $from, until: $until, reason: "sale") { __typename } }`,
    { from: after(day).toISOString(), until: after(day + 60).toISOString() },
    newKey(),
  );
  await world.setClock(after(2 * day));
  expect(await set({ item: 'special', demand: '1' })).toMatchObject({ code: 'BOUND_EXCEEDED', reference: 4_000, allowed: 4_800 });
  expect((await setPolicy('shop', { boundAgainst: 'REGULAR' })).data).toMatchObject({
    setCatalogPolicy: { policy: { boundAgainst: 'REGULAR', priceBoundBasisPoints: 2_000 } },
  });
  expect(await set({ item: 'special', demand: '1' })).toMatchObject({ price: 6_000, reference: 6_000 });
  await setPolicy('shop', { boundAgainst: 'IN_FORCE' });
});

test('a special price above the regular one is no step to it', async () => {
  await cup('ladder', start);
  expect(await set({ item: 'ladder', demand: '1', boundPct: 20 })).toMatchObject({ price: 6_000 });
  await world.get(
    admin,
    `mutation ($until: DateTime!) { setPriceOverride(item: "ladder", points: 60000, until: $until, reason: "dear") { __typename } }`,
    { until: after(2 * day).toISOString() },
    newKey(),
  );
  const tooFar = { code: 'BOUND_EXCEEDED', reference: 6_000, least: 4_800, most: 7_200 };
  for (const seconds of [day - 1, day, 2 * day, 3 * day - 1, 3 * day]) {
    await world.setClock(after(seconds));
    expect(await set({ item: 'ladder', demand: '10', boundPct: 20 })).toMatchObject(tooFar);
  }
  expect(await set({ item: 'ladder', demand: '1.2', boundPct: 20 })).toMatchObject({ price: 7_200 });
});

test('an item that gets another programme while its price is made keeps what it was saved with', async () => {
  await cup('moved', start);
  const usual = world.peers.slow;
  world.peers.slow = async () => {
    world.peers.slow = usual;
    await offer(world, {
      id: 'moved',
      owner: 'shop',
      name: { zh: '杯子', en: 'Cup' },
      category: 'household',
      faceFen: 6_000,
      price: { programme: 'AUTO-P', points: 600 },
      delivery: { kind: 'GOODS' },
    });
  };
  const { errors } = await world.ask(admin, setPricing, { item: 'moved', cost: 6_000, demand: '1', boundPct: '900' }, newKey());
  expect(errors?.[0]).toMatchObject({ extensions: { code: 'BAD_INPUT', argument: 'item' } });
  expect(await world.get(viewers.anonymous, '{ item(id: "moved") { version price { points programme { id } } } }')).toEqual({
    version: 2,
    price: { points: 600, programme: { id: 'AUTO-P' } },
  });
  expect(await set({ item: 'moved', demand: '1', boundPct: 90 })).toMatchObject({ price: 600 });
});

test('the bound and how far back it looks are settings; a partner of its own wins over what holds for all', async () => {
  await cup('set', start);
  await setPolicy(null, { priceBoundBasisPoints: 500, boundLookBackSeconds: 60 });
  await world.setClock(after(day));
  expect(await set({ item: 'set', demand: '1.06' })).toMatchObject({ code: 'BOUND_EXCEEDED', allowed: 6_300 });
  await setPolicy('shop', { priceBoundBasisPoints: 600 });
  expect(await set({ item: 'set', demand: '1.06' })).toMatchObject({ price: 6_360 });
  await world.setClock(after(day + 60));
  expect(await set({ item: 'set', demand: '1.12' })).toMatchObject({ price: 6_720, reference: 6_360 });
  expect(
    await world.get(viewers.anonymous, '{ catalogPolicy(owner: "telecom") { priceBoundBasisPoints boundAgainst quoteLifeSeconds } }'),
  ).toEqual({
    priceBoundBasisPoints: 500,
    boundAgainst: 'IN_FORCE',
    quoteLifeSeconds: 600,
  });
  await setPolicy(null, { priceBoundBasisPoints: 2_000, boundLookBackSeconds: day });
  await setPolicy('shop', { priceBoundBasisPoints: 2_000 });
});

test('how long a quote lasts is a setting: one second before its end it holds, at its end no longer', async () => {
  await cup('locked', start);
  await setPolicy('shop', { quoteLifeSeconds: 30 });
  const { uid, viewer } = newMember();
  world.peers.give(uid, 'COAL-P', 12_000);
  const quote = () =>
    world.get<{ quote: { id: string; until: string } }>(
      viewer,
      'mutation { quote(cart: [{ item: "locked" }]) { ... on Quoted { quote { id until } } } }',
      {},
      newKey(),
    );
  const [one, two] = [await quote(), await quote()];
  expect(one.quote.until).toBe(after(30).toISOString());
  const redeem = (id: string) => world.get(viewer, 'mutation ($id: ID!) { redeem(quoteId: $id) { __typename } }', { id }, newKey());
  await world.setClock(after(29));
  expect(await redeem(one.quote.id)).toEqual({ __typename: 'Redeemed' });
  await world.setClock(after(30));
  expect(await redeem(two.quote.id)).toEqual({ __typename: 'QuoteExpired' });
  await setPolicy('shop', { quoteLifeSeconds: 600 });
});

test("policies are for the operator's staff, prices for who may set prices; what makes no sense is refused", async () => {
  const codeOf = async (answer: Promise<{ errors?: readonly { extensions?: Record<string, unknown> }[] }>) =>
    (await answer).errors?.[0]?.extensions?.['code'];
  expect(await codeOf(setPolicy('shop', { quoteLifeSeconds: 0 }) as never)).toBe('BAD_INPUT');
  expect(await codeOf(setPolicy('nobody', { quoteLifeSeconds: 5 }) as never)).toBe('BAD_INPUT');
  expect(await codeOf(setPolicy('shop', { quoteLifeSeconds: 5 }, viewers.partner('shop')) as never)).toBe('FORBIDDEN_FIELD');
  await cup('mine', start);
  for (const variables of [
    { item: 'mine', cost: 0, demand: '1' },
    { item: 'mine', cost: 1, demand: '0.0' },
    { item: 'mine', cost: 1, demand: '-1' },
    { item: 'mine', cost: 1, demand: '1e3' },
    { item: 'no-such', cost: 1, demand: '1' },
  ])
    expect(await codeOf(world.ask(admin, setPricing, variables, newKey()) as never)).toBe('BAD_INPUT');
  expect(
    await codeOf(world.ask(viewers.partnerStaff('telecom'), setPricing, { item: 'mine', cost: 1, demand: '1' }, newKey()) as never),
  ).toBe('FORBIDDEN_OPERATION');
});
