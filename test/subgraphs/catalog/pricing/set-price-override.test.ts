import { viewers } from '../../../support/viewers.js';
import { newKey, newMember, offer, openWorld, type World } from '../world.js';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const admin = viewers.staff('admin');
const setOverride = `mutation ($item: ID!, $points: Points!, $from: DateTime, $until: DateTime!, $reason: String!) {
  setPriceOverride(item: $item, points: $points, from: $from, until: $until, reason: $reason) {
    __typename
    ... on PriceOverrideSet { id replayed item { version price { points } } offer { pointsPrice referencePrice validFrom validUntil priceChangePercent valueChangePercent label } }
    ... on OverlappingOverride { from until }
    ... on Refusal { code message }
  }
}`;
/** As it goes over the wire: dates are text. */
const wire = (input: object): Record<string, unknown> => JSON.parse(JSON.stringify(input)) as Record<string, unknown>;
const set = (input: object, key = newKey(), viewer = admin) =>
  world.get(viewer, setOverride, wire({ reason: 'anniversary', ...input }), key);

const at = (text: string): Date => new Date(text);
const opening = at('2030-05-01T00:00:00+08:00');
const closing = at('2030-06-01T00:00:00+08:00');
const cleaning = {
  id: 'air-con-cleaning',
  name: { zh: '空调清洗', en: 'Air-con cleaning' },
  category: 'cleaning',
  faceFen: 60_000,
  price: { programme: 'AUTO-P', points: 6_000 },
};

describe('M-Chen: 5,000 instead of 6,000 in the anniversary month (A30)', () => {
  const chen = newMember();
  beforeAll(async () => {
    await world.setClock(at('2030-04-20T12:00:00+08:00'));
    world.peers.give(chen.uid, 'AUTO-P', 5_000);
    await offer(world, cleaning);
    expect(await set({ item: cleaning.id, points: 5_000, from: opening, until: closing }, 'anniversary')).toMatchObject({
      __typename: 'PriceOverrideSet',
      replayed: false,
      item: { version: 1, price: { points: 6_000 } },
      offer: { pointsPrice: 5_000, referencePrice: 6_000, priceChangePercent: '-16.67', valueChangePercent: '+20.00' },
    });
  });
  afterAll(() => world.setClock(null));

  const page = `{ item(id: "air-con-cleaning") { version price { points version } valuePerPoint { fen points } poorDeal
    offers { pointsPrice referencePrice validUntil priceChangeBasisPoints valueChangeBasisPoints label } } }`;
  test.each`
    instant    | ms        | points   | state
    ${opening} | ${-1_000} | ${6_000} | ${'MISSING_POINTS'}
    ${opening} | ${0}      | ${5_000} | ${'AVAILABLE'}
    ${opening} | ${1_000}  | ${5_000} | ${'AVAILABLE'}
    ${closing} | ${-1_000} | ${5_000} | ${'AVAILABLE'}
    ${closing} | ${0}      | ${6_000} | ${'MISSING_POINTS'}
    ${closing} | ${1_000}  | ${6_000} | ${'MISSING_POINTS'}
  `('$ms ms from the boundary: $points everywhere, $state', async ({ instant, ms, points, state }) => {
    await world.setClock(new Date((instant as Date).getTime() + (ms as number)));
    const item = await world.get<{ version: number; offers: unknown[] }>(viewers.anonymous, page);
    const { nodes } = await world.get<{ nodes: object[] }>(viewers.anonymous, '{ items { nodes { id version price { points } } } }');
    const list = await world.get<{ nodes: object[] }>(
      chen.viewer,
      '{ redeemable(filter: { category: "cleaning" }) { nodes { price { points version } state } } }',
    );
    expect(item).toMatchObject({
      price: { points, version: item.version },
      valuePerPoint: points === 5_000 ? { fen: 12, points: 1 } : { fen: 10, points: 1 },
      poorDeal: false,
    });
    expect(item.offers).toEqual(
      points === 5_000
        ? [
            {
              pointsPrice: 5_000,
              referencePrice: 6_000,
              validUntil: closing.toISOString(),
              priceChangeBasisPoints: -1667,
              valueChangeBasisPoints: 2000,
              label: 'price in points -16.67 %, worth of a point +20.00 %',
            },
          ]
        : [],
    );
    expect(nodes).toEqual([{ id: cleaning.id, version: item.version, price: { points } }]);
    expect(list.nodes).toEqual([{ price: { points, version: item.version }, state }]);
    const split = await world.get(
      chen.viewer,
      '{ split(cart: [{ item: "air-con-cleaning" }]) { ... on SplitAnswer { cashFen legs { points } } } }',
    );
    expect(split).toMatchObject({ cashFen: points === 5_000 ? 0 : 10_000, legs: [{ points: 5_000 }] });
    const quote = await world.get<{ quote?: { version: number } }>(
      chen.viewer,
      'mutation { quote(cart: [{ item: "air-con-cleaning" }], cashMaxFen: 0) { __typename ... on Quoted { quote { version legs { points } } } ... on InsufficientPoints { missing } } }',
      {},
      newKey(),
    );
    expect(quote).toMatchObject(
      points === 5_000
        ? { quote: { version: item.version, legs: [{ points: 5_000 }] } }
        : { __typename: 'InsufficientPoints', missing: 1_000 },
    );
  });

  test('a quote of the last second keeps its price, and is redeemed at it after the month', async () => {
    await world.setClock(new Date(closing.getTime() - 1_000));
    const { quote } = await world.get<{ quote: { id: string } }>(
      chen.viewer,
      'mutation { quote(cart: [{ item: "air-con-cleaning" }], cashMaxFen: 0) { ... on Quoted { quote { id } } } }',
      {},
      newKey(),
    );
    await world.setClock(new Date(closing.getTime() + 60_000));
    const redeemed = await world.get(
      chen.viewer,
      'mutation ($quote: ID!) { redeem(quoteId: $quote) { __typename ... on Redeemed { redemption { state legs { points } lines { item { price { points } } } } } } }',
      { quote: quote.id },
      newKey(),
    );
    expect(redeemed).toMatchObject({
      redemption: { state: 'COMPLETED', legs: [{ points: 5_000 }], lines: [{ item: { price: { points: 5_000 } } }] },
    });
  });

  test('every price that ever was is there, with who set it and why', async () => {
    const { priceVersions } = await world.get<{ priceVersions: object[] }>(
      viewers.partnerStaff('automotive'),
      '{ item(id: "air-con-cleaning") { priceVersions { version points cause author reason } } }',
    );
    expect(priceVersions).toEqual([
      { version: 2, points: 5_000, cause: 'OVERRIDE', author: 'staff:staff-admin', reason: 'anniversary' },
      { version: 1, points: 6_000, cause: 'SAVED', author: 'partner:automotive', reason: null },
    ]);
  });
});

describe('what can be set', () => {
  const from = at('2031-01-01T00:00:00Z');
  const until = at('2031-02-01T00:00:00Z');
  beforeAll(async () => {
    await offer(world, { ...cleaning, id: 'other' });
    await set({ item: 'other', points: 5_000, from, until }, 'other');
  });

  test.each`
    what                 | from                      | until                     | answer
    ${'the same'}        | ${from}                   | ${until}                  | ${'OverlappingOverride'}
    ${'its last second'} | ${'2031-01-31T23:59:59Z'} | ${'2031-03-01T00:00:00Z'} | ${'OverlappingOverride'}
    ${'around it'}       | ${'2030-12-01T00:00:00Z'} | ${'2031-03-01T00:00:00Z'} | ${'OverlappingOverride'}
    ${'right after it'}  | ${until}                  | ${'2031-03-01T00:00:00Z'} | ${'PriceOverrideSet'}
    ${'right before it'} | ${'2030-12-01T00:00:00Z'} | ${from}                   | ${'PriceOverrideSet'}
  `('$what: $answer', async ({ from: start, until: end, answer }) => {
    expect(await set({ item: 'other', points: 4_000, from: start, until: end })).toMatchObject({ __typename: answer });
  });

  test('twenty at once for the same time: one is set', async () => {
    await offer(world, { ...cleaning, id: 'crowded' });
    const answers = await Promise.all(Array.from({ length: 20 }, () => set({ item: 'crowded', points: 5_000, from, until })));
    expect(answers.filter(({ __typename }) => __typename === 'PriceOverrideSet')).toHaveLength(1);
  });

  test('the same key again is the same answer; another body is a conflict', async () => {
    expect(await set({ item: 'other', points: 5_000, from, until }, 'other')).toMatchObject({ replayed: true });
    const body = wire({ item: 'other', points: 4_999, from, until, reason: 'anniversary' });
    const { errors } = await world.ask(admin, setOverride, body, 'other');
    expect(errors?.[0]?.extensions?.['code']).toBe('IDEMPOTENCY_CONFLICT');
  });

  test.each`
    what                         | viewer                             | input                                | code
    ${'an unknown item'}         | ${admin}                           | ${{ item: 'nothing' }}               | ${'BAD_INPUT'}
    ${'no points'}               | ${admin}                           | ${{ points: 0 }}                     | ${'BAD_INPUT'}
    ${'no reason'}               | ${admin}                           | ${{ reason: ' ' }}                   | ${'BAD_INPUT'}
    ${'an end in the past'}      | ${admin}                           | ${{ until: '2020-01-01T00:00:00Z' }} | ${'BAD_INPUT'}
    ${"another partner's staff"} | ${viewers.partnerStaff('telecom')} | ${{}}                                | ${'FORBIDDEN_OPERATION'}
    ${'a member'}                | ${newMember().viewer}              | ${{}}                                | ${'FORBIDDEN_FIELD'}
  `('$what: $code', async ({ viewer, input, code }) => {
    const body = { item: 'other', points: 3_000, until: '2040-01-01T00:00:00Z', reason: 'x', ...(input as object) };
    const { errors } = await world.ask(viewer, setOverride, body, newKey());
    expect(errors?.[0]?.extensions?.['code']).toBe(code);
  });

  test('an item that is saved anew keeps its special price, on the new item', async () => {
    await world.setClock(at('2030-04-01T00:00:00+08:00'));
    await offer(world, { ...cleaning, id: 'renewed' });
    await world.setClock(at('2030-04-08T00:00:00+08:00'));
    await set({ item: 'renewed', points: 5_000, until: '2099-01-01T00:00:00Z' });
    await offer(world, {
      ...cleaning,
      id: 'renewed',
      name: { zh: '深度清洗', en: 'Deep cleaning' },
      price: { programme: 'AUTO-P', points: 7_000 },
    });
    expect(
      await world.get(viewers.anonymous, '{ item(id: "renewed") { version name { en } price { points } offers { referencePrice } } }'),
    ).toEqual({
      version: 4,
      name: { en: 'Deep cleaning' },
      price: { points: 5_000 },
      offers: [{ referencePrice: 6_000 }],
    });
    await world.setClock(null);
  });

  test('a price that was saved for the sake of a special one is no reference, and nothing is said to have changed', async () => {
    await world.setClock(at('2030-04-01T10:00:00+08:00'));
    await offer(world, { ...cleaning, id: 'puffed', price: { programme: 'AUTO-P', points: 60_000 } });
    const nothing = { referencePrice: null, priceChangePercent: null, valueChangePercent: null, label: null };
    const input = { item: 'puffed', points: 6_000, from: '2030-04-01T10:01:00+08:00', until: '2030-05-01T00:00:00+08:00' };
    expect(await set(input)).toMatchObject({ __typename: 'PriceOverrideSet', offer: { pointsPrice: 6_000, ...nothing } });
    await world.setClock(at('2030-04-01T10:01:00+08:00'));
    expect(
      await world.get(
        viewers.anonymous,
        '{ item(id: "puffed") { price { points } offers { referencePrice priceChangePercent valueChangePercent label } } }',
      ),
    ).toEqual({ price: { points: 6_000 }, offers: [nothing] });
    await world.setClock(null);
  });

  describe('a price at which nobody could have the item is no reference either', () => {
    const special = { points: 5_000, from: '2030-04-10T00:00:00+08:00', until: '2030-05-01T00:00:00+08:00' };
    const referenceOf = async (item: string): Promise<unknown> => {
      const { offer: shown } = await set({ item, ...special });
      return (shown as { referencePrice: number | null }).referencePrice;
    };
    const withdraw = (item: string) =>
      world.get(
        viewers.partner('automotive'),
        'mutation ($item: ID!) { withdrawItem(item: $item, reason: { zh: "停", en: "off" }) { withdrawal { cause } } }',
        { item },
        newKey(),
      );
    const dear = (id: string, more: object = {}) =>
      offer(world, { ...cleaning, id, category: 'repair', price: { programme: 'AUTO-P', points: 99_999 }, ...more });
    beforeEach(() => world.setClock(at('2030-04-01T00:00:00+08:00')));
    afterAll(() => world.setClock(null));

    test('it opened later, or was closed', async () => {
      await dear('opens-late', { opensAt: special.from });
      expect(await referenceOf('opens-late')).toBeNull();
      await dear('opens-in-time', { opensAt: '2030-04-03T00:00:00+08:00' });
      expect(await referenceOf('opens-in-time')).toBe(99_999);
      await dear('closes', { closesAt: '2030-04-02T00:00:00+08:00' });
      await world.setClock(at('2030-04-05T00:00:00+08:00'));
      await dear('closes');
      expect(await referenceOf('closes')).toBeNull();
    });

    test('it was off the list in between, saved again by its owner or put back by the operator', async () => {
      for (const item of ['saved-again', 'put-back', 'long-ago']) {
        await dear(item);
        await withdraw(item);
      }
      await world.setClock(at('2030-04-04T00:00:00+08:00'));
      for (const item of ['saved-again', 'long-ago']) await dear(item);
      await world.get(admin, 'mutation { relistItem(item: "put-back") { item { id } } }', {}, newKey());
      expect([await referenceOf('saved-again'), await referenceOf('put-back')]).toEqual([null, null]);
      await world.setClock(at('2030-04-12T00:00:00+08:00'));
      const later = { ...special, from: '2030-04-12T00:00:00+08:00' };
      expect(await set({ item: 'long-ago', ...later })).toMatchObject({ offer: { referencePrice: 99_999 } });
    });
  });
});

test('a point that is worth less on an item than elsewhere is said so: 0.05 for the insurance coupon (I5)', async () => {
  await offer(world, { ...cleaning, id: 'insurance', faceFen: 100_000, price: { programme: 'AUTO-P', points: 20_000 } });
  const { nodes } = await world.get<{ nodes: object[] }>(
    viewers.anonymous,
    '{ items(filter: { category: "cleaning" }, first: 3) { nodes { id poorDeal valuePerPoint { fen points } } } }',
  );
  expect(nodes).toContainEqual({ id: 'insurance', poorDeal: true, valuePerPoint: { fen: 5, points: 1 } });
  world.peers.weather = () => 'lostCall';
  const { data, errors } = await world.ask(viewers.anonymous, '{ item(id: "insurance") { poorDeal price { points } } }');
  world.peers.weather = () => 'fine';
  expect({ data, code: errors?.[0]?.extensions?.['code'] }).toEqual({
    data: { item: { poorDeal: null, price: { points: 20_000 } } },
    code: 'SUBGRAPH_UNAVAILABLE',
  });
});
