import type { Viewer } from '../../../../schema/viewer.js';
import { viewers } from '../../../support/viewers.js';
import { maintenance, newKey, newMember, offer, openWorld, type World } from '../world.js';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const admin = viewers.staff('admin');
const automotive = viewers.partner('automotive');
const feature = (value: string) => [{ name: 'material', value }];
const jack = (id: string, material: string) =>
  offer(world, {
    id,
    name: { zh: '千斤顶', en: 'Jack' },
    category: 'goods',
    delivery: { kind: 'GOODS' },
    faceFen: 100,
    price: { programme: 'AUTO-P', points: 10 },
    features: feature(material),
  });
const buyer = (): Viewer => {
  const { uid, viewer } = newMember();
  world.peers.give(uid, 'AUTO-P', 1_000);
  return viewer;
};
const order = async (viewer: Viewer, item: string): Promise<string> => {
  const { redemption } = await world.get<{ redemption: { id: string } }>(
    viewer,
    'mutation ($item: ID!) { redeem(cart: [{ item: $item }], cashMaxFen: 0) { ... on Redeemed { redemption { id } } } }',
    { item },
    newKey(),
  );
  return redemption.id;
};
const report = (viewer: Viewer, input: object, key = newKey()) =>
  world.ask(
    viewer,
    `mutation ($input: DefectInput!) { reportDefect(input: $input) { __typename
      ... on DefectReported { replayed defect { text differences { name advertised delivered } advertised { version features { name value } } } }
      ... on DefectKnown { code defect { text } } } }`,
    { input },
    key,
  );

test('an order keeps what was advertised at version 7 when version 8 is live; a complaint compares with that (A2)', async () => {
  for (let version = 1; version <= 7; version += 1) await jack('jack', `steel ${version}`);
  const viewer = buyer();
  const redemption = await order(viewer, 'jack');
  expect(await jack('jack', 'tin')).toMatchObject({ item: { version: 8 } });
  const read = '{ redemption(id: "ID") { lines { item { version features { value } } defect { text } } } }'.replace('ID', redemption);
  expect(await world.get(viewer, read)).toEqual({ lines: [{ item: { version: 7, features: [{ value: 'steel 7' }] }, defect: null }] });
  const input = { redemption, line: 1, text: 'It bends', delivered: feature('tin') };
  const first = await report(viewer, input, 'bends');
  expect(first.data).toEqual({
    reportDefect: {
      __typename: 'DefectReported',
      replayed: false,
      defect: {
        text: 'It bends',
        differences: [{ name: 'material', advertised: 'steel 7', delivered: 'tin' }],
        advertised: { version: 7, features: [{ name: 'material', value: 'steel 7' }] },
      },
    },
  });
  expect((await report(viewer, input, 'bends')).data).toMatchObject({ reportDefect: { replayed: true } });
  expect((await report(automotive, { ...input, text: 'again' })).data).toMatchObject({
    reportDefect: { code: 'DEFECT_KNOWN', defect: { text: 'It bends' } },
  });
  expect(await world.get(viewer, read)).toMatchObject({ lines: [{ defect: { text: 'It bends' } }] });
  const returned = await world.get(
    automotive,
    'mutation ($id: ID!) { returnLines(redemption: $id, lines: [{ line: 1 }], reason: NOT_AS_DESCRIBED) { ... on LinesReturned { advertised { version } } } }',
    { id: redemption },
    newKey(),
  );
  expect(returned).toEqual({ advertised: [{ version: 7 }] });
});

test('a member that is forgotten takes its words along; that there was a complaint still counts', async () => {
  const viewer = buyer();
  const redemption = await order(viewer, 'jack');
  await report(viewer, { redemption, text: 'My name is on it', delivered: feature('wood') });
  const erasure = '0193f000-0000-7000-8000-00000000e7a5';
  const operator = { ...viewers.staff('admin'), via: 'members' };
  const forget = 'mutation ($memberUid: ID!, $erasure: ID!) { forgetMember(memberUid: $memberUid, erasure: $erasure) }';
  const done = await world.ask(operator, forget, { memberUid: viewer.uid, erasure }, newKey());
  expect(done.errors).toBeUndefined();
  expect(await world.sql('select text, delivered, differences from catalog.complaint where redemption_id = $1', [redemption])).toEqual([
    { text: '', delivered: '[]', differences: '[]' },
  ]);
});

test('nobody complains of what somebody else ordered, of a line that is not there, or in no words', async () => {
  const viewer = buyer();
  const redemption = await order(viewer, 'jack');
  const codeOf = async (who: Viewer, input: object) =>
    (await report(who, { redemption, text: 'bad', ...input })).errors?.[0]?.extensions?.['code'];
  expect(await codeOf(buyer(), {})).toBe('BAD_INPUT');
  expect(await codeOf(viewers.partner('telecom'), {})).toBe('BAD_INPUT');
  expect(await codeOf(viewer, { line: 2 })).toBe('BAD_INPUT');
  expect(await codeOf(viewer, { text: ' ' })).toBe('BAD_INPUT');
});

describe('the item leaves the list where too many complain (A5)', () => {
  test('at the limit and not before; quotes and orders stand, and only the operator puts it back', async () => {
    await world.get(
      admin,
      'mutation { setCatalogPolicy(owner: "automotive", input: { complaintLimitBasisPoints: 5000, complaintLeastOrders: 4 }) { replayed } }',
      {},
      newKey(),
    );
    await jack('weak', 'tin');
    const orders: { viewer: Viewer; redemption: string }[] = [];
    for (let n = 0; n < 4; n += 1) {
      const viewer = buyer();
      orders.push({ viewer, redemption: await order(viewer, 'weak') });
    }
    const complain = ({ viewer, redemption }: (typeof orders)[number]) => report(viewer, { redemption, text: 'bad' });
    const rate = () => world.get(automotive, '{ item(id: "weak") { complaints { orders complaints basisPoints } } }');
    await complain(orders[0] as never);
    expect(await rate()).toEqual({ complaints: { orders: 4, complaints: 1, basisPoints: 2_500 } });
    const late = buyer();
    const { quote } = await world.get<{ quote: { id: string } }>(
      late,
      'mutation { quote(cart: [{ item: "weak" }]) { ... on Quoted { quote { id } } } }',
      {},
      newKey(),
    );
    await complain(orders[1] as never);
    expect(await rate()).toBeNull();
    expect(await world.get(viewers.anonymous, '{ itemWithdrawal(id: "weak") { cause reason { en } } }')).toEqual({
      cause: 'COMPLAINTS',
      reason: { en: 'So many orders had a complaint that it left the list' },
    });
    expect(await world.get(viewers.anonymous, '{ items(filter: { owner: "automotive" }) { nodes { id } } }')).toEqual({
      nodes: [{ id: 'jack' }],
    });
    expect(await world.get(late, 'mutation ($id: ID!) { redeem(quoteId: $id) { __typename } }', { id: quote.id }, newKey())).toEqual({
      __typename: 'Redeemed',
    });
    expect(await jack('weak', 'steel')).toMatchObject({ code: 'ITEM_DELISTED' });
    const relist = (viewer: Viewer) => world.ask(viewer, 'mutation { relistItem(item: "weak") { item { id version } } }', {}, newKey());
    expect((await relist(automotive)).errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN_FIELD');
    expect((await relist(admin)).data).toEqual({ relistItem: { item: { id: 'weak', version: 1 } } });
    expect((await relist(admin)).errors?.[0]?.extensions?.['code']).toBe('BAD_INPUT');
    expect(await jack('weak', 'steel')).toMatchObject({ item: { version: 2 } });
  });
});

test('many lines and orders of one member are one order, and its complaints about them one complaint', async () => {
  await jack('rival', 'steel');
  const viewer = buyer();
  const lines = Array.from({ length: 20 }, () => ({ item: 'rival' }));
  const { redemption } = await world.get<{ redemption: { id: string } }>(
    viewer,
    'mutation ($cart: [CartLineInput!]!) { redeem(cart: $cart, cashMaxFen: 0) { ... on Redeemed { redemption { id } } } }',
    { cart: lines },
    newKey(),
  );
  await order(viewer, 'rival');
  await world.get(
    admin,
    'mutation { setCatalogPolicy(owner: "automotive", input: { complaintLimitBasisPoints: 500, complaintLeastOrders: 2 }) { replayed } }',
    {},
    newKey(),
  );
  for (const line of [1, 2]) await report(viewer, { redemption: redemption.id, line, text: 'bad' });
  const rate = () => world.get(automotive, '{ item(id: "rival") { complaints { orders complaints basisPoints } } }');
  expect(await rate()).toEqual({ complaints: { orders: 1, complaints: 1, basisPoints: 10_000 } });
  const other = buyer();
  await report(other, { redemption: await order(other, 'rival'), text: 'bad' });
  expect(await rate()).toBeNull();
});

test('an owner takes its item off the list, with a reason, and offers it again by saving it (F3)', async () => {
  await jack('old', 'steel');
  const off = (viewer: Viewer) =>
    world.ask(
      viewer,
      'mutation { withdrawItem(item: "old", reason: { zh: "停产", en: "No longer made" }) { withdrawal { cause reason { zh en } } } }',
      {},
      newKey(),
    );
  expect((await off(viewers.partner('telecom'))).errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN_OPERATION');
  expect((await off(automotive)).data).toEqual({
    withdrawItem: { withdrawal: { cause: 'OWNER', reason: { zh: '停产', en: 'No longer made' } } },
  });
  expect((await world.ask(viewers.anonymous, '{ item(id: "old") { id } itemWithdrawal(id: "old") { reason { en } } }')).data).toEqual({
    item: null,
    itemWithdrawal: { reason: { en: 'No longer made' } },
  });
  expect(await jack('old', 'steel')).toMatchObject({ item: { version: 2 } });
  expect((await world.ask(viewers.anonymous, '{ item(id: "old") { id } itemWithdrawal(id: "old") { at } }')).data).toEqual({
    item: { id: 'old' },
    itemWithdrawal: null,
  });
});

test('suppliers have a name and a rating, and an item names its own', async () => {
  const set = (id: string, viewer = automotive, ratingTenths = 45) =>
    world.ask(
      viewer,
      'mutation ($id: ID!, $ratingTenths: Int) { setSupplier(id: $id, name: { zh: "名牌", en: "Known brand" }, ratingTenths: $ratingTenths) { ... on SupplierSet { supplier { id ratingTenths } } ... on SupplierTaken { code } } }',
      { id, ratingTenths },
      newKey(),
    );
  expect((await set('known-brand')).data).toEqual({ setSupplier: { supplier: { id: 'known-brand', ratingTenths: 45 } } });
  expect((await set('known-brand', viewers.partner('telecom'))).data).toEqual({ setSupplier: { code: 'SUPPLIER_TAKEN' } });
  expect((await set('known-brand', automotive, 51)).errors?.[0]?.extensions?.['code']).toBe('BAD_INPUT');
  await offer(world, { ...maintenance, supplier: 'known-brand' });
  expect(await world.get(viewers.anonymous, '{ item(id: "basic-maintenance") { supplier { name { en } ratingTenths } } }')).toEqual({
    supplier: { name: { en: 'Known brand' }, ratingTenths: 45 },
  });
  const upsert = 'mutation ($input: UpsertItemInput!) { upsertItem(input: $input) { __typename } }';
  const stranger = await world.ask(automotive, upsert, { input: { ...maintenance, supplier: 'nobody' } }, newKey());
  expect(stranger.errors?.[0]?.extensions?.['code']).toBe('BAD_INPUT');
});

test('return rules name their laws, and paying with points is no reason (A3, A4)', async () => {
  const { returnRules: rules } = (await world.ask(viewers.anonymous, '{ returnRules { reason notFor references { zh } } }')).data as {
    returnRules: { reason: string; notFor: string[]; references: { zh: string }[] }[];
  };
  expect(rules.map(({ reason }) => reason)).toEqual(['FAULTY', 'NOT_AS_DESCRIBED', 'NOT_DELIVERED', 'CHANGED_MIND', 'SERVICE_CANCELLED']);
  expect(rules[0]).toEqual({
    reason: 'FAULTY',
    notFor: ['DONATION'],
    references: [{ zh: '中华人民共和国产品质量法 †' }, { zh: '中华人民共和国消费者权益保护法 †' }],
  });
  expect(rules[3]?.notFor).toEqual(['PHONE_CREDIT', 'DATA_PACK', 'DONATION']);
});
