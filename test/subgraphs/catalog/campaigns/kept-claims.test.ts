import { viewers } from '../../../support/viewers.js';
import { newKey, offer, openWorld, type World } from '../world.js';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(() => world.setClock(new Date('2030-04-20T12:00:00+08:00')));

const admin = viewers.staff('admin');
const may = (day: number): string => `2030-05-${String(day).padStart(2, '0')}T00:00:00+08:00`;
const june = '2030-06-01T00:00:00+08:00';
const refusal = '__typename ... on LabelMismatch { code message claimed computed }';
const ask = (document: string, variables: object, viewer = admin, key = newKey()) =>
  world.get(viewer, document, variables as Record<string, unknown>, key);

const save = (id: string, points = 6_000, input: object = {}) =>
  world.get(
    viewers.partner('automotive'),
    `mutation ($input: UpsertItemInput!) { upsertItem(input: $input) { ${refusal} } }`,
    {
      input: {
        id,
        owner: 'automotive',
        name: { zh: '清洗', en: 'Cleaning' },
        category: 'cleaning',
        faceFen: 60_000,
        price: { programme: 'AUTO-P', points },
        delivery: { kind: 'SERVICE_VOUCHER' },
        ...input,
      },
    },
    newKey(),
  );
const special = (item: string, points: number, from: string, until: string) =>
  ask(
    `mutation ($item: ID!, $points: Points!, $from: DateTime!, $until: DateTime!) {
      setPriceOverride(item: $item, points: $points, from: $from, until: $until, reason: "sale") { ${refusal} } }`,
    { item, points, from, until },
  );
const price = (item: string, cost: number) =>
  ask(`mutation ($item: ID!, $cost: Fen!) { setPricing(item: $item, cost: $cost, demand: "1", boundPct: "90") { ${refusal} } }`, {
    item,
    cost,
  });

const draft = (id: string, items: readonly string[], input: object = {}) =>
  ask('mutation ($input: CreateCampaignInput!) { createCampaign(input: $input) { __typename } }', {
    input: {
      id,
      owner: 'automotive',
      name: { zh: '活动', en: 'Campaign' },
      headline: { zh: '周年', en: 'Anniversary' },
      startsAt: may(1),
      endsAt: june,
      items,
      claims: [{ kind: 'PERCENTAGE', of: 'PRICE', percent: '-16.67' }],
      disclosure: { threshold: '5,000', accrualRule: '1 point per yuan', expiry: '24 months', limits: '1 per member' },
      ...input,
    },
  });
const publish = (campaign: string) =>
  ask('mutation ($campaign: ID!) { publish(campaign: $campaign) { __typename } }', { campaign }, viewers.staff('approver'));

/** An item at 6,000, at 5,000 in May, and a published campaign of May that says so. */
async function anniversary(id: string, input: object = {}): Promise<void> {
  await offer(world, { id, category: 'cleaning', faceFen: 60_000, price: { programme: 'AUTO-P', points: 6_000 } });
  expect(await special(id, 5_000, may(1), june)).toMatchObject({ __typename: 'PriceOverrideSet' });
  await draft(id, [id], input);
  expect(await publish(id)).toEqual({ __typename: 'Published' });
}
const clock = (at: string): Promise<void> => world.setClock(new Date(at));
const none = '0.00 % price, 0.00 % value';

test('a regular price at which nothing would have fallen is refused, by whichever way it comes, and changes nothing', async () => {
  await anniversary('saved');
  await clock('2030-04-28T00:00:00+08:00');
  const refused = { __typename: 'LabelMismatch', code: 'LABEL_MISMATCH', claimed: '-16.67 % PRICE', computed: none };
  expect(await save('saved', 5_000)).toMatchObject({
    ...refused,
    message: 'At that price, what the published campaign saved says would not be true',
  });
  expect(await price('saved', 50_000)).toMatchObject(refused);
  const { priceVersions } = await world.get<{ priceVersions: object[] }>(
    viewers.partnerStaff('automotive'),
    '{ item(id: "saved") { priceVersions { points cause } } }',
  );
  expect(priceVersions).toEqual([
    { points: 5_000, cause: 'OVERRIDE' },
    { points: 6_000, cause: 'SAVED' },
  ]);
  // Another description at the same price, and a price that is raised too late to be a reference, say nothing else.
  expect(await save('saved', 6_000, { tags: ['clean'] })).toEqual({ __typename: 'ItemSaved' });
  expect(await price('saved', 70_000)).toEqual({ __typename: 'PricingSet' });
});

test.each`
  at                             | answer
  ${'2030-04-23T23:59:59+08:00'} | ${'LabelMismatch'}
  ${'2030-04-30T23:59:59+08:00'} | ${'LabelMismatch'}
  ${'2030-05-01T00:00:00+08:00'} | ${'ItemSaved'}
  ${'2030-06-01T00:00:00+08:00'} | ${'ItemSaved'}
`('a lower regular price at $at: $answer', async ({ at, answer }) => {
  const id = `at-${newKey()}`;
  await anniversary(id);
  await clock(at as string);
  expect(await save(id, 5_500)).toMatchObject({ __typename: answer });
});

test('an item that would be closed in the time which a claim looks back on is not saved so', async () => {
  await anniversary('closing');
  await clock('2030-04-28T00:00:00+08:00');
  expect(await save('closing', 6_000, { opensAt: may(1) })).toMatchObject({ __typename: 'LabelMismatch', claimed: '-16.67 % PRICE' });
  expect(await save('closing', 6_000, { opensAt: '2030-04-20T00:00:00+08:00', closesAt: june })).toEqual({ __typename: 'ItemSaved' });
});

test('another special price within the time of a campaign is refused, and one after it is not', async () => {
  await offer(world, { id: 'plain', category: 'cleaning', price: { programme: 'AUTO-P', points: 6_000 } });
  await draft('plain', ['plain'], { claims: [{ kind: 'PERCENTAGE', of: 'PRICE', percent: '0.00' }] });
  expect(await publish('plain')).toEqual({ __typename: 'Published' });
  expect(await special('plain', 7_200, '2030-05-31T23:59:59+08:00', '2030-06-02T00:00:00+08:00')).toMatchObject({
    __typename: 'LabelMismatch',
    computed: '+20.00 % price, -16.67 % value, 0.00 % price, 0.00 % value',
  });
  expect(await special('plain', 7_200, june, '2030-06-02T00:00:00+08:00')).toEqual({ __typename: 'PriceOverrideSet' });
});

test('words of the headline are kept too; drafts, other items and what is claimed of rules keep nobody', async () => {
  await anniversary('words', { claims: [], headline: { zh: '原价6000，现价5000', en: 'was 6,000, now 5,000' } });
  expect(await save('words', 5_500)).toMatchObject({ __typename: 'LabelMismatch', computed: 'was 5500, now 5000' });
  await anniversary('silent', { claims: [] });
  expect(await save('silent', 5_000)).toEqual({ __typename: 'ItemSaved' });
  await offer(world, { id: 'drafted', category: 'cleaning', price: { programme: 'AUTO-P', points: 6_000 } });
  await special('drafted', 5_000, may(1), june);
  await draft('drafted', ['drafted']);
  expect(await save('drafted', 5_000)).toEqual({ __typename: 'ItemSaved' });
  world.peers.rules.set('twice', { programme: 'AUTO-P', bonusBasisPoints: 10_000 });
  await anniversary('doubled', { claims: [], rules: ['twice'], headline: { zh: '双倍积分', en: 'Double points' } });
  expect(await save('doubled', 5_000)).toEqual({ __typename: 'ItemSaved' });
});

test('of one text that says what a rule gives and what a price does, the price is kept', async () => {
  world.peers.rules.set('twice', { programme: 'AUTO-P', bonusBasisPoints: 10_000 });
  const headline = { zh: '积分双倍，积分价直降16.67%', en: 'Anniversary' };
  await anniversary('both', { claims: [], rules: ['twice'], headline });
  expect(await save('both', 5_000)).toMatchObject({ __typename: 'LabelMismatch', claimed: headline.zh, computed: none });
  expect(await save('both', 7_000)).toMatchObject({ __typename: 'LabelMismatch', claimed: headline.zh });
  expect(await save('both', 6_000)).toEqual({ __typename: 'ItemSaved' });
});

test('what a newer version takes over is no longer kept, and until then it is', async () => {
  await anniversary('followed');
  await draft('followed', ['followed'], { startsAt: may(20), claims: [] });
  expect(await publish('followed')).toEqual({ __typename: 'Published' });
  await clock('2030-05-19T23:59:59+08:00');
  // At any time in May the special price is the one of before; only a part without it would break the claim.
  expect(await save('followed', 5_000)).toEqual({ __typename: 'ItemSaved' });
  await anniversaryOf('ahead');
  await draft('ahead', ['ahead'], { startsAt: may(20), endsAt: june, claims: [] });
  expect(await publish('ahead')).toEqual({ __typename: 'Published' });
  expect(await special('ahead', 4_000, may(20), june)).toEqual({ __typename: 'PriceOverrideSet' });
});

/** The same, with a special price and a campaign's claim that end with the 19th of May. */
async function anniversaryOf(id: string): Promise<void> {
  await clock('2030-04-20T12:00:00+08:00');
  await offer(world, { id, category: 'cleaning', price: { programme: 'AUTO-P', points: 6_000 } });
  await special(id, 5_000, may(1), may(20));
  await draft(id, [id], { endsAt: may(20) });
  expect(await publish(id)).toEqual({ __typename: 'Published' });
}

test('a publication and a lower price at once, twenty times: never both', async () => {
  for (let round = 0; round < 20; round += 1) {
    const id = `race-${round}`;
    await offer(world, { id, category: 'cleaning', price: { programme: 'AUTO-P', points: 6_000 } });
    await special(id, 5_000, may(1), june);
    await draft(id, [id]);
    const [published, saved] = await Promise.all([publish(id), save(id, 5_000)]);
    expect([published, saved]).not.toEqual([{ __typename: 'Published' }, { __typename: 'ItemSaved' }]);
  }
});
