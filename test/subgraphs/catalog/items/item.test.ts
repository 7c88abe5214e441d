import { encodeCursor } from '../../../../subgraphs/kernel/page.js';
import { viewers } from '../../../support/viewers.js';
import { dataPack, maintenance, newKey, newMember, offer, openWorld, upsertDocument, type World } from '../world.js';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const automotive = viewers.partner('automotive');
const codeOf = async (input: Record<string, unknown>, viewer = automotive) =>
  (await world.ask(viewer, upsertDocument, { input: { ...maintenance, ...input } }, newKey())).errors?.[0]?.extensions?.['code'];

test('an item is offered, and read by anyone but for its stock', async () => {
  const saved = await offer(world, { stock: 5, tags: ['car'], disclosure: null });
  expect(saved).toMatchObject({ __typename: 'ItemSaved', item: { version: 1 }, replayed: false });
  expect(saved['checks']).toEqual([
    { rule: 'DISCLOSURE', pass: false, detail: 'not disclosed: threshold, expiry, limits' },
    { rule: 'PARITY', pass: true, detail: '' },
    { rule: 'CATEGORY', pass: true, detail: '' },
    { rule: 'VALUE', pass: true, detail: '' },
    { rule: 'POINTS_SHARE', pass: true, detail: '' },
  ]);
  const query = `{ item(id: "basic-maintenance") { id version owner { id } name { zh en } category faceFen price { programme { id } points version }
    valuePerPoint { fen points } delivery { kind amount unit } stock state tags disclosure { threshold limits } } }`;
  const seen = await world.ask(viewers.anonymous, query);
  expect(seen.data).toEqual({
    item: {
      id: 'basic-maintenance',
      version: 1,
      owner: { id: 'automotive' },
      name: { zh: '基础保养', en: 'Basic maintenance' },
      category: 'maintenance',
      faceFen: 50_000,
      price: { programme: { id: 'AUTO-P' }, points: 5_000, version: 1 },
      valuePerPoint: { fen: 10, points: 1 },
      delivery: { kind: 'SERVICE_VOUCHER', amount: 1, unit: 'piece' },
      stock: null,
      state: 'OPEN',
      tags: ['car'],
      disclosure: null,
    },
  });
  expect(seen.errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED', coordinate: 'Item.stock' });
  expect((await world.ask(automotive, query)).data).toMatchObject({ item: { stock: 5 } });
  expect((await world.ask(viewers.partner('telecom'), query)).errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN_FIELD');
});

test('every save is a new version; stock stays where nothing is said of it; a face value is derived from the points', async () => {
  expect(await offer(world, { price: { programme: 'AUTO-P', points: 4_500 } })).toMatchObject({ item: { version: 2 } });
  expect(await world.stock('basic-maintenance')).toBe(5);
  await offer(world, { stock: null });
  expect(await world.stock('basic-maintenance')).toBeNull();
  await offer(world, dataPack);
  expect(await world.get(viewers.anonymous, '{ item(id: "data-pack-10") { faceFen } }')).toEqual({ faceFen: 800 });
});

test('the same key gives the first answer, another body a conflict', async () => {
  const input = { ...maintenance, id: 'tyre' };
  const first = await world.get(automotive, upsertDocument, { input }, 'tyre-1');
  expect(await world.get(automotive, upsertDocument, { input }, 'tyre-1')).toEqual({ ...first, replayed: true });
  const other = await world.ask(automotive, upsertDocument, { input: { ...input, stock: 1 } }, 'tyre-1');
  expect(other.errors?.[0]?.extensions?.['code']).toBe('IDEMPOTENCY_CONFLICT');
});

test("nobody offers in another's name, or takes another's item id", async () => {
  expect(await codeOf({ owner: 'telecom' })).toBe('FORBIDDEN_OPERATION');
  expect(await codeOf({}, newMember().viewer)).toBe('FORBIDDEN_FIELD');
  expect(await offer(world, { ...dataPack, id: 'basic-maintenance' })).toMatchObject({ __typename: 'ItemTaken', code: 'ITEM_TAKEN' });
  expect(await world.get(viewers.anonymous, '{ item(id: "basic-maintenance") { owner { id } } }')).toEqual({ owner: { id: 'automotive' } });
});

test.each([
  { id: 'Nicht So' },
  { price: { programme: 'NO-P', points: 1 } },
  { price: { programme: 'AUTO-P', points: 0 } },
  { faceFen: 0 },
  { stock: -1 },
  { maxPointsShareBasisPoints: 10_001 },
  { delivery: { kind: 'GOODS', amount: 0 } },
  { delivery: { kind: 'DONATION' } },
  { id: 'cause-schooling' },
  { opensAt: '2027-01-02T00:00:00Z', closesAt: '2027-01-01T00:00:00Z' },
])('%j is malformed', async (input) => expect(await codeOf(input)).toBe('BAD_INPUT'));

test('lists page by id and filter by owner, category and tag', async () => {
  const list = `query ($first: Int!, $after: String, $filter: ItemFilter) { items(first: $first, after: $after, filter: $filter) { nodes { id } pageInfo { hasNextPage endCursor } } }`;
  type List = { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
  const first = await world.get<List>(viewers.anonymous, list, { first: 2 });
  expect(first.nodes.map(({ id }) => id)).toEqual(['basic-maintenance', 'data-pack-10']);
  const second = await world.get<List>(viewers.anonymous, list, { first: 2, after: first.pageInfo.endCursor });
  expect(second).toMatchObject({ nodes: [{ id: 'tyre' }], pageInfo: { hasNextPage: false } });
  expect((await world.get<List>(viewers.anonymous, list, { first: 9, filter: { owner: 'telecom' } })).nodes).toEqual([
    { id: 'data-pack-10' },
  ]);
  await offer(world, { tags: ['spring', 'car'] });
  expect((await world.get<List>(viewers.anonymous, list, { first: 9, filter: { tag: 'spring' } })).nodes).toEqual([
    { id: 'basic-maintenance' },
  ]);
  expect((await world.ask(viewers.anonymous, list, { first: 2, after: 'nonsense' })).errors?.[0]?.extensions?.['code']).toBe('BAD_INPUT');
  const nul = await world.ask(viewers.anonymous, list, { first: 2, after: encodeCursor('\0') });
  expect(nul.errors?.[0]?.extensions?.['code']).toBe('BAD_INPUT');
});

test('a member sees what it could take now and what is missing; a partner its own shop, for a member that it names', async () => {
  const { uid, viewer } = newMember();
  world.peers.give(uid, 'AUTO-P', 4_500);
  world.peers.give(uid, 'TEL-P', 100);
  await offer(world, { maxPointsShareBasisPoints: 10_000, stock: 0, id: 'tyre' });
  await offer(world, { id: 'wax', opensAt: '2099-01-01T00:00:00+08:00' });
  await offer(world, { id: 'wash', faceFen: 5_000, price: { programme: 'AUTO-P', points: 500 } });
  const list = `query ($ref: String, $filter: ItemFilter) { redeemable(memberRef: $ref, filter: $filter) { nodes { item { id } price { points version } state reason missing opensAt valuePerPoint { fen points } } } }`;
  const { nodes } = await world.get<{ nodes: Record<string, unknown>[] }>(viewer, list);
  expect(nodes.map(({ item, state, missing, opensAt }) => ({ id: (item as { id: string }).id, state, missing, opensAt }))).toEqual([
    { id: 'basic-maintenance', state: 'MISSING_POINTS', missing: 490, opensAt: null },
    { id: 'data-pack-10', state: 'AVAILABLE', missing: null, opensAt: null },
    { id: 'tyre', state: 'SOLD_OUT', missing: null, opensAt: null },
    { id: 'wash', state: 'AVAILABLE', missing: null, opensAt: null },
    { id: 'wax', state: 'CLOSED', missing: null, opensAt: '2098-12-31T16:00:00.000Z' },
  ]);
  world.peers.refs.set('telecom/M-1', uid);
  const shop = await world.get<{ nodes: unknown[] }>(viewers.partner('telecom'), list, { ref: 'M-1' });
  expect(shop.nodes).toMatchObject([{ item: { id: 'data-pack-10' } }]);
  const stranger = await world.ask(viewers.partner('telecom'), list, { ref: 'nobody' });
  expect(stranger.errors?.[0]?.extensions?.['code']).toBe('BAD_INPUT');
  expect((await world.ask(viewers.anonymous, list)).errors?.[0]?.extensions?.['code']).toBe('UNAUTHENTICATED');
});

test('a shop is told how many points are missing as far as it may read them', async () => {
  const { uid } = newMember();
  world.peers.refs.set('insurer/M-2', uid);
  world.peers.refs.set('telecom/M-2', uid);
  world.peers.give(uid, 'TEL-P', 777);
  world.peers.give(uid, 'COAL-P', 5);
  const priced = { category: 'counted', faceFen: 1_000 };
  await offer(world, { ...priced, id: 'counted-elsewhere', owner: 'insurer', price: { programme: 'COAL-P', points: 1_000 } });
  await offer(world, { ...priced, id: 'counted-own', owner: 'telecom', price: { programme: 'TEL-P', points: 1_000 } });
  const list = `query ($ref: String) { redeemable(memberRef: $ref, filter: { category: "counted" }) { nodes { state reason missing } } }`;
  const told = async (partner: string) => (await world.get<{ nodes: unknown[] }>(viewers.partner(partner), list, { ref: 'M-2' })).nodes;
  expect(await told('insurer')).toEqual([{ state: 'MISSING_POINTS', reason: 'Points are missing', missing: null }]);
  expect(await told('telecom')).toEqual([{ state: 'MISSING_POINTS', reason: '223 points are missing', missing: 223 }]);
  for (const partner of ['insurer', 'telecom']) world.peers.shared.add(`${uid} ${partner}`);
  for (const partner of ['insurer', 'telecom']) expect(await told(partner)).toMatchObject([{ missing: 218 }]);
});

test('each field of a mutation finds what the ones before it changed', async () => {
  await offer(world, { id: 'two-in-one', stock: 3 });
  const save = (stock: number): string =>
    `upsertItem(input: $input${stock}) @idempotent(key: "two-in-one-${stock}") { ... on ItemSaved { item { stock } } }`;
  const { data } = await world.ask(
    viewers.partner('automotive'),
    `mutation ($input2: UpsertItemInput!, $input1: UpsertItemInput!) { first: ${save(2)} second: ${save(1)} }`,
    { input2: { ...maintenance, id: 'two-in-one', stock: 2 }, input1: { ...maintenance, id: 'two-in-one', stock: 1 } },
  );
  expect(data).toEqual({ first: { item: { stock: 2 } }, second: { item: { stock: 1 } } });
});
