import { viewers } from '../../../support/viewers.js';
import { newKey, newMember, offer, openWorld, type World } from '../world.js';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await offer(world, { id: 'wiper', delivery: { kind: 'GOODS' }, faceFen: 10_000, price: { programme: 'AUTO-P', points: 1_000 } });
  await offer(world, {
    id: 'credit',
    delivery: { kind: 'PHONE_CREDIT', amount: 1_000 },
    faceFen: 1_000,
    price: { programme: 'AUTO-P', points: 100 },
  });
});
afterAll(() => world.close());

const automotive = viewers.partner('automotive');
const redeem = `mutation ($cart: [CartLineInput!]!) { redeem(cart: $cart, prefer: ["AUTO-P", "COAL-P"]) { ... on Redeemed { redemption { id state } } } }`;
const returnLines = `mutation ($redemption: ID!, $lines: [ReturnLineInput!]!, $reason: ReturnReason!) {
  returnLines(redemption: $redemption, lines: $lines, reason: $reason) { __typename
    ... on LinesReturned { restored { lot programme { id } points expiresAt } cashFen deductedFen deducted { programme { id } points fen } clawback arrears replayed } ... on Refusal { code } } }`;

/** Three wipers of 100.00: 1,000 AUTO-P, 10,000 COAL-P and 100.00 cash. */
const redeemed = async (item = 'wiper', quantity = 3) => {
  const { uid, viewer } = newMember();
  world.peers.give(uid, 'AUTO-P', 1_000);
  world.peers.give(uid, 'COAL-P', 10_000);
  const { redemption } = await world.get<{ redemption: { id: string } }>(viewer, redeem, { cart: [{ item, quantity }] }, newKey());
  return { viewer, redemption: redemption.id };
};
const lines = (quantity: number) => ({ lines: [{ line: 1, quantity }], reason: 'FAULTY' });

test('partial returns bring back exact parts, and all of them together what was paid', async () => {
  const { redemption } = await redeemed();
  const first = await world.get(automotive, returnLines, { redemption, ...lines(1) }, 'return-1');
  expect(first).toEqual({
    __typename: 'LinesReturned',
    restored: [
      { lot: 'lot-AUTO-P', programme: { id: 'AUTO-P' }, points: 333, expiresAt: null },
      { lot: 'lot-COAL-P', programme: { id: 'COAL-P' }, points: 3_333, expiresAt: null },
    ],
    cashFen: 3_333,
    deductedFen: 0,
    deducted: [],
    clawback: 0,
    arrears: 0,
    replayed: false,
  });
  expect(await world.get(automotive, returnLines, { redemption, ...lines(1) }, 'return-1')).toEqual({ ...first, replayed: true });
  expect(await world.get(automotive, returnLines, { redemption, ...lines(3) }, newKey())).toEqual({
    __typename: 'NothingLeft',
    code: 'NOTHING_LEFT',
  });
  expect(await world.get(automotive, returnLines, { redemption, ...lines(2) }, newKey())).toMatchObject({
    restored: [{ points: 667 }, { points: 6_667 }],
    cashFen: 6_667,
  });
  expect(await world.get(automotive, returnLines, { redemption, ...lines(1) }, newKey())).toMatchObject({ __typename: 'NothingLeft' });
  const asked = world.peers.returns.slice(-2);
  expect(asked.map(({ cashTotalFen, legs }) => ({ cashTotalFen, legs: legs.map(({ fen }) => fen) }))).toEqual([
    { cashTotalFen: 10_000, legs: [3_330, 3_333] },
    { cashTotalFen: 10_000, legs: [6_670, 6_667] },
  ]);
});

test('the ledger hears of all goods of the redemption, by item, and what comes back of them', async () => {
  const { uid, viewer } = newMember();
  world.peers.give(uid, 'AUTO-P', 1_000);
  const cart = [
    { item: 'wiper', quantity: 2 },
    { item: 'credit', quantity: 1 },
    { item: 'wiper', quantity: 1 },
  ];
  const { redemption } = await world.get<{ redemption: { id: string } }>(viewer, redeem, { cart }, newKey());
  const wish = { redemption: redemption.id, lines: [{ line: 1, quantity: 1 }, { line: 3 }], reason: 'FAULTY' };
  expect(await world.get(automotive, returnLines, wish, newKey())).toMatchObject({ __typename: 'LinesReturned' });
  expect(world.peers.returns.at(-1)?.goods).toEqual([
    { sku: 'credit', returned: 0, quantity: 1, fen: 1_000 },
    { sku: 'wiper', returned: 2, quantity: 3, fen: 30_000 },
  ]);
});

test('ten at once for three pieces: three come back', async () => {
  const { redemption } = await redeemed();
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => world.get<{ __typename: string }>(automotive, returnLines, { redemption, ...lines(1) }, newKey())),
  );
  expect(answers.filter(({ __typename }) => __typename === 'LinesReturned')).toHaveLength(3);
});

test('a return that the ledger does not answer is carried on, once', async () => {
  const { redemption } = await redeemed();
  const before = world.peers.returns.length;
  for (const weather of ['lostCall', 'lostAnswer'] as const) {
    world.peers.weather = (field) => (field === 'returnPoints' ? weather : 'fine');
    await world.forgetLeases();
    const answer = await world.ask(automotive, returnLines, { redemption, ...lines(1) }, 'silent');
    expect(answer.errors?.[0]?.extensions?.['code']).toBe('SUBGRAPH_UNAVAILABLE');
  }
  world.peers.weather = () => 'fine';
  await world.resume();
  expect(await world.get(automotive, returnLines, { redemption, ...lines(1) }, 'silent')).toMatchObject({ cashFen: 3_333, replayed: true });
  expect(world.peers.returns.length - before).toBe(1);
  const seen = `{ redemption(id: "${redemption}") { lines { returnedQuantity } } }`;
  expect(await world.get(automotive, seen)).toEqual({ lines: [{ returnedQuantity: 1 }] });
});

test.each(['lostCall', 'lostAnswer'] as const)(
  'a return whose desk does not answer (%s) gives no points before it did, and is carried on',
  async (weather) => {
    const { redemption } = await redeemed();
    const [taken, before] = [world.peers.takenBack.length, world.peers.returns.length];
    world.peers.weather = (field) => (field === 'withdrawDelivery' ? weather : 'fine');
    const answer = await world.ask(automotive, returnLines, { redemption, ...lines(2) }, `desk-${weather}`);
    expect(answer.errors?.[0]?.extensions?.['code']).toBe('SUBGRAPH_UNAVAILABLE');
    expect(world.peers.returns.length).toBe(before);
    world.peers.weather = () => 'fine';
    await world.resume();
    expect(await world.get(automotive, returnLines, { redemption, ...lines(2) }, `desk-${weather}`)).toMatchObject({ cashFen: 6_666 });
    expect(world.peers.takenBack.slice(taken).map((part) => part.lines)).toEqual([[{ line: 1, quantity: 2 }]]);
    expect(world.peers.returns.length).toBe(before + 1);
  },
);

test('what was delivered and is used up does not come back: no points, and its pieces are still out', async () => {
  const { redemption } = await redeemed('credit', 1);
  const before = world.peers.returns.length;
  world.peers.keepsDeliveries = true;
  const used = await world.get(automotive, returnLines, { redemption, ...lines(1) }, newKey());
  expect(used).toEqual({ __typename: 'NothingLeft', code: 'NOTHING_LEFT' });
  world.peers.keepsDeliveries = false;
  expect(world.peers.returns.length).toBe(before);
  expect(await world.get(automotive, `{ redemption(id: "${redemption}") { lines { returnedQuantity } } }`)).toEqual({
    lines: [{ returnedQuantity: 0 }],
  });
  expect(await world.get(automotive, returnLines, { redemption, ...lines(1) }, newKey())).toMatchObject({ __typename: 'LinesReturned' });
});

test('what the ledger deducts is not paid back, and said so: at once, again, and after an answer was lost', async () => {
  const { redemption } = await redeemed();
  world.peers.deducts = (cashFen) => [
    { programme: 'COAL-P', points: 50, fen: 50 },
    { programme: 'TEL-P', points: cashFen, fen: cashFen - 1_000 },
  ];
  const first = await world.get(automotive, returnLines, { redemption, ...lines(1) }, 'deducted');
  const deducted = [
    { programme: { id: 'COAL-P' }, points: 50, fen: 50 },
    { programme: { id: 'TEL-P' }, points: 3_333, fen: 2_333 },
  ];
  expect(first).toMatchObject({ cashFen: 950, deductedFen: 2_383, deducted, arrears: 0 });
  expect(await world.get(automotive, returnLines, { redemption, ...lines(1) }, 'deducted')).toEqual({ ...first, replayed: true });
  world.peers.weather = (field) => (field === 'returnPoints' ? 'lostAnswer' : 'fine');
  const silent = await world.ask(automotive, returnLines, { redemption, ...lines(2) }, 'deducted-late');
  expect(silent.errors?.[0]?.extensions?.['code']).toBe('SUBGRAPH_UNAVAILABLE');
  world.peers.weather = () => 'fine';
  world.peers.deducts = () => [];
  await world.resume();
  expect(await world.get(automotive, returnLines, { redemption, ...lines(2) }, 'deducted-late')).toMatchObject({
    cashFen: 950,
    deductedFen: 5_717,
  });
  const told = await world.sql<{ facts: { cashFen: number; deductedFen: number } }>(
    `select facts from catalog.event where type = 'REDEMPTION_RETURNED' and facts ->> 'redemption' = '${redemption}' order by (facts ->> 'deductedFen')::int`,
  );
  expect(told.map(({ facts: { cashFen, deductedFen } }) => [cashFen, deductedFen])).toEqual([
    [950, 2_383],
    [950, 5_717],
  ]);
});

test('used-up goods do not come back for a change of mind, but faulty ones do; suspended partners still take back', async () => {
  const { redemption } = await redeemed('credit', 1);
  world.peers.suspended.add('automotive');
  const wish = { redemption, lines: [{ line: 1 }] };
  expect(await world.get(automotive, returnLines, { ...wish, reason: 'CHANGED_MIND' }, newKey())).toEqual({
    __typename: 'ReasonNotAllowed',
    code: 'REASON_NOT_ALLOWED',
  });
  expect(await world.get(automotive, returnLines, { ...wish, reason: 'FAULTY' }, newKey())).toMatchObject({ __typename: 'LinesReturned' });
  world.peers.suspended.clear();
});

test('only the acceptor takes back, and only what there is', async () => {
  const { viewer, redemption } = await redeemed();
  const codeOf = async (who: Parameters<World['ask']>[0], variables: Record<string, unknown>) =>
    (await world.ask(who, returnLines, { redemption, ...lines(1), ...variables }, newKey())).errors?.[0]?.extensions?.['code'];
  expect(await codeOf(viewer, {})).toBe('FORBIDDEN_FIELD');
  expect(await codeOf(viewers.partner('telecom'), {})).toBe('BAD_INPUT');
  expect(await codeOf(automotive, { lines: [] })).toBe('BAD_INPUT');
  expect(await codeOf(automotive, { lines: [{ line: 2 }] })).toBe('BAD_INPUT');
  expect(await codeOf(automotive, lines(0))).toBe('BAD_INPUT');
  expect(await codeOf(automotive, lines(-1))).toBe('BAD_INPUT');
  expect(await codeOf(automotive, { lines: [{ line: 1 }, { line: 1 }] })).toBe('BAD_INPUT');
  expect(await codeOf(automotive, { redemption: 'nonsense' })).toBe('BAD_INPUT');
  expect(await codeOf(automotive, { reason: 'PAID_WITH_POINTS' })).toBe('BAD_INPUT');
});
