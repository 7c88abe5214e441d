import type { Viewer } from '../../../../schema/viewer.js';
import { viewers } from '../../../support/viewers.js';
import { maintenance, newKey, newMember, offer, openWorld, type World } from '../world.js';

let world: World;
const admin = viewers.staff('admin');
const start = new Date('2031-05-01T00:00:00+08:00');
const end = new Date('2031-06-01T00:00:00+08:00');
const at = (instant: Date, seconds = 0): Promise<void> => world.setClock(new Date(instant.getTime() + seconds * 1_000));
beforeAll(async () => {
  world = await openWorld();
  await at(start, -86_400 * 30);
  const goods = { owner: 'shop', delivery: { kind: 'GOODS' }, faceFen: 10_000, price: { programme: 'COAL-P', points: 10_000 } };
  await offer(world, { ...maintenance, ...goods, id: 'jeans', category: 'jeans' });
  await offer(world, { ...maintenance, ...goods, id: 'new-style', category: 'jeans-new', maxPointsShareBasisPoints: 2_000 });
  await offer(world, { ...maintenance, ...goods, id: 'for-all', category: 'shirts', maxPointsShareBasisPoints: 3_000 });
  expect((await create({})).data).toEqual({ createTargetedOffer: { id: 'new-jeans' } });
});
afterAll(() => world.close());
beforeEach(() => at(start));

const create = (input: object, viewer: Viewer = admin) =>
  world.ask(
    viewer,
    'mutation ($input: TargetedOfferInput!) { createTargetedOffer(input: $input) { ... on TargetedOfferCreated { id } ... on OfferTaken { code } } }',
    {
      input: {
        id: 'new-jeans',
        owner: 'shop',
        item: 'new-style',
        alternative: 'for-all',
        category: 'jeans',
        windowDays: 90,
        maxPointsShareBasisPoints: 5_000,
        startsAt: start.toISOString(),
        endsAt: end.toISOString(),
        ...input,
      },
    },
    newKey(),
  );
const buy = (viewer: Viewer, cart: object) =>
  world.ask(
    viewer,
    'mutation ($cart: [CartLineInput!]!) { redeem(cart: $cart) { __typename ... on Redeemed { redemption { id cashFen } } } }',
    { cart: [cart] },
    newKey(),
  );

/** Somebody with points, who bought jeans 30 days before the offer, or did not; and agreed to a profile, or did not. */
const somebody = async ({ jeans = true, agreed = true } = {}) => {
  const { uid, viewer } = newMember();
  world.peers.give(uid, 'COAL-P', 30_000);
  if (agreed) world.peers.profiled.add(`${uid} shop`);
  await at(start, -86_400 * 30);
  if (jeans) expect((await buy(viewer, { item: 'jeans' })).data).toMatchObject({ redeem: { redemption: { cashFen: 0 } } });
  await at(start);
  return { uid, viewer };
};
const offersFor = (viewer: Viewer, personalised = true) =>
  world.get(
    viewer,
    'query ($personalised: Boolean!) { offersFor(owner: "shop", personalised: $personalised) { offer item { id } maxPointsShareBasisPoints personalised reason validUntil } }',
    { personalised },
  );
const personal = {
  offer: 'new-jeans',
  item: { id: 'new-style' },
  maxPointsShareBasisPoints: 5_000,
  personalised: true,
  reason: 'Because you took something of this category here: jeans',
  validUntil: end.toISOString(),
};
const forAll = {
  offer: null,
  item: { id: 'for-all' },
  maxPointsShareBasisPoints: 3_000,
  personalised: false,
  reason: null,
  validUntil: end.toISOString(),
};

test('who bought jeans is offered the new style, half of it for points; who wants nothing personal gets what everybody gets (A21)', async () => {
  const { viewer } = await somebody();
  expect(await offersFor(viewer)).toEqual([personal]);
  expect(await offersFor(viewer, false)).toEqual([forAll]);
  expect((await buy(viewer, { item: 'new-style', offer: 'new-jeans' })).data).toMatchObject({ redeem: { redemption: { cashFen: 5_000 } } });
  expect((await buy(viewer, { item: 'new-style' })).data).toMatchObject({ redeem: { redemption: { cashFen: 8_000 } } });
});

test.each([
  ['who never agreed', { agreed: false }],
  ['who bought none', { jeans: false }],
])('%s is offered what everybody is, and cannot name the offer', async (_who, facts) => {
  const { viewer } = await somebody(facts);
  expect(await offersFor(viewer)).toEqual([forAll]);
  expect((await buy(viewer, { item: 'new-style', offer: 'new-jeans' })).errors?.[0]?.extensions?.['code']).toBe('BAD_INPUT');
});

test('a withdrawal holds from the next request; a quote of before keeps its split, and is made anew without the offer', async () => {
  const { uid, viewer } = await somebody();
  const { quote } = await world.get<{ quote: { id: string } }>(
    viewer,
    'mutation { quote(cart: [{ item: "new-style", offer: "new-jeans" }]) { ... on Quoted { quote { id cashFen } } } }',
    {},
    newKey(),
  );
  expect(quote).toMatchObject({ cashFen: 5_000 });
  world.peers.profiled.delete(`${uid} shop`);
  expect(await offersFor(viewer)).toEqual([forAll]);
  await at(start, 600);
  expect(
    await world.get(
      viewer,
      'mutation ($id: ID!) { redeem(quoteId: $id) { __typename ... on QuoteExpired { newQuote { cashFen } } } }',
      { id: quote.id },
      newKey(),
    ),
  ).toEqual({ __typename: 'QuoteExpired', newQuote: { cashFen: 8_000 } });
});

test.each`
  from     | seconds | offers
  ${start} | ${-1}   | ${[]}
  ${start} | ${0}    | ${[personal]}
  ${end}   | ${-1}   | ${[personal]}
  ${end}   | ${0}    | ${[]}
`('$seconds s from $from', async ({ from, seconds, offers }) => {
  const { viewer } = await somebody();
  await at(from as Date, seconds as number);
  expect(await offersFor(viewer)).toEqual(offers);
});

test('what was bought counts for the window and no longer, and not once it is back', async () => {
  await create({ id: 'window', windowDays: 30, category: 'jeans' });
  const { viewer } = await somebody();
  const shown = async () => ((await offersFor(viewer)) as unknown as { offer: string | null }[]).map(({ offer: id }) => id);
  expect(await shown()).toEqual(['new-jeans', null]);
  await at(start, -1);
  expect(await shown()).toEqual([]);
  const [bought] = await world.sql<{ id: string }>('select id from catalog.redemption where member_uid = $1', [viewer.uid]);
  await world.get(
    viewers.partner('shop'),
    'mutation ($id: ID!) { returnLines(redemption: $id, lines: [{ line: 1 }], reason: FAULTY) { __typename } }',
    { id: bought?.id },
    newKey(),
  );
  await at(start);
  expect(await shown()).toEqual([null]);
});

test('offers are of the own items, whole and never twice', async () => {
  const codeOf = async (answer: ReturnType<typeof create>) => (await answer).errors?.[0]?.extensions?.['code'];
  expect((await create({})).data).toEqual({ createTargetedOffer: { code: 'OFFER_TAKEN' } });
  expect(await codeOf(create({ id: 'x', alternative: 'nothing' }))).toBe('BAD_INPUT');
  expect(await codeOf(create({ id: 'x', owner: 'telecom' }))).toBe('BAD_INPUT');
  expect(await codeOf(create({ id: 'x', endsAt: start.toISOString() }))).toBe('BAD_INPUT');
  expect(await codeOf(create({ id: 'x', maxPointsShareBasisPoints: 10_001 }))).toBe('BAD_INPUT');
  expect(await codeOf(create({ id: 'x' }, viewers.partner('shop')))).toBe('FORBIDDEN_FIELD');
});
