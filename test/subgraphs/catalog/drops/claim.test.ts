import { viewers } from '../../../support/viewers.js';
import { newKey, newMember, offer, openWorld, type World } from '../world.js';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  world.peers.trades.set('coalition', null);
});
afterAll(() => world.close());
beforeEach(() => world.setClock(new Date('2030-01-28T12:00:00+08:00')));

const coalition = viewers.partner('coalition');
const opensAt = new Date('2030-02-01T10:00:00+08:00');
const dayMs = 86_400_000;
const clock = (ms: number) => world.setClock(new Date(opensAt.getTime() + ms));

const create = `mutation ($item: ID!, $stock: Int!, $opensAt: DateTime!, $priorityQuota: Int!, $perMember: Int!) {
  createDrop(item: $item, stock: $stock, opensAt: $opensAt, priorityQuota: $priorityQuota, perMember: $perMember) {
    __typename ... on DropCreated { drop { id stock opensAt priority { opensAt quota } } replayed } ... on Refusal { code } } }`;
const claimDocument = `mutation ($drop: ID!) { claim(drop: $drop, cashMaxFen: 0) { __typename
  ... on Claimed { order { id state legs { points } } replayed } ... on NotOpen { opensAt } ... on QuotaUsed { opensAt }
  ... on LimitReached { limit } ... on SoldOut { item } ... on InsufficientPoints { missing } ... on Refusal { code message } } }`;

let boxes = 0;
async function newDrop(
  terms: { stock?: number; priorityQuota?: number; perMember?: number; shelf?: number | null } = {},
): Promise<{ item: string; drop: string }> {
  boxes += 1;
  const item = `box-${boxes}`;
  const { shelf = 10, ...rest } = terms;
  await offer(world, {
    id: item,
    owner: 'coalition',
    name: { zh: '年货礼盒', en: 'New-Year box' },
    faceFen: 5_000,
    price: { programme: 'COAL-P', points: 5_000 },
    delivery: { kind: 'GOODS' },
    stock: shelf,
  });
  const input = { item, stock: 3, priorityQuota: 2, perMember: 1, ...rest, opensAt: opensAt.toISOString() };
  const { drop } = await world.get<{ drop: { id: string } }>(coalition, create, input, newKey());
  return { item, drop: drop.id };
}
const funded = (trusted = false, points = 5_000) => {
  const member = newMember();
  world.peers.give(member.uid, 'COAL-P', points);
  if (trusted) world.peers.trusted.add(member.uid);
  return member;
};
const claim = ({ viewer }: ReturnType<typeof funded>, drop: string, key = newKey()) => world.get(viewer, claimDocument, { drop }, key);
const left = async (drop: string) => (await world.get<{ stock: number }>(viewers.anonymous, `{ drop(id: "${drop}") { stock } }`)).stock;

test('three boxes, two for the trusted in the 24 hours before; one second before, at and after each opening (A9)', async () => {
  const { drop, item } = await newDrop();
  const [first, second, third] = [funded(true), funded(true), funded(true)];
  const everybody = funded();
  await clock(-dayMs - 1_000);
  expect(await claim(first, drop)).toMatchObject({ __typename: 'NotOpen', opensAt: new Date(opensAt.getTime() - dayMs).toISOString() });
  await clock(-dayMs);
  expect(await claim(first, drop, 'first')).toMatchObject({
    __typename: 'Claimed',
    order: { state: 'COMPLETED', legs: [{ points: 5_000 }] },
    replayed: false,
  });
  expect(await claim(first, drop, 'first')).toMatchObject({ __typename: 'Claimed', replayed: true });
  expect(await claim(everybody, drop)).toMatchObject({ __typename: 'NotOpen', opensAt: opensAt.toISOString() });
  await clock(-1_000);
  expect(await claim(second, drop)).toMatchObject({ __typename: 'Claimed' });
  expect(await claim(third, drop)).toMatchObject({ __typename: 'QuotaUsed', opensAt: opensAt.toISOString() });
  expect(await left(drop)).toBe(1);
  await clock(0);
  expect(await claim(second, drop)).toMatchObject({ __typename: 'LimitReached', limit: 1 });
  expect(await claim(everybody, drop)).toMatchObject({ __typename: 'Claimed' });
  expect(await claim(third, drop)).toMatchObject({ __typename: 'SoldOut', item });
  expect(world.peers.pointsOf(third.uid, 'COAL-P')).toEqual({ available: 5_000, held: 0, burned: 0 });
  expect(await left(drop)).toBe(0);
});

test("what the trusted left is everybody's", async () => {
  const { drop } = await newDrop();
  await clock(0);
  const answers = [await claim(funded(), drop), await claim(funded(), drop), await claim(funded(), drop), await claim(funded(), drop)];
  expect(answers.map(({ __typename }) => __typename)).toEqual(['Claimed', 'Claimed', 'Claimed', 'SoldOut']);
});

test('a drop of an item that left the list is still shown, without the item', async () => {
  const { drop, item } = await newDrop();
  const withdraw = 'mutation ($item: ID!) { withdrawItem(item: $item, reason: { zh: "停", en: "off" }) { withdrawal { cause } } }';
  await world.get(coalition, withdraw, { item }, newKey());
  expect(await world.get(viewers.anonymous, `{ drop(id: "${drop}") { stock item { id } } }`)).toEqual({ stock: 3, item: null });
});

test('fifty at once for the last pieces: as many as there are, and nobody else loses a point', async () => {
  const { drop, item } = await newDrop({ priorityQuota: 0 });
  await clock(0);
  const members = Array.from({ length: 50 }, () => funded());
  const answers = await Promise.all(members.map((member) => claim(member, drop)));
  const count = (name: string): number => answers.filter(({ __typename }) => __typename === name).length;
  await world.resume();
  expect([count('Claimed'), count('SoldOut')]).toEqual([3, 47]);
  expect(members.filter(({ uid }) => world.peers.pointsOf(uid, 'COAL-P').available === 5_000)).toHaveLength(47);
  expect(await world.stock(item)).toBe(7);
});

test('one member, twenty at once: as many as one can have', async () => {
  const { drop } = await newDrop({ priorityQuota: 0, perMember: 2 });
  await clock(0);
  const greedy = funded(false, 100_000);
  const answers = await Promise.all(Array.from({ length: 20 }, () => claim(greedy, drop)));
  expect(answers.filter(({ __typename }) => __typename === 'Claimed')).toHaveLength(2);
});

test('a claim that comes to nothing gives its piece back', async () => {
  const { drop } = await newDrop({ stock: 1, priorityQuota: 0 });
  await clock(0);
  world.peers.refuseDelivery = 'the box is broken';
  expect(await claim(funded(), drop)).toMatchObject({ __typename: 'DeliveryFailed' });
  world.peers.refuseDelivery = null;
  expect(await claim(funded(false, 4_999), drop)).toMatchObject({ __typename: 'InsufficientPoints', missing: 1 });
  expect(await left(drop)).toBe(1);
  expect(await claim(funded(), drop)).toMatchObject({ __typename: 'Claimed' });
});

test('until the drop closes, the item is to be had in no other way; after it, in every way', async () => {
  const { item } = await newDrop({ priorityQuota: 0 });
  const member = funded();
  const quote = () =>
    world.get(
      member.viewer,
      'mutation ($item: ID!) { quote(cart: [{ item: $item }]) { __typename ... on ItemClosed { opensAt } } }',
      { item },
      newKey(),
    );
  const state = async () =>
    (
      await world.get<{ nodes: { item: { id: string }; state: string; opensAt: string | null }[] }>(
        member.viewer,
        '{ redeemable(first: 100) { nodes { item { id } state opensAt } } }',
      )
    ).nodes.find((node) => node.item.id === item);
  expect(await quote()).toEqual({ __typename: 'ItemClosed', opensAt: opensAt.toISOString() });
  expect(await state()).toMatchObject({ state: 'CLOSED', opensAt: opensAt.toISOString() });
  expect(await world.get(viewers.anonymous, `{ item(id: "${item}") { drop { total perMember priority { quota } } } }`)).toEqual({
    drop: { total: 3, perMember: 1, priority: null },
  });
  await clock(30 * dayMs - 1_000);
  expect(await quote()).toEqual({ __typename: 'ItemClosed', opensAt: null });
  await clock(30 * dayMs);
  expect(await quote()).toMatchObject({ __typename: 'Quoted' });
});

describe('a quote of before', () => {
  const box = async (): Promise<{ item: string; member: ReturnType<typeof funded>; quote: string }> => {
    const item = `quoted-${newKey()}`;
    await offer(world, { id: item, owner: 'coalition', faceFen: 5_000, price: { programme: 'COAL-P', points: 5_000 }, stock: 3 });
    const member = funded();
    const quoted = await world.get<{ quote: { id: string } }>(
      member.viewer,
      'mutation ($item: ID!) { quote(cart: [{ item: $item }]) { ... on Quoted { quote { id } } } }',
      { item },
      newKey(),
    );
    return { item, member, quote: quoted.quote.id };
  };
  const drop = (item: string, at: Date): Promise<unknown> =>
    world.get(coalition, create, { item, stock: 3, opensAt: at.toISOString(), priorityQuota: 0, perMember: 1 }, newKey());
  const redeemIt = 'mutation ($quote: ID!) { redeem(quoteId: $quote) { __typename ... on QuoteExpired { newQuote { id } } } }';
  const holdIt = 'mutation ($quote: ID!) { hold(quoteId: $quote, ttl: 60) { __typename ... on QuoteExpired { newQuote { id } } } }';

  test.each([redeemIt, holdIt])('takes nothing out of a drop that was made since: %s', async (document) => {
    const { item, member, quote } = await box();
    await drop(item, opensAt);
    expect(await world.get(member.viewer, document, { quote }, newKey())).toEqual({ __typename: 'QuoteExpired', newQuote: null });
    expect(world.peers.pointsOf(member.uid, 'COAL-P')).toEqual({ available: 5_000, held: 0, burned: 0 });
    expect(await world.stock(item)).toBe(3);
  });

  test.each`
    ms        | answer
    ${-1_000} | ${'QuoteExpired'}
    ${0}      | ${'Redeemed'}
    ${1_000}  | ${'Redeemed'}
  `('is used $ms ms from the end of the drop: $answer', async ({ ms, answer }) => {
    const { item, member, quote } = await box();
    const closesAt = new Date('2030-01-28T12:05:00+08:00');
    await world.get(
      coalition,
      `mutation ($item: ID!, $opensAt: DateTime!, $closesAt: DateTime!) {
        createDrop(item: $item, stock: 3, opensAt: $opensAt, closesAt: $closesAt, priorityQuota: 0, perMember: 1) { __typename } }`,
      { item, opensAt: '2030-01-28T12:01:00+08:00', closesAt: closesAt.toISOString() },
      newKey(),
    );
    await world.setClock(new Date(closesAt.getTime() + (ms as number)));
    expect(await world.get(member.viewer, redeemIt, { quote }, newKey())).toMatchObject({ __typename: answer });
  });

  test('was used before the drop was made: what it started goes on', async () => {
    const { item, member, quote } = await box();
    const held = await world.get<{ hold: { id: string } }>(
      member.viewer,
      'mutation ($quote: ID!) { hold(quoteId: $quote, ttl: 60) { __typename ... on Held { hold { id } } } }',
      { quote },
      newKey(),
    );
    expect(held).toMatchObject({ __typename: 'Held' });
    await world.get(coalition, create, { item, stock: 2, opensAt: opensAt.toISOString(), priorityQuota: 0, perMember: 1 }, newKey());
    expect(
      await world.get(member.viewer, 'mutation ($hold: ID!) { capture(holdId: $hold) { __typename } }', { hold: held.hold.id }, newKey()),
    ).toEqual({
      __typename: 'Captured',
    });
  });
});

test('who is eligible is told to the member itself, and to nobody else', async () => {
  const { drop } = await newDrop();
  const asked = `{ drop(id: "${drop}") { stock total opensAt priority { opensAt quota eligible } } }`;
  const eligible = async (viewer: typeof coalition | typeof viewers.anonymous) =>
    (await world.get<{ priority: { eligible: boolean | null } }>(viewer, asked)).priority.eligible;
  expect([
    await eligible(funded(true).viewer),
    await eligible(funded().viewer),
    await eligible(coalition),
    await eligible(viewers.anonymous),
  ]).toEqual([true, false, null, null]);
});

test.each`
  what                      | input                                  | answer
  ${'a second drop'}        | ${{}}                                  | ${'ITEM_IN_DROP'}
  ${'an unknown item'}      | ${{ item: 'nothing' }}                 | ${'BAD_INPUT'}
  ${'more than there is'}   | ${{ item: 'few', stock: 2 }}           | ${'BAD_INPUT'}
  ${'no stock'}             | ${{ stock: 0 }}                        | ${'BAD_INPUT'}
  ${'over before it began'} | ${{ opensAt: '2020-01-01T00:00:00Z' }} | ${'BAD_INPUT'}
  ${'too large a quota'}    | ${{ priorityQuota: 4 }}                | ${'BAD_INPUT'}
`('$what: $answer', async ({ input, answer }) => {
  const { item } = await newDrop();
  await offer(world, { id: 'few', owner: 'coalition', stock: 1 });
  const variables = { item, stock: 3, opensAt: opensAt.toISOString(), priorityQuota: 0, perMember: 1, ...(input as object) };
  const { data, errors } = await world.ask(coalition, create, variables, newKey());
  expect(errors?.[0]?.extensions?.['code'] ?? (data?.['createDrop'] as { code: string }).code).toBe(answer);
});
