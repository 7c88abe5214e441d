import { viewers } from '../../../support/viewers.js';
import { maintenance, newKey, newMember, openWorld, upsertDocument, type World } from '../world.js';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
afterEach(() => world.setClock(null));

const admin = viewers.staff('admin');
const automotive = viewers.partner('automotive');
const full = { threshold: '5,000 points', expiry: '2031-12-31', limits: '1 per member' };
const document = upsertDocument.replace(
  '... on Refusal',
  `... on DisclosureMissing { missing } ... on ParityViolation { differences { what expected lacking } }
  ... on CategoryBlocked { category issuer { id } } ... on BoundExceeded { allowed } ... on Refusal`,
);
const save = (input: object, viewer = automotive, key = newKey()) =>
  world.get(viewer, document, { input: { ...maintenance, disclosure: full, ...input } }, key);
const isThere = async (id: string): Promise<boolean> => (await world.get(viewers.anonymous, `{ item(id: "${id}") { version } }`)) !== null;

describe('disclosure', () => {
  test.each`
    disclosure                                     | missing
    ${{ ...full, threshold: null }}                | ${['threshold']}
    ${{ threshold: '5,000 points', expiry: '  ' }} | ${['expiry', 'limits']}
    ${{}}                                          | ${['threshold', 'expiry', 'limits']}
  `('half of one is refused with all that is missing: $missing', async ({ disclosure, missing }) => {
    expect(await save({ id: 'half', disclosure })).toMatchObject({ __typename: 'DisclosureMissing', code: 'DISCLOSURE_MISSING', missing });
    expect(await isThere('half')).toBe(false);
    // A refused save takes no id: somebody else may use it.
    expect(await world.sql('select 1 from catalog.shelf where item = $1', ['half'])).toEqual([]);
  });

  test('none at all is saved with a warning, unless an admin asks for it', async () => {
    expect(await save({ id: 'none', disclosure: null })).toMatchObject({
      __typename: 'ItemSaved',
      checks: expect.arrayContaining([{ rule: 'DISCLOSURE', pass: false, detail: 'not disclosed: threshold, expiry, limits' }]) as unknown,
    });
    const require = (disclosureRequired: boolean) =>
      world.get(
        admin,
        'mutation ($input: CatalogPolicyInput!) { setCatalogPolicy(owner: "automotive", input: $input) { policy { disclosureRequired } } }',
        { input: { disclosureRequired } },
        newKey(),
      );
    expect(await require(true)).toEqual({ policy: { disclosureRequired: true } });
    expect(await save({ id: 'none', disclosure: null })).toMatchObject({
      code: 'DISCLOSURE_MISSING',
      missing: ['threshold', 'expiry', 'limits'],
    });
    expect(await save({ id: 'none' })).toMatchObject({ __typename: 'ItemSaved', item: { version: 2 } });
    await require(false);
  });
});

describe('parity: a ticket for points is a ticket (B15)', () => {
  const open = { days: [1, 2, 3, 4, 5, 6, 7], hours: [{ from: '08:00', until: '18:00' }], services: ['entry', 'cable car'] };
  const ticket = (points: object, cash: object = open) => ({ id: 'scenic', windows: { cash, points } });

  test('every respect in which who pays points is worse off is named at once', async () => {
    const season = { from: '2031-04-01T00:00:00+08:00', until: '2031-11-01T00:00:00+08:00' };
    const narrow = {
      days: [1, 2, 3, 4, 5],
      hours: [{ from: '09:30', until: '18:00' }],
      windows: [{ ...season, from: '2031-04-01T00:00:01+08:00' }],
      services: ['entry'],
    };
    expect(await save(ticket(narrow, { ...open, windows: [season] }))).toMatchObject({
      __typename: 'ParityViolation',
      differences: [
        { what: 'DAYS', lacking: 'SAT SUN' },
        { what: 'HOURS', expected: '08:00-18:00', lacking: '08:00-09:30' },
        { what: 'WINDOWS', lacking: '2031-03-31T16:00:00.000Z/2031-03-31T16:00:01.000Z' },
        { what: 'SERVICES', lacking: 'cable car' },
      ],
    });
    expect(await isThere('scenic')).toBe(false);
  });

  test('equal or wider is published; the page says so; a later version narrows nothing, not even by way of saying nothing', async () => {
    expect(await save(ticket(open))).toMatchObject({
      __typename: 'ItemSaved',
      item: { version: 1 },
      checks: expect.arrayContaining([{ rule: 'PARITY', pass: true, detail: '' }]) as unknown,
    });
    expect(
      await world.get(
        viewers.anonymous,
        '{ item(id: "scenic") { parity disclosure { threshold expiry limits } use { cash { hours { from until } } points { days services } } } }',
      ),
    ).toEqual({
      parity: 'EQUAL',
      disclosure: full,
      use: {
        cash: { hours: [{ from: '08:00', until: '18:00' }] },
        points: { days: [1, 2, 3, 4, 5, 6, 7], services: ['entry', 'cable car'] },
      },
    });
    const later = { ...open, hours: [{ from: '08:00', until: '17:59' }] };
    expect(await save(ticket(later, later))).toMatchObject({
      code: 'PARITY_VIOLATION',
      differences: [{ what: 'HOURS', lacking: '17:59-18:00' }],
    });
    expect(await save({ id: 'scenic' })).toMatchObject({ __typename: 'ItemSaved', item: { version: 2 } });
    expect(await world.get(viewers.anonymous, '{ item(id: "scenic") { parity use { cash { days } } } }')).toEqual({
      parity: 'UNDECLARED',
      use: null,
    });
    expect(await save(ticket(later, later))).toMatchObject({ code: 'PARITY_VIOLATION' });
    expect(await save(ticket({ ...open, hours: [{ from: '07:00', until: '19:00' }] }))).toMatchObject({ __typename: 'ItemSaved' });
  });

  test("a season that is over is nobody's loss; one second before its end it still is", async () => {
    const season = { from: '2031-04-01T00:00:00+08:00', until: '2031-11-01T00:00:00+08:00' };
    const next = { from: '2032-04-01T00:00:00+08:00', until: '2032-11-01T00:00:00+08:00' };
    const during = (window: object) => ({ id: 'season', windows: { cash: { windows: [window] }, points: { windows: [window] } } });
    await world.setClock(new Date('2031-05-01T00:00:00+08:00'));
    expect(await save(during(season))).toMatchObject({ __typename: 'ItemSaved' });
    await world.setClock(new Date('2031-10-31T23:59:59+08:00'));
    expect(await save(during(next))).toMatchObject({ code: 'PARITY_VIOLATION', differences: [{ what: 'WINDOWS' }] });
    await world.setClock(new Date(season.until));
    expect(await save(during(next))).toMatchObject({ __typename: 'ItemSaved' });
  });

  test.each([{ days: [8] }, { hours: [{ from: '18:00', until: '08:00' }] }, { hours: [{ from: '8', until: '9' }] }])(
    '%j is malformed',
    async (use) => {
      const answer = await world.ask(automotive, document, { input: { ...maintenance, windows: { cash: {}, points: use } } }, newKey());
      expect(answer.errors?.[0]?.extensions?.['code']).toBe('BAD_INPUT');
    },
  );
});

describe("a regulated issuer's points pay for no cash equivalents (A16)", () => {
  const card = { id: 'prepaid-card', category: 'cash-equivalent', faceFen: 10_000 };
  const block = (categories: string[], viewer = admin) =>
    world.ask(
      viewer,
      'mutation ($categories: [String!]!) { setBlockedCategories(issuer: "banking", categories: $categories) { categories } }',
      { categories },
      newKey(),
    );

  test('neither as their price nor beside others; lifted, they may', async () => {
    expect((await block(['cash-equivalent', 'gift-card', 'cash-equivalent'])).data).toEqual({
      setBlockedCategories: { categories: ['cash-equivalent', 'gift-card'] },
    });
    expect(await world.get(viewers.anonymous, '{ blockedCategories(issuer: "banking") }')).toEqual(['cash-equivalent', 'gift-card']);
    expect(await save({ ...card, price: { programme: 'BANK-P', points: 50_000 } })).toMatchObject({
      __typename: 'CategoryBlocked',
      code: 'CATEGORY_BLOCKED',
      category: 'cash-equivalent',
      issuer: { id: 'banking' },
    });
    expect(await isThere('prepaid-card')).toBe(false);
    expect(await save({ ...card, price: { programme: 'AUTO-P', points: 1_000 } })).toMatchObject({
      __typename: 'ItemSaved',
      checks: expect.arrayContaining([{ rule: 'CATEGORY', pass: false, detail: 'not to be paid with points of: banking' }]) as unknown,
    });
    const { uid, viewer } = newMember();
    world.peers.give(uid, 'BANK-P', 50_000);
    world.peers.give(uid, 'AUTO-P', 400);
    const quote = () =>
      world.get(
        viewer,
        'mutation { quote(cart: [{ item: "prepaid-card" }], cashMaxFen: 0) { __typename ... on InsufficientPoints { missing } ... on Quoted { quote { legs { programme { id } points } } } } }',
        {},
        newKey(),
      );
    expect(await quote()).toEqual({ __typename: 'InsufficientPoints', missing: 600 });
    expect(await world.get(viewer, '{ redeemable(filter: { category: "cash-equivalent" }) { nodes { state missing } } }')).toEqual({
      nodes: [{ state: 'MISSING_POINTS', missing: 600 }],
    });
    expect((await block([])).data).toEqual({ setBlockedCategories: { categories: [] } });
    expect(await quote()).toMatchObject({ quote: { legs: [{ points: 400 }, { points: 30_000 }] } });
  });

  test("only the operator's staff block", async () => {
    expect((await block([], viewers.partner('banking'))).errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN_FIELD');
    expect((await block(['  '])).errors?.[0]?.extensions?.['code']).toBe('BAD_INPUT');
  });
});

test('a price once made of cost and demand keeps its bound when the item is saved', async () => {
  await world.setClock(new Date('2030-01-01T12:00:00+08:00'));
  await save({ id: 'bounded' });
  await world.get(admin, 'mutation { setPricing(item: "bounded", cost: 50000, demand: "1", boundPct: "10") { __typename } }', {}, newKey());
  expect(await save({ id: 'bounded', price: { programme: 'AUTO-P', points: 5_501 } })).toMatchObject({
    code: 'BOUND_EXCEEDED',
    allowed: 5_500,
  });
  expect(await save({ id: 'bounded', price: { programme: 'AUTO-P', points: 5_500 } })).toMatchObject({ __typename: 'ItemSaved' });
  const other = await world.ask(
    automotive,
    document,
    { input: { ...maintenance, id: 'bounded', price: { programme: 'COAL-P', points: 1 } } },
    newKey(),
  );
  expect(other.errors?.[0]?.extensions?.['code']).toBe('BAD_INPUT');
});
