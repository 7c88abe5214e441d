import type { Viewer } from '../../../../schema/viewer.js';
import { viewers } from '../../../support/viewers.js';
import { maintenance, newKey, newMember, offer, openWorld, type World } from '../world.js';

let world: World;
const shop = viewers.partnerStaff('shop');
const first = '2031-05-01T00:00:00.000+08:00';
const over = '2031-06-01T00:00:00.000+08:00';
const later = '2031-06-01T00:00:01.000+08:00';
const at = (instant: string, seconds = 0): Promise<void> => world.setClock(new Date(Date.parse(instant) + seconds * 1_000));
const uids: string[] = [];

const buy = async (viewer: Viewer, item: string): Promise<void> => {
  const answer = await world.ask(
    viewer,
    'mutation ($cart: [CartLineInput!]!) { redeem(cart: $cart) { __typename } }',
    { cart: [{ item }] },
    newKey(),
  );
  expect(answer.data).toEqual({ redeem: { __typename: 'Redeemed' } });
};
const agree = (uid: string, from = first, until?: string): unknown =>
  world.peers.insight.set(`${uid} shop`, [
    { from: new Date(from).toISOString(), ...(until === undefined ? {} : { until: new Date(until).toISOString() }) },
  ]);
const setFloor = (reportFloorMembers: number, viewer: Viewer = viewers.staff('admin')) =>
  world.ask(
    viewer,
    'mutation ($n: Int!) { setCatalogPolicy(owner: "shop", input: { reportFloorMembers: $n }) { policy { reportFloorMembers } } }',
    { n: reportFloorMembers },
    newKey(),
  );
const document = `query ($partner: ID, $period: ID!) { preference(partner: $partner, period: $period) {
  period over floor suggestion categories { category suppressed redemptions share advice } } }`;
const report = (viewer: Viewer = shop, variables: object = {}) => world.ask(viewer, document, { period: '2031-05', ...variables });
const lines = async (viewer?: Viewer, variables?: object): Promise<string[]> => {
  const answer = await report(viewer, variables);
  const { categories } = answer.data?.['preference'] as {
    categories: { category: string; suppressed: boolean; redemptions: number | null; share: number | null; advice: string | null }[];
  };
  return categories.map(
    (one) =>
      `${one.category} ${one.suppressed ? 'suppressed' : ''}${[one.redemptions, one.share, one.advice].filter((x) => x !== null).join(' ')}`,
  );
};

beforeAll(async () => {
  world = await openWorld();
  await at(first, -86_400);
  const goods = { owner: 'shop', delivery: { kind: 'GOODS' }, faceFen: 3_000, price: { programme: 'COAL-P', points: 3_000 } };
  for (const [id, category] of [
    ['household-set', 'household'],
    ['brand-mug', 'merchandise'],
    ['scarf', 'clothes'],
  ] as const)
    await offer(world, { ...maintenance, ...goods, id, category });
  await at(first, 60);
  // Six want household goods, three merchandise, and of clothes there are two; one more never agreed to be counted.
  for (let n = 0; n < 7; n += 1) {
    const { uid, viewer } = newMember();
    uids.push(uid);
    world.peers.give(uid, 'COAL-P', 30_000);
    if (n < 6) agree(uid);
    await buy(viewer, 'household-set');
    if (n < 3) await buy(viewer, 'brand-mug');
    if (n < 2) await buy(viewer, 'scarf');
  }
  expect((await setFloor(2)).data).toEqual({ setCatalogPolicy: { policy: { reportFloorMembers: 2 } } });
});
afterAll(() => world.close());
beforeEach(() => at(over));

test('A23: a month that is over, category by category, with what to add and what to drop', async () => {
  expect((await report()).data).toMatchObject({
    preference: { over: true, floor: 2, suggestion: 'Add more of household (54.55%); drop some of merchandise (27.27%), clothes (18.18%)' },
  });
  expect(await lines()).toEqual(['household 6 5455 ADD', 'merchandise 3 2727 DROP', 'clothes 2 1818 DROP']);
});

test('one second before the month is over there is no figure; of the month after there is none either', async () => {
  await at(over, -1);
  expect((await report()).data).toEqual({ preference: { period: '2031-05', over: false, floor: 2, suggestion: null, categories: [] } });
  await at(over);
  expect((await report()).data).toMatchObject({ preference: { over: true } });
  expect((await report(shop, { period: '2031-06' })).data).toMatchObject({ preference: { over: false, categories: [] } });
});

test('a floor of three hides the two, and the three with them, for the two would follow from a total', async () => {
  await setFloor(3);
  expect(await lines()).toEqual(['household 6 10000 KEEP', 'clothes suppressed', 'merchandise suppressed']);
  await setFloor(10);
  expect(await lines()).toEqual(['clothes suppressed', 'household suppressed', 'merchandise suppressed']);
  for (const one of [1, 100_001]) expect((await setFloor(one)).errors?.[0]?.extensions?.['code']).toBe('BAD_INPUT');
  expect((await setFloor(2, shop)).errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN_FIELD');
  await setFloor(2);
});

test('who withdraws is out at the next read, and with it every figure of the month; who agrees afterwards stays out', async () => {
  const household = async (): Promise<number> => Number((await lines()).find((line) => line.startsWith('household'))?.split(' ')[1]);
  expect(await household()).toBe(6);
  agree(uids[6] as string, later);
  expect(await household()).toBe(6);
  agree(uids[3] as string, first, later);
  expect(await lines()).toEqual(['clothes suppressed', 'household suppressed', 'merchandise suppressed']);
  agree(uids[3] as string, first, '2031-05-20T00:00:00+08:00');
  // Withdrawn while the month ran: never part of it.
  expect(await household()).toBe(5);
  agree(uids[3] as string);
  expect(await household()).toBe(6);
});

test('a partner reads of its own shop alone, with the scope for it; the operator of any', async () => {
  const code = async (viewer: Viewer, variables?: object) => (await report(viewer, variables)).errors?.[0]?.extensions?.['code'];
  expect(await lines(viewers.staff('admin'), { partner: 'shop' })).toHaveLength(3);
  expect(await code(viewers.staff('admin'))).toBe('BAD_INPUT');
  expect(await lines(viewers.partnerStaff('automotive'))).toEqual([]);
  expect(await code(viewers.partnerStaff('automotive'), { partner: 'shop' })).toBe('FORBIDDEN_OPERATION');
  for (const viewer of [viewers.partner('shop'), viewers.member(uids[0] as string), viewers.regulator])
    expect(await code(viewer, { partner: 'shop' })).toBe('FORBIDDEN_FIELD');
  expect(await code(viewers.anonymous, { partner: 'shop' })).toBe('UNAUTHENTICATED');
  for (const period of ['2031-13', '2031-5', '2031-05-01', 'x']) expect(await code(shop, { period })).toBe('BAD_INPUT');
});
