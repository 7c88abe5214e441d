import fc from 'fast-check';
import type { Weather } from '../fake-peers.js';
import { newKey, newMember, offer, openWorld, type World } from '../world.js';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await offer(world, { stock: 1_000 });
});
afterAll(() => world.close());
beforeEach(() => clearSky());
afterEach(() => world.setClock(null));

const clearSky = () => {
  world.crash = () => false;
  world.peers.weather = () => 'fine';
  world.peers.refuseDelivery = null;
  world.peers.keepsDeliveries = false;
};

const redeem = `mutation { redeem(cart: [{ item: "basic-maintenance" }]) { __typename ... on Redeemed { redemption { id state } replayed }
  ... on DeliveryFailed { reason } } }`;
const quote = `mutation { quote(cart: [{ item: "basic-maintenance" }]) { ... on Quoted { quote { id } } } }`;
const hold = `mutation ($quoteId: ID!) { hold(quoteId: $quoteId) { ... on Held { hold { id } } } }`;
const capture = `mutation ($holdId: ID!) { capture(holdId: $holdId) { __typename } }`;

/** Whatever happened on the way: either everything was done once, or nothing is left of it. */
async function exactlyOneOutcome(uid: string, stockBefore: number): Promise<'completed' | 'failed'> {
  const [row, ...others] = await world.sql<{ id: string; step: string }>('select id, step from catalog.redemption where member_uid = $1', [
    uid,
  ]);
  expect(others).toEqual([]);
  const points = world.peers.pointsOf(uid, 'AUTO-P');
  const delivered = row !== undefined && world.peers.deliveries.has(row.id);
  const stock = (await world.stock('basic-maintenance')) ?? 0;
  const completed = row?.step === 'COMPLETED';
  expect({ step: row?.step, points, delivered, stock }).toEqual(
    completed
      ? { step: 'COMPLETED', points: { available: 0, held: 0, burned: 5_000 }, delivered: true, stock: stockBefore - 1 }
      : { step: row && 'RELEASED', points: { available: 5_000, held: 0, burned: 0 }, delivered: false, stock: stockBefore },
  );
  return completed ? 'completed' : 'failed';
}

const member = () => {
  const made = newMember();
  world.peers.give(made.uid, 'AUTO-P', 5_000);
  return made;
};
/** True once, for the given name. */
const once = (wanted: string) => {
  let left = 1;
  return (name: string) => name === wanted && left-- > 0;
};

const forward = ['placeHold', 'deliver', 'captureHold'];
const backward = ['releaseHold'];
const places = ['redeem.QUOTED', 'redeem.HELD', 'redeem.RESERVED', 'redeem.DELIVERED', 'redeem.COMPLETED'];
const failures = [
  ...places.map((place) => ({ place, weather: 'fine' as Weather, refuse: false })),
  ...['redeem.RELEASING', 'redeem.RELEASED'].map((place) => ({ place, weather: 'fine' as Weather, refuse: true })),
  ...forward.flatMap((place) => (['lostCall', 'lostAnswer'] as const).map((weather) => ({ place, weather, refuse: false }))),
  ...[...backward, 'deliver'].flatMap((place) =>
    (['lostCall', 'lostAnswer'] as const).map((weather) => ({ place, weather, refuse: true })),
  ),
];

test.each(failures)('redeem, $weather at $place, delivery refused: $refuse; then resumed', async ({ place, weather, refuse }) => {
  const { uid, viewer } = member();
  const stock = (await world.stock('basic-maintenance')) ?? 0;
  world.peers.refuseDelivery = refuse ? 'no' : null;
  const struck = once(place);
  if (weather === 'fine') world.crash = struck;
  else world.peers.weather = (field) => (struck(field) ? weather : 'fine');
  const key = newKey();
  const answer = await world.ask(viewer, redeem, {}, key);
  if (weather === 'fine') expect(answer.errors?.[0]?.extensions?.['code']).toBe('INTERNAL');
  else if (place === 'releaseHold') expect(answer.data).toMatchObject({ redeem: { __typename: 'DeliveryFailed' } });
  else expect(answer.data).toMatchObject({ redeem: { __typename: 'Redeemed', redemption: { state: 'PENDING' } } });
  await world.resume();
  expect(await exactlyOneOutcome(uid, stock)).toBe(refuse ? 'failed' : 'completed');
  expect(await world.get(viewer, redeem, {}, key)).toMatchObject(
    refuse ? { __typename: 'DeliveryFailed', reason: 'no' } : { redemption: { state: 'COMPLETED' }, replayed: true },
  );
});

test.each([
  { place: 'pinHold', weather: 'lostCall' },
  { place: 'pinHold', weather: 'lostAnswer' },
  { place: 'deliver', weather: 'lostAnswer' },
  { place: 'captureHold', weather: 'lostAnswer' },
  { place: 'redeem.PINNED', weather: 'fine' },
  { place: 'redeem.DELIVERED', weather: 'fine' },
] as const)('capture of a hold, $weather at $place; then resumed', async ({ place, weather }) => {
  const { uid, viewer } = member();
  const stock = (await world.stock('basic-maintenance')) ?? 0;
  const quoteId = (await world.get<{ quote: { id: string } }>(viewer, quote, {}, newKey())).quote.id;
  const holdId = (await world.get<{ hold: { id: string } }>(viewer, hold, { quoteId }, newKey())).hold.id;
  const struck = once(place);
  if (weather === 'fine') world.crash = struck;
  else world.peers.weather = (field) => (struck(field) ? weather : 'fine');
  await world.ask(viewer, capture, { holdId }, newKey());
  await world.resume();
  expect(await exactlyOneOutcome(uid, stock)).toBe('completed');
});

test('a real crash leaves its lease behind; the job waits for its end', async () => {
  const { uid, viewer } = member();
  const stock = (await world.stock('basic-maintenance')) ?? 0;
  world.crash = once('redeem.HELD');
  await world.ask(viewer, redeem, {}, newKey());
  await world.sql(`update catalog.redemption set lease_until = clock_timestamp() + interval '1 minute' where member_uid = $1`, [uid]);
  await world.subgraph.runJob('resume-redemptions');
  expect(world.peers.pointsOf(uid, 'AUTO-P').held).toBe(5_000);
  await world.resume();
  expect(await exactlyOneOutcome(uid, stock)).toBe('completed');
});

test('a partner that stays silent for ten minutes: the delivery is withdrawn and everything given back', async () => {
  const { uid, viewer } = member();
  const stock = (await world.stock('basic-maintenance')) ?? 0;
  const start = new Date('2026-12-01T00:00:00Z');
  await world.setClock(start);
  world.peers.weather = (field) => (field === 'deliver' ? 'lostAnswer' : 'fine');
  const key = newKey();
  expect(await world.get(viewer, redeem, {}, key)).toMatchObject({ redemption: { state: 'PENDING' } });
  await world.setClock(new Date(start.getTime() + 599_000));
  await world.forgetLeases();
  await world.subgraph.runJob('resume-redemptions');
  expect(world.peers.pointsOf(uid, 'AUTO-P').held).toBe(5_000);
  await world.setClock(new Date(start.getTime() + 600_000));
  await world.resume();
  expect(await exactlyOneOutcome(uid, stock)).toBe('failed');
  expect(await world.get(viewer, redeem, {}, key)).toMatchObject({ __typename: 'DeliveryFailed', reason: 'no answer in time' });
});

test('what cannot be withdrawn any more is paid for', async () => {
  const { uid, viewer } = member();
  const stock = (await world.stock('basic-maintenance')) ?? 0;
  const start = new Date('2026-12-01T00:00:00Z');
  await world.setClock(start);
  world.peers.keepsDeliveries = true;
  let lost = 4;
  world.peers.weather = (field) => (field === 'deliver' && lost-- > 0 ? 'lostAnswer' : 'fine');
  await world.ask(viewer, redeem, {}, newKey());
  await world.setClock(new Date(start.getTime() + 600_000));
  await world.resume();
  expect(await exactlyOneOutcome(uid, stock)).toBe('completed');
});

test('a partner that takes its time is waited for without the caller', async () => {
  const { uid, viewer } = member();
  const stock = (await world.stock('basic-maintenance')) ?? 0;
  let arrive = (): void => {};
  const arrival = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const usual = world.peers.slow;
  world.peers.slow = (field) => (field === 'deliver' ? arrival : usual(field));
  const key = newKey();
  const answers = await Promise.all([world.get(viewer, redeem, {}, key), world.get(viewer, redeem, {}, key)]);
  for (const answer of answers) expect(answer).toMatchObject({ redemption: { state: 'PENDING' } });
  world.peers.slow = usual;
  arrive();
  expect(await world.get(viewer, redeem, {}, key)).toMatchObject({ redemption: { state: 'COMPLETED' }, replayed: true });
  expect(await exactlyOneOutcome(uid, stock)).toBe('completed');
});

test('two runners at once do the work once', async () => {
  const members = Array.from({ length: 6 }, member);
  const stock = (await world.stock('basic-maintenance')) ?? 0;
  world.peers.weather = () => 'fine';
  world.crash = (point) => point === 'redeem.HELD';
  await Promise.all(members.map(({ viewer }) => world.ask(viewer, redeem, {}, newKey())));
  clearSky();
  await world.forgetLeases();
  const before = new Map(world.peers.calls);
  await Promise.all([world.subgraph.runJob('resume-redemptions'), world.subgraph.runJob('resume-redemptions')]);
  for (const field of ['deliver', 'captureHold']) expect((world.peers.calls.get(field) ?? 0) - (before.get(field) ?? 0)).toBe(6);
  for (const { uid } of members) expect(world.peers.pointsOf(uid, 'AUTO-P')).toEqual({ available: 0, held: 0, burned: 5_000 });
  expect(await world.stock('basic-maintenance')).toBe(stock - 6);
});

const seed = Number(process.env['SEED'] ?? Date.now());
test(`whatever fails in whatever order, one redemption has one outcome (seed ${seed})`, async () => {
  const strike = fc.record({
    at: fc.nat({ max: 12 }),
    what: fc.constantFrom<Weather | 'crash'>('lostCall', 'lostAnswer', 'crash'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(strike, { maxLength: 8 }), fc.boolean(), fc.boolean(), async (strikes, refuse, late) => {
      const { uid, viewer } = member();
      const stock = (await world.stock('basic-maintenance')) ?? 0;
      const weatherAt = new Map(strikes.filter(({ what }) => what !== 'crash').map(({ at, what }) => [at, what as Weather]));
      const crashAt = new Set(strikes.filter(({ what }) => what === 'crash').map(({ at }) => at));
      let calls = 0;
      let points = 0;
      world.peers.refuseDelivery = refuse ? 'no' : null;
      world.peers.weather = (field) => (field === 'read' ? 'fine' : (weatherAt.get(calls++) ?? 'fine'));
      world.crash = () => crashAt.has(points++);
      await world.ask(viewer, redeem, {}, newKey());
      if (late) await world.setClock(new Date(Date.now() + 601_000));
      await world.resume();
      clearSky();
      await world.setClock(null);
      const outcome = await exactlyOneOutcome(uid, stock);
      if (!late) expect(outcome).toBe(refuse ? 'failed' : 'completed');
    }),
    { seed, numRuns: 60 },
  );
});
