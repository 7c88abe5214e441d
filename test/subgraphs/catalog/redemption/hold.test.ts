import { viewers } from '../../../support/viewers.js';
import { newKey, newMember, offer, openWorld, type World } from '../world.js';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await offer(world, { stock: 10 });
});
afterAll(() => world.close());
afterEach(async () => {
  await world.setClock(null);
  world.peers.weather = () => 'fine';
  world.peers.refuseDelivery = null;
});

const quote = `mutation { quote(cart: [{ item: "basic-maintenance" }]) { ... on Quoted { quote { id } } } }`;
const hold = `mutation ($quoteId: ID!, $ttl: Int! = 900) { hold(quoteId: $quoteId, ttl: $ttl) { __typename
  ... on Held { hold { id expiresAt quote { id } } replayed } ... on Refusal { code } ... on InsufficientPoints { missing } ... on QuoteExpired { newQuote { id } } } }`;
const capture = `mutation ($holdId: ID!) { capture(holdId: $holdId) { __typename
  ... on Captured { redemption { id state } replayed } ... on AlreadyCaptured { redemption { id state } } ... on DeliveryFailed { reason } } }`;
const release = `mutation ($holdId: ID!) { release(holdId: $holdId) { __typename ... on Released { released replayed } ... on AlreadyCaptured { redemption { state } } } }`;

const buyer = async () => {
  const { uid, viewer } = newMember();
  world.peers.give(uid, 'AUTO-P', 5_000);
  const quoteId = (await world.get<{ quote: { id: string } }>(viewer, quote, {}, newKey())).quote.id;
  return { uid, viewer, quoteId };
};
type Held = { hold: { id: string; expiresAt: string } };
const held = async (ttl = 900) => {
  const { quoteId, ...who } = await buyer();
  const { hold: made } = await world.get<Held>(who.viewer, hold, { quoteId, ttl }, newKey());
  return { ...who, ...made, quoteId };
};
const points = (uid: string) => Object.values(world.peers.pointsOf(uid, 'AUTO-P')).join(' '); // held available burned
const free = '0 5000 0';

test('hold, then capture: points and pieces are set aside, then delivered and burned', async () => {
  const before = (await world.stock('basic-maintenance')) ?? 0;
  const { uid, viewer, id } = await held();
  expect(points(uid)).toBe('5000 0 0');
  expect(await world.stock('basic-maintenance')).toBe(before - 1);
  const first = await world.get(viewer, capture, { holdId: id }, 'capture-1');
  expect(first).toMatchObject({ __typename: 'Captured', redemption: { state: 'COMPLETED' }, replayed: false });
  expect(points(uid)).toBe('0 0 5000');
  expect(await world.get(viewer, capture, { holdId: id }, 'capture-1')).toEqual({ ...first, replayed: true });
  expect(await world.get(viewer, capture, { holdId: id }, newKey())).toMatchObject({
    __typename: 'AlreadyCaptured',
    redemption: { state: 'COMPLETED' },
  });
  expect(await world.get(viewer, release, { holdId: id }, newKey())).toMatchObject({ __typename: 'AlreadyCaptured' });
});

test('hold, then release: everything is free again, and nothing can be captured', async () => {
  const before = await world.stock('basic-maintenance');
  const { uid, viewer, id } = await held();
  expect(await world.get(viewer, release, { holdId: id }, newKey())).toMatchObject({ released: true, replayed: false });
  expect(points(uid)).toBe(free);
  expect(await world.stock('basic-maintenance')).toBe(before);
  expect(await world.get(viewer, capture, { holdId: id }, newKey())).toMatchObject({ __typename: 'HoldExpired' });
  expect(await world.get(viewer, release, { holdId: id }, newKey())).toMatchObject({ released: true });
});

test.each`
  offsetMs  | outcome
  ${-1_000} | ${'Captured'}
  ${0}      | ${'HoldExpired'}
  ${1_000}  | ${'HoldExpired'}
`('a hold captured $offsetMs ms from its end: $outcome', async ({ offsetMs, outcome }) => {
  const start = new Date('2026-12-01T00:00:00Z');
  await world.setClock(start);
  const before = await world.stock('basic-maintenance');
  const { uid, viewer, id, expiresAt } = await held(60);
  expect(expiresAt).toBe('2026-12-01T00:01:00.000Z');
  await world.setClock(new Date(new Date(expiresAt).getTime() + offsetMs));
  expect(await world.get(viewer, capture, { holdId: id }, newKey())).toMatchObject({ __typename: outcome });
  if (outcome === 'Captured') return;
  await world.subgraph.runJob('resume-redemptions');
  expect(points(uid)).toBe(free);
  expect(await world.stock('basic-maintenance')).toBe(before);
  expect(await world.get(viewer, release, { holdId: id }, newKey())).toMatchObject({ released: false });
});

test('a hold that the ledger ended first is not delivered', async () => {
  const before = await world.stock('basic-maintenance');
  const { uid, viewer, id } = await held();
  const atLedger = world.peers.holds.get(id);
  if (atLedger) atLedger.state = 'RELEASED';
  world.peers.give(uid, 'AUTO-P', 5_000);
  expect(await world.get(viewer, capture, { holdId: id }, newKey())).toMatchObject({ __typename: 'HoldExpired' });
  expect(points(uid)).toBe(free);
  expect(await world.stock('basic-maintenance')).toBe(before);
});

test('a delivery that is refused at capture frees everything', async () => {
  const { uid, viewer, id } = await held();
  world.peers.refuseDelivery = 'closed today';
  expect(await world.get(viewer, capture, { holdId: id }, newKey())).toMatchObject({
    __typename: 'DeliveryFailed',
    reason: 'closed today',
  });
  expect(points(uid)).toBe(free);
  expect(await world.get(viewer, capture, { holdId: id }, newKey())).toMatchObject({ __typename: 'DeliveryFailed' });
});

test('a capture whose partner is silent is pending, and carried on by the job', async () => {
  const { uid, viewer, id } = await held();
  world.peers.weather = (field) => (field === 'deliver' ? 'lostAnswer' : 'fine');
  expect(await world.get(viewer, capture, { holdId: id }, newKey())).toMatchObject({ redemption: { state: 'PENDING' } });
  expect(await world.get(viewer, release, { holdId: id }, newKey())).toMatchObject({ __typename: 'AlreadyCaptured' });
  world.peers.weather = () => 'fine';
  await world.resume();
  expect(points(uid)).toBe('0 0 5000');
});

test('a hold whose placing is unknown is no hold yet; the same key asks again', async () => {
  const { uid, viewer, quoteId } = await buyer();
  world.peers.weather = (field) => (field === 'placeHold' ? 'lostAnswer' : 'fine');
  const answer = await world.ask(viewer, hold, { quoteId }, 'silent');
  expect(answer.errors?.[0]?.extensions?.['code']).toBe('SUBGRAPH_UNAVAILABLE');
  world.peers.weather = () => 'fine';
  await world.forgetLeases();
  expect(await world.get(viewer, hold, { quoteId }, 'silent')).toMatchObject({ __typename: 'Held', replayed: true });
  expect(points(uid)).toBe('5000 0 0');
});

test('too few points, a used quote and bad arguments', async () => {
  const { uid, viewer, quoteId } = await buyer();
  world.peers.give(uid, 'AUTO-P', -1);
  const before = await world.stock('basic-maintenance');
  expect(await world.get(viewer, hold, { quoteId }, newKey())).toMatchObject({ __typename: 'InsufficientPoints', missing: 1 });
  expect(await world.stock('basic-maintenance')).toBe(before);
  world.peers.give(uid, 'AUTO-P', 1);
  expect(await world.get(viewer, hold, { quoteId }, newKey())).toMatchObject({ __typename: 'Held' });
  world.peers.give(uid, 'AUTO-P', 5_000);
  expect(await world.get(viewer, hold, { quoteId }, newKey())).toMatchObject({
    __typename: 'QuoteExpired',
    newQuote: { id: expect.any(String) },
  });
  for (const ttl of [0, -1, 86_401])
    expect((await world.ask(viewer, hold, { quoteId, ttl }, newKey())).errors?.[0]?.extensions?.['code']).toBe('BAD_INPUT');
});

test("a stranger's hold is as unknown as none", async () => {
  const { id } = await held();
  const strangers = [newMember().viewer, viewers.partner('telecom')];
  for (const viewer of strangers)
    for (const [document, holdId] of [
      [capture, id],
      [release, id],
      [capture, 'nonsense'],
    ] as const)
      expect((await world.ask(viewer, document, { holdId }, newKey())).errors?.[0]?.extensions).toMatchObject({ code: 'BAD_INPUT' });
  expect(await world.get(viewers.partner('automotive'), release, { holdId: id }, newKey())).toMatchObject({ released: true });
});

test('capture and release at once: one of them wins, and the points agree', async () => {
  for (let round = 0; round < 5; round += 1) {
    const { uid, viewer, id } = await held();
    const [captured, released] = await Promise.all([
      world.get<{ __typename: string }>(viewer, capture, { holdId: id }, newKey()),
      world.get<{ __typename: string }>(viewer, release, { holdId: id }, newKey()),
    ]);
    await world.resume();
    const outcome = [captured.__typename, released.__typename, points(uid)];
    expect([
      ['Captured', 'AlreadyCaptured', '0 0 5000'],
      ['HoldExpired', 'Released', free],
    ]).toContainEqual(outcome);
  }
});
