import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid } from 'uuid';
import { serviceViewer } from '../../../../schema/viewer.js';
import { restoreCoupons, revokeCoupons } from '../../../../subgraphs/catalog/coupons/revoke-coupons.js';
import { viewers } from '../../../support/viewers.js';
import { newKey, newMember, offer, openWorld, type World } from '../world.js';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await offer(world, {
    id: 'insurance-coupon',
    owner: 'insurer',
    name: { zh: '保险券', en: 'Insurance coupon' },
    category: 'insurance',
    faceFen: 100_000,
    price: { programme: 'AUTO-P', points: 20_000 },
    delivery: { kind: 'COUPON', amount: 100_000, unit: 'fen' },
    coupon: { thresholdFen: 500_000 },
  });
});
afterAll(() => world.close());
afterEach(() => world.setClock(null));

const insurer = viewers.partner('insurer');
const members = { ...serviceViewer('erasures', 'test'), via: 'members' };
const open = (uid: string, forfeit: boolean) =>
  world.get<unknown>(members, 'query ($uid: ID!, $forfeit: Boolean!) { openMatters(memberUid: $uid, forfeit: $forfeit) { what detail } }', {
    uid,
    forfeit,
  });
const forget = (uid: string) =>
  world.get(members, 'mutation ($uid: ID!) { forgetMember(memberUid: $uid, erasure: "e") }', { uid }, `erase:${uuid()}`);
const use = (coupon: string) =>
  world.get(
    insurer,
    'mutation ($coupon: ID!) { useCoupon(coupon: $coupon, basketFen: 600000) { __typename ... on Refusal { code } } }',
    { coupon },
    newKey(),
  );
async function buyer(): Promise<{ uid: string; coupon: string; until: Date }> {
  const { uid, viewer } = newMember();
  world.peers.give(uid, 'AUTO-P', 20_000);
  await world.get(viewer, 'mutation { redeem(cart: [{ item: "insurance-coupon" }], cashMaxFen: 0) { __typename } }', {}, newKey());
  const [row] = await world.sql<{ id: string; valid_until: Date }>('select id, valid_until from catalog.coupon where member_uid = $1', [
    uid,
  ]);
  return { uid, coupon: row?.id ?? '', until: row?.valid_until ?? new Date(Number.NaN) };
}

test.each([
  ['one second before its end', -1_000, true],
  ['at its end', 0, false],
  ['one second after', 1_000, false],
])('an unused coupon %s', async (_when, ms, owed) => {
  const { uid, coupon, until } = await buyer();
  await world.setClock(new Date(until.getTime() + ms));
  expect(await open(uid, false)).toEqual(owed ? [{ what: 'COUPON', detail: `100000 fen ${coupon}` }] : []);
  expect(await open(uid, true)).toEqual([]);
});

test('a used one is owed no more; one that is given up counts no more, twice and at once', async () => {
  const used = await buyer();
  expect(await use(used.coupon)).toEqual({ __typename: 'CouponUsed' });
  expect(await open(used.uid, false)).toEqual([]);
  const left = await buyer();
  await Promise.all([forget(left.uid), forget(left.uid)]);
  await forget(left.uid);
  expect(await open(left.uid, false)).toEqual([]);
  expect(await use(left.coupon)).toMatchObject({ code: 'COUPON_SPENT' });
  expect(await world.sql('select used_at is null as unused from catalog.coupon where id = $1', [used.coupon])).toEqual([{ unused: false }]);
});

test('the use of a coupon that is called off after its member was forgotten makes nothing usable again', async () => {
  const { uid, coupon } = await buyer();
  await use(coupon);
  await forget(uid);
  const cancel = 'mutation ($coupon: ID!) { cancelCouponUse(coupon: $coupon) { __typename ... on Refusal { code } } }';
  expect(await world.get(insurer, cancel, { coupon }, newKey())).toEqual({ __typename: 'CouponRestored' });
  expect(await use(coupon)).toMatchObject({ code: 'COUPON_SPENT' });
});

test('a return that was under way when its member was forgotten, and fails, brings no coupon back', async () => {
  const { uid, coupon } = await buyer();
  const given = uuid();
  const inTransaction = <T>(work: (tx: EntityManager) => Promise<T>): Promise<T> =>
    world.subgraph.database.em.fork().transactional((tx) => work(tx as EntityManager));
  await inTransaction((tx) => revokeCoupons(tx, [coupon], given));
  await forget(uid);
  expect(await inTransaction((tx) => restoreCoupons(tx, given))).toBe(0);
  expect(await use(coupon)).toMatchObject({ code: 'COUPON_SPENT' });
});
