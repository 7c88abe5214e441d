import type { Viewer } from '../../../../schema/viewer.js';
import { stepsOf } from '../../../../subgraphs/catalog/ladders/ladder.js';
import { viewers } from '../../../support/viewers.js';
import { dataPack, newKey, newMember, offer, openWorld, type World } from '../world.js';

test.each`
  points     | missing
  ${0n}      | ${'small 1000, appliance 20000, travel 50000'}
  ${999n}    | ${'small 1, appliance 19001, travel 49001'}
  ${1_000n}  | ${'small 0, appliance 19000, travel 49000'}
  ${1_001n}  | ${'small 0, appliance 18999, travel 48999'}
  ${99_999n} | ${'small 0, appliance 0, travel 0'}
`('with $points points: $missing', ({ points, missing }) => {
  const rungs = ['travel', 'gone', 'small', 'appliance'].map((item) => ({ item, thresholdPoints: item === 'travel' ? 50_000n : null }));
  const prices = new Map([
    ['small', 1_000n],
    ['travel', 60_000n],
    ['appliance', 20_000n],
  ]);
  expect(
    stepsOf(rungs, prices, points as bigint)
      .map((step) => `${step.item} ${step.missing}`)
      .join(', '),
  ).toBe(missing);
});

describe('over the graph (B24)', () => {
  let world: World;
  const telecom = viewers.partner('telecom');
  beforeAll(async () => {
    world = await openWorld();
    for (const [id, points] of [
      ['bill-10', 1_000],
      ['kettle', 20_000],
      ['travel', 50_000],
    ] as const)
      await offer(world, { ...dataPack, id, price: { programme: 'TEL-P', points } });
  });
  afterAll(() => world.close());

  const set = (input: object, viewer: Viewer = telecom) =>
    world.ask(
      viewer,
      'mutation ($owner: ID, $programme: ID!, $basis: LadderBasis! = BALANCE, $rungs: [LadderRungInput!]!, $windowDays: Int) { setLadder(owner: $owner, programme: $programme, basis: $basis, rungs: $rungs, windowDays: $windowDays) { owner { id } } }',
      { programme: 'TEL-P', rungs: [{ item: 'travel' }, { item: 'bill-10' }, { item: 'kettle' }], ...input },
      newKey(),
    );
  const read = (viewer: Viewer, ref: string | null = null) =>
    world.ask(
      viewer,
      'query ($ref: String) { ladder(owner: "telecom", memberRef: $ref) { basis points rungs { item { id } missing } next { item { id } threshold missing } } }',
      { ref },
    );

  test('a member reads what is missing to the next rung, of the points at hand or of all it ever earned', async () => {
    const { uid, viewer } = newMember();
    world.peers.give(uid, 'TEL-P', 1_500);
    world.peers.earned.set(`${uid} TEL-P`, 30_000);
    expect((await read(viewer)).data).toEqual({ ladder: null });
    expect((await set({})).data).toEqual({ setLadder: { owner: { id: 'telecom' } } });
    expect((await read(viewer)).data).toEqual({
      ladder: {
        basis: 'BALANCE',
        points: 1_500,
        rungs: [
          { item: { id: 'bill-10' }, missing: 0 },
          { item: { id: 'kettle' }, missing: 18_500 },
          { item: { id: 'travel' }, missing: 48_500 },
        ],
        next: { item: { id: 'kettle' }, threshold: 20_000, missing: 18_500 },
      },
    });
    await set({ basis: 'LIFETIME' });
    expect((await read(viewer)).data).toMatchObject({ ladder: { points: 30_000, next: { item: { id: 'travel' }, missing: 20_000 } } });
    world.peers.refs.set('telecom/M-1', uid);
    expect((await read(telecom, 'M-1')).data).toMatchObject({ ladder: { points: 30_000 } });
  });

  test.each`
    seconds | purchases | missing
    ${-1}   | ${3}      | ${'bill-10 0, kettle 2'}
    ${0}    | ${2}      | ${'bill-10 1, kettle 3'}
    ${1}    | ${2}      | ${'bill-10 1, kettle 3'}
  `('$seconds s from thirty days after the first of three purchases $purchases of them count', async ({ seconds, purchases, missing }) => {
    const { uid, viewer } = newMember();
    const days = (n: number): Date => new Date(Date.parse('2026-11-01T02:00:00Z') + n * 86_400_000);
    world.peers.purchases.set(
      `${uid} telecom`,
      [0, 10, 20].map((n) => days(n).toISOString()),
    );
    await world.setClock(new Date(days(30).getTime() + (seconds as number) * 1_000));
    const rungs = [
      { item: 'bill-10', thresholdPurchases: 3 },
      { item: 'kettle', thresholdPurchases: 5 },
    ];
    expect((await set({ basis: 'PURCHASES', windowDays: 30, rungs })).errors).toBeUndefined();
    const { data } = await world.ask(
      viewer,
      '{ ladder(owner: "telecom") { basis windowDays points purchases rungs { item { id } missing } } }',
    );
    const { rungs: found, ...rest } = data?.['ladder'] as { rungs: { item: { id: string }; missing: number }[] };
    expect(rest).toEqual({ basis: 'PURCHASES', windowDays: 30, points: null, purchases });
    expect(found.map((rung) => `${rung.item.id} ${rung.missing}`).join(', ')).toBe(missing);
    await world.setClock(null);
  });

  test.each`
    what                        | input
    ${'no window'}              | ${{ basis: 'PURCHASES', rungs: [{ item: 'kettle', thresholdPurchases: 1 }] }}
    ${'a window of no day'}     | ${{ basis: 'PURCHASES', windowDays: 0, rungs: [{ item: 'kettle', thresholdPurchases: 1 }] }}
    ${'a window too long'}      | ${{ basis: 'PURCHASES', windowDays: 3_661, rungs: [{ item: 'kettle', thresholdPurchases: 1 }] }}
    ${'a rung without number'}  | ${{ basis: 'PURCHASES', windowDays: 30, rungs: [{ item: 'kettle' }] }}
    ${'a rung of no purchase'}  | ${{ basis: 'PURCHASES', windowDays: 30, rungs: [{ item: 'kettle', thresholdPurchases: 0 }] }}
    ${'a rung of both'}         | ${{ basis: 'PURCHASES', windowDays: 30, rungs: [{ item: 'kettle', thresholdPurchases: 1, thresholdPoints: 1 }] }}
    ${'points with a window'}   | ${{ basis: 'BALANCE', windowDays: 30 }}
    ${'points with a purchase'} | ${{ basis: 'LIFETIME', rungs: [{ item: 'kettle', thresholdPurchases: 1 }] }}
  `('a ladder with $what is BAD_INPUT', async ({ input }) => {
    expect((await set(input as object)).errors?.[0]?.extensions?.['code']).toBe('BAD_INPUT');
  });

  test('its owner alone sets it, of its own items in their programme; others read nothing of its members', async () => {
    const codeOf = async (answer: ReturnType<typeof set>) => (await answer).errors?.[0]?.extensions?.['code'];
    expect(await codeOf(set({ owner: 'telecom' }, viewers.partner('shop')))).toBe('FORBIDDEN_OPERATION');
    expect(await codeOf(set({}, viewers.partner('shop')))).toBe('BAD_INPUT');
    expect(await codeOf(set({ programme: 'COAL-P' }))).toBe('BAD_INPUT');
    expect(await codeOf(set({ rungs: [{ item: 'kettle' }, { item: 'kettle' }] }))).toBe('BAD_INPUT');
    expect(await codeOf(read(viewers.partner('shop'), 'M-1'))).toBe('FORBIDDEN_OPERATION');
    expect(await codeOf(read(viewers.anonymous))).toBe('UNAUTHENTICATED');
  });

  test("a shop does not read how far a member is with another issuer's points", async () => {
    const { uid, viewer } = newMember();
    world.peers.give(uid, 'COAL-P', 700);
    world.peers.refs.set('shop/M-1', uid);
    await offer(world, { ...dataPack, id: 'mug', owner: 'shop', price: { programme: 'COAL-P', points: 900 } });
    await set({ programme: 'COAL-P', rungs: [{ item: 'mug' }] }, viewers.partner('shop'));
    const own = '{ ladder(owner: "shop") { points next { missing } } }';
    expect(await world.get(viewer, own)).toEqual({ points: 700, next: { missing: 200 } });
    const foreign = await world.ask(viewers.partner('shop'), '{ ladder(owner: "shop", memberRef: "M-1") { points } }');
    expect(foreign.errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN_OPERATION');
  });

  test('a split shows what its cash would earn; where nothing can be earned, nothing', async () => {
    const { uid, viewer } = newMember();
    world.peers.give(uid, 'COAL-P', 1_000);
    await offer(world, { ...dataPack, id: 'cup', owner: 'shop', faceFen: 5_000, price: { programme: 'COAL-P', points: 5_000 } });
    const split = (item: string) =>
      world.get(viewer, `{ split(cart: [{ item: "${item}" }]) { ... on SplitAnswer { cashFen earnPreview } } }`);
    expect(await split('cup')).toEqual({ cashFen: 4_000, earnPreview: 40 });
    expect(await split('bill-10')).toEqual({ cashFen: 0, earnPreview: null });
  });
});
