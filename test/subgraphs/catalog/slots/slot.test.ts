import type { Viewer } from '../../../../schema/viewer.js';
import { viewers } from '../../../support/viewers.js';
import { maintenance, newKey, newMember, offer, openWorld, type World } from '../world.js';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  world.peers.trades.set('hotel', 'TRAVEL');
});
afterAll(() => world.close());
afterEach(() => world.setClock(null));

const hotel = viewers.partner('hotel');
const start = new Date('2031-05-01T09:00:00+08:00');
const at = (seconds: number): Date => new Date(start.getTime() + seconds * 1_000);
interface Slot {
  readonly id: string;
  readonly remaining: number;
}

/** A guided tour with one slot of so many places. */
const tour = async (id: string, capacity: number): Promise<string> => {
  await world.setClock(at(-86_400));
  await offer(world, {
    ...maintenance,
    id,
    owner: 'hotel',
    category: 'tour',
    faceFen: 1_000,
    price: { programme: 'COAL-P', points: 1_000 },
    delivery: { kind: 'TICKET' },
  });
  const opened = await open(id, capacity);
  return (opened.data?.['openSlots'] as { slots: Slot[] }).slots[0]?.id ?? '';
};
const open = (item: string, capacity: number, viewer: Viewer = hotel, startsAt = start) =>
  world.ask(
    viewer,
    'mutation ($item: ID!, $slots: [ItemSlotInput!]!) { openSlots(item: $item, slots: $slots) { slots { id capacity remaining } } }',
    { item, slots: [{ startsAt: startsAt.toISOString(), endsAt: at(7_200).toISOString(), capacity }] },
    newKey(),
  );
const left = async (item: string): Promise<number[]> =>
  (await world.get<{ slots: Slot[] }>(viewers.anonymous, `{ item(id: "${item}") { slots { id remaining } } }`)).slots.map(
    ({ remaining }) => remaining,
  );
const guest = (): Viewer => {
  const { uid, viewer } = newMember();
  world.peers.give(uid, 'COAL-P', 5_000);
  return viewer;
};
const redeem = (viewer: Viewer, item: string, slot: string | null, quantity = 1) =>
  world.ask(
    viewer,
    'mutation ($cart: [CartLineInput!]!) { redeem(cart: $cart, cashMaxFen: 0) { __typename ... on Redeemed { redemption { id state lines { slot { id startsAt } } } } ... on ItemClosed { opensAt } } }',
    { cart: [{ item, slot, quantity }] },
    newKey(),
  );
const book = (slot: string, ref: string, pieces = 1, viewer: Viewer = hotel) =>
  world.ask(
    viewer,
    'mutation ($slot: ID!, $ref: String!, $pieces: Int!) { bookSlot(slot: $slot, ref: $ref, pieces: $pieces) { __typename ... on SlotBooked { booking } } }',
    { slot, ref, pieces },
    newKey(),
  );
const typeOf = (answer: { data?: Record<string, unknown> | null }): unknown =>
  (Object.values(answer.data ?? {})[0] as { __typename: string } | undefined)?.__typename;
const codeOf = (answer: { errors?: readonly { extensions?: Record<string, unknown> }[] }): unknown =>
  answer.errors?.[0]?.extensions?.['code'];

test('a guided tour is had in one of its slots: chosen, kept with the order, and free again with its return (B18)', async () => {
  const slot = await tour('tour', 2);
  const viewer = guest();
  expect(codeOf(await redeem(viewer, 'tour', null))).toBe('BAD_INPUT');
  const { data } = await redeem(viewer, 'tour', slot);
  expect(data).toMatchObject({
    redeem: { redemption: { state: 'COMPLETED', lines: [{ slot: { id: slot, startsAt: start.toISOString() } }] } },
  });
  expect(await left('tour')).toEqual([1]);
  expect(typeOf(await redeem(viewer, 'tour', slot, 2))).toBe('SoldOut');
  await world.get(
    hotel,
    'mutation ($id: ID!) { returnLines(redemption: $id, lines: [{ line: 1 }], reason: CHANGED_MIND) { __typename } }',
    { id: (data?.['redeem'] as { redemption: { id: string } }).redemption.id },
    newKey(),
  );
  expect(await left('tour')).toEqual([2]);
});

test('twenty buyers with points and twenty with cash for three places: three have them', async () => {
  const slot = await tour('rush', 3);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => [redeem(guest(), 'rush', slot), book(slot, `cash-${index}`)]).flat(),
  );
  const count = (name: string): number => answers.filter((answer) => typeOf(answer) === name).length;
  expect(count('Redeemed') + count('SlotBooked')).toBe(3);
  expect(count('SoldOut')).toBe(37);
  expect(await left('rush')).toEqual([0]);
  expect(await world.get(guest(), '{ redeemable(filter: { category: "tour" }) { nodes { item { id } state } } }')).toMatchObject({
    nodes: [
      { item: { id: 'rush' }, state: 'SOLD_OUT' },
      { item: { id: 'tour' }, state: 'AVAILABLE' },
    ],
  });
});

test.each`
  seconds | redeemed        | booked
  ${-1}   | ${'Redeemed'}   | ${'SlotBooked'}
  ${0}    | ${'ItemClosed'} | ${'ItemClosed'}
  ${1}    | ${'ItemClosed'} | ${'ItemClosed'}
`('$seconds s from its beginning: $redeemed for points, $booked for cash', async ({ seconds, redeemed, booked }) => {
  const slot = await tour(`edge${(seconds as number) + 1}`, 2);
  await world.setClock(at(seconds as number));
  expect(typeOf(await redeem(guest(), `edge${(seconds as number) + 1}`, slot))).toBe(redeemed);
  expect(typeOf(await book(slot, 'edge'))).toBe(booked);
});

test('a hold keeps its place, and gives it back when it is released or the delivery fails', async () => {
  const slot = await tour('held', 1);
  const viewer = guest();
  const quote = async (): Promise<string> =>
    (
      await world.get<{ quote: { id: string } }>(
        viewer,
        'mutation ($slot: ID!) { quote(cart: [{ item: "held", slot: $slot }]) { ... on Quoted { quote { id } } } }',
        { slot },
        newKey(),
      )
    ).quote.id;
  const { hold } = await world.get<{ hold: { id: string } }>(
    viewer,
    'mutation ($id: ID!) { hold(quoteId: $id, ttl: 60) { ... on Held { hold { id } } } }',
    { id: await quote() },
    newKey(),
  );
  expect(await left('held')).toEqual([0]);
  expect(typeOf(await book(slot, 'late'))).toBe('SoldOut');
  await world.get(viewer, 'mutation ($id: ID!) { release(holdId: $id) { __typename } }', { id: hold.id }, newKey());
  expect(await left('held')).toEqual([1]);
  world.peers.refuseDelivery = 'closed for the day';
  expect(typeOf(await redeem(viewer, 'held', slot))).toBe('DeliveryFailed');
  world.peers.refuseDelivery = null;
  expect(await left('held')).toEqual([1]);
});

test('a cash booking is released once, and a slot takes no less room than is taken', async () => {
  const slot = await tour('cash', 3);
  const booked = (await book(slot, 'S-1', 2)).data?.['bookSlot'] as { booking: string };
  expect(codeOf(await open('cash', 1))).toBe('BAD_INPUT');
  expect((await open('cash', 5)).data).toMatchObject({ openSlots: { slots: [{ id: slot, capacity: 5, remaining: 3 }] } });
  const release = (viewer: Viewer = hotel) =>
    world.ask(
      viewer,
      'mutation ($booking: ID!) { releaseSlot(booking: $booking) { slot { remaining } } }',
      { booking: booked.booking },
      newKey(),
    );
  expect(codeOf(await release(viewers.partner('telecom')))).toBe('FORBIDDEN_OPERATION');
  expect((await release()).data).toEqual({ releaseSlot: { slot: { remaining: 5 } } });
  expect((await release()).data).toEqual({ releaseSlot: { slot: { remaining: 5 } } });
});

test('slots are for the owner of the item to open and sell, and for items they belong to', async () => {
  const slot = await tour('mine', 1);
  const other = await tour('other', 1);
  expect(codeOf(await open('mine', 1, viewers.partner('telecom')))).toBe('FORBIDDEN_OPERATION');
  expect(codeOf(await book(slot, 'x', 1, viewers.partner('telecom')))).toBe('FORBIDDEN_OPERATION');
  expect(codeOf(await redeem(guest(), 'mine', other))).toBe('BAD_INPUT');
  expect(codeOf(await redeem(guest(), 'mine', 'nonsense'))).toBe('BAD_INPUT');
  expect(codeOf(await open('mine', 1, hotel, at(-86_401)))).toBe('BAD_INPUT');
  expect(codeOf(await open('mine', 0))).toBe('BAD_INPUT');
});
