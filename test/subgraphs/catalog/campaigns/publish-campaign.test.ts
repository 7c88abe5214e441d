import { viewers } from '../../../support/viewers.js';
import { newKey, offer, openWorld, type World } from '../world.js';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await world.setClock(new Date('2030-04-20T12:00:00+08:00'));
  await offer(world, { id: 'phone', price: { programme: 'AUTO-P', points: 100_000 } });
  await offer(world, { id: 'air-con-cleaning', price: { programme: 'AUTO-P', points: 6_000 } });
  await world.get(
    admin,
    'mutation { setPriceOverride(item: "air-con-cleaning", points: 5000, from: "2030-05-01T00:00:00+08:00", until: "2030-06-01T00:00:00+08:00", reason: "anniversary") { __typename } }',
    {},
    newKey(),
  );
  for (const [id, programme, category] of [
    ['half-dress', 'COAL-P', 'dress'],
    ['half-shoes', 'COAL-P', 'shoes'],
    ['half-all', 'COAL-P', undefined],
    ['half-tel', 'TEL-P', undefined],
    ['half-more', 'COAL-P', undefined],
  ] as const)
    world.peers.rules.set(id, { programme, bonusBasisPoints: 5_000, ...(category === undefined ? {} : { category }) });
  world.peers.rules.set('cancelled', { programme: 'COAL-P', kind: 'EVENT', bonusBasisPoints: 1_000 });
  world.peers.rules.set('ten-per-yuan', { programme: 'TEL-P', rate: { points: 10, fen: 100 } });
});
afterAll(() => world.close());

const admin = viewers.staff('admin');
const approver = viewers.staff('approver');
const whole = { threshold: '100,000', accrualRule: '1 point per yuan', expiry: '24 months', limits: '1 per member' };
const create = `mutation ($input: CreateCampaignInput!) { createCampaign(input: $input) {
  __typename ... on CampaignCreated { campaign { id version state headline { en } } replayed } ... on Refusal { code } } }`;
const publishDocument = `mutation ($campaign: ID!) { publish(campaign: $campaign) { __typename
  ... on Published { state replayed campaign { version headline { zh en } disclosure { threshold } } }
  ... on DisclosureMissing { missing } ... on LabelMismatch { claimed computed mismatches { claimed computed } }
  ... on ParityViolation { differences { what expected lacking } } ... on Refusal { code message } } }`;
const campaign = (id: string, input: object = {}) => ({
  id,
  owner: 'automotive',
  name: { zh: '活动', en: 'Campaign' },
  headline: { zh: '周年', en: 'Anniversary' },
  startsAt: '2030-05-01T00:00:00+08:00',
  endsAt: '2030-06-01T00:00:00+08:00',
  disclosure: whole,
  ...input,
});
const draft = (id: string, input: object = {}) => world.get(admin, create, { input: campaign(id, input) }, newKey());
const publish = (id: string, viewer = approver, key = newKey()) => world.get(viewer, publishDocument, { campaign: id }, key);
const readAs = async (viewer: typeof admin | typeof viewers.anonymous, fields: string) =>
  Object.values((await world.ask(viewer, `{ ${fields} }`)).data ?? {})[0] ?? null;

test('the phone of 100,000 points: not without its rules; then the headline carries the threshold (A12)', async () => {
  const phone = { headline: { zh: '积分换手机', en: 'Points get you a phone' }, items: ['phone'] };
  await draft('phone', { ...phone, disclosure: { accrualRule: '1 point per yuan' } });
  expect(await publish('phone')).toMatchObject({ __typename: 'DisclosureMissing', missing: ['threshold', 'expiry', 'limits'] });
  expect(await readAs(viewers.anonymous, 'campaign(id: "phone") { id }')).toBeNull();
  await draft('phone', phone);
  expect(await publish('phone', approver, 'phone')).toMatchObject({
    __typename: 'Published',
    state: 'PUBLISHED',
    replayed: false,
    campaign: { version: 2, headline: { en: 'Points get you a phone (from: 100,000)' } },
  });
  expect(await publish('phone', approver, 'phone')).toMatchObject({ replayed: true });
  expect(
    await readAs(viewers.anonymous, 'campaign(id: "phone") { headline { zh } disclosure { limits } items { id } owner { id } }'),
  ).toEqual({
    headline: { zh: '积分换手机（门槛：100,000）' },
    disclosure: { limits: '1 per member' },
    items: [{ id: 'phone' }],
    owner: { id: 'automotive' },
  });
});

test('nobody publishes what they drafted', async () => {
  const both = viewers.partnerStaff('automotive');
  await world.get(both, create, { input: campaign('own') }, newKey());
  expect(await publish('own', both)).toMatchObject({ __typename: 'SelfApproval' });
  expect(await publish('own', viewers.partnerStaff('automotive', 'partner-admin', 'somebody-else'))).toMatchObject({
    __typename: 'Published',
  });
});

describe('labels against the numbers', () => {
  test.each`
    what                        | input                                                                                                       | answer
    ${'+16.7 % value'}          | ${{ claims: [{ kind: 'PERCENTAGE', of: 'VALUE', percent: '+16.7' }] }}                                      | ${'-16.67 % price, +20.00 % value'}
    ${'+20.00 % value'}         | ${{ claims: [{ kind: 'PERCENTAGE', of: 'VALUE', percent: '+20.00' }] }}                                     | ${null}
    ${'-16.67 % price'}         | ${{ claims: [{ kind: 'PERCENTAGE', of: 'PRICE', percent: '-16.67' }] }}                                     | ${null}
    ${'double'}                 | ${{ claims: [{ kind: 'DOUBLE', of: 'VALUE' }] }}                                                            | ${'-16.67 % price, +20.00 % value'}
    ${'double in the headline'} | ${{ headline: { zh: '加倍兑换', en: 'Anniversary' } }}                                                      | ${'-16.67 % price, +20.00 % value'}
    ${'the telecom 1 %'}        | ${{ items: [], rules: ['ten-per-yuan'], claims: [{ kind: 'PERCENTAGE', of: 'GIVE_BACK', percent: '1' }] }}  | ${'+10.00 % give-back'}
    ${'its true 10 %'}          | ${{ items: [], rules: ['ten-per-yuan'], claims: [{ kind: 'PERCENTAGE', of: 'GIVE_BACK', percent: '10' }] }} | ${null}
  `('$what: $answer', async ({ input, answer }) => {
    const id = `label-${newKey()}`;
    await draft(id, { items: ['air-con-cleaning'], ...(input as object) });
    expect(await publish(id)).toMatchObject(
      answer === null ? { __typename: 'Published' } : { __typename: 'LabelMismatch', computed: answer },
    );
  });

  test.each`
    rules                           | claim                                                      | answer
    ${['half-all', 'half-more']}    | ${{ kind: 'DOUBLE', of: 'ACCRUAL' }}                       | ${null}
    ${['half-all', 'half-tel']}     | ${{ kind: 'DOUBLE', of: 'ACCRUAL' }}                       | ${'+50.00 % accrual'}
    ${['half-dress', 'half-shoes']} | ${{ kind: 'DOUBLE', of: 'ACCRUAL' }}                       | ${'+50.00 % accrual'}
    ${['half-dress', 'half-shoes']} | ${{ kind: 'FREE_TEXT', text: '1.5倍积分' }}                | ${null}
    ${['half-dress', 'cancelled']}  | ${{ kind: 'PERCENTAGE', of: 'ACCRUAL', percent: '60' }}    | ${'+50.00 % accrual'}
    ${['cancelled']}                | ${{ kind: 'PERCENTAGE', of: 'ACCRUAL', percent: '10' }}    | ${'nothing of the kind'}
    ${['half-dress']}               | ${{ kind: 'FREE_TEXT', text: '三倍积分 / Triple points' }} | ${'+50.00 % accrual'}
  `('$claim of $rules: $answer', async ({ rules, claim, answer }) => {
    const id = `rules-${newKey()}`;
    await draft(id, { rules, claims: [claim] });
    expect(await publish(id)).toMatchObject(
      answer === null ? { __typename: 'Published' } : { __typename: 'LabelMismatch', computed: answer },
    );
  });

  test.each`
    disclosure                                         | claimed
    ${{ threshold: '5,000, double value' }}            | ${'5,000, double value'}
    ${{ threshold: '5,000，每积分价值三倍' }}          | ${'5,000，每积分价值三倍'}
    ${{ accrualRule: '50 % more points' }}             | ${'50 % more points'}
    ${{ expiry: '12 months, at half price' }}          | ${'12 months, at half price'}
    ${{ limits: 'was 9,000, now 5,000' }}              | ${'was 9,000, now 5,000'}
    ${{ threshold: '5,000, each worth 20.00 % more' }} | ${null}
    ${{ limits: '每人限2次, twice a month' }}          | ${null}
    ${{ limits: 'points pay at most 50 % of a bill' }} | ${null}
    ${{ limits: '积分最多抵扣账单的50%' }}             | ${null}
    ${{ limits: 'at most three items, 50 % off' }}     | ${'at most three items, 50 % off'}
    ${{ limits: 'up to 50 % more points' }}            | ${'up to 50 % more points'}
  `('what is disclosed is held against them like a headline: $disclosure', async ({ disclosure, claimed }) => {
    const id = `discloses-${newKey()}`;
    await draft(id, { items: ['air-con-cleaning'], disclosure: { ...whole, ...(disclosure as object) } });
    expect(await publish(id)).toMatchObject(claimed === null ? { __typename: 'Published' } : { __typename: 'LabelMismatch', claimed });
  });

  test('an unknown rule, item or campaign is bad input', async () => {
    await draft('unknown-rule', { rules: ['nothing'] });
    for (const [document, variables, viewer] of [
      [publishDocument, { campaign: 'unknown-rule' }, approver],
      [create, { input: campaign('unknown-item', { items: ['nothing'] }) }, admin],
      [publishDocument, { campaign: 'nothing' }, approver],
    ] as const) {
      const { errors } = await world.ask(viewer, document, variables, newKey());
      expect(errors?.[0]?.extensions?.['code']).toBe('BAD_INPUT');
    }
  });
});

test("a partner promotes its own items only, the operator's staff any", async () => {
  await offer(world, { id: 'sim', owner: 'telecom', price: { programme: 'TEL-P', points: 800 } });
  const staff = viewers.partnerStaff('automotive');
  const joint = { input: campaign('joint', { items: ['phone', 'sim'] }) };
  const { errors } = await world.ask(staff, create, joint, newKey());
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_INPUT', argument: 'items', item: 'sim' });
  expect(await world.get(staff, create, { input: campaign('joint', { items: ['phone'] }) }, newKey())).toMatchObject({
    __typename: 'CampaignCreated',
  });
  expect(await world.get(admin, create, joint, newKey())).toMatchObject({ __typename: 'CampaignCreated' });
});

test.each`
  argument                    | inputOf
  ${'name'}                   | ${(text: string) => ({ name: { zh: text, en: 'Campaign' } })}
  ${'name'}                   | ${(text: string) => ({ name: { zh: '活动', en: text } })}
  ${'headline'}               | ${(text: string) => ({ headline: { zh: text, en: 'Anniversary' } })}
  ${'headline'}               | ${(text: string) => ({ headline: { zh: '周年', en: text } })}
  ${'claims'}                 | ${(text: string) => ({ claims: [{ kind: 'FREE_TEXT', text }] })}
  ${'claims'}                 | ${(text: string) => ({ claims: [{ kind: 'PERCENTAGE', of: 'PRICE', percent: '5'.padEnd(text.length) }] })}
  ${'disclosure.threshold'}   | ${(text: string) => ({ disclosure: { ...whole, threshold: text } })}
  ${'disclosure.accrualRule'} | ${(text: string) => ({ disclosure: { ...whole, accrualRule: text } })}
  ${'disclosure.expiry'}      | ${(text: string) => ({ disclosure: { ...whole, expiry: text } })}
  ${'disclosure.limits'}      | ${(text: string) => ({ disclosure: { ...whole, limits: text } })}
`('$argument of 500 characters is kept, and of 501 refused', async ({ argument, inputOf }) => {
  const attempt = (length: number) =>
    world.ask(admin, create, { input: campaign('long', (inputOf as (text: string) => object)('1'.repeat(length))) }, newKey());
  expect(Object.values((await attempt(500)).data ?? {})).toMatchObject([{ __typename: 'CampaignCreated' }]);
  expect((await attempt(501)).errors?.[0]).toMatchObject({
    message: `\`${argument}\` is at most 500 characters`,
    extensions: { code: 'BAD_INPUT', argument },
  });
});

describe('a claim holds for all of the time of its campaign', () => {
  const setOverride = `mutation ($item: ID!, $points: Points!, $from: DateTime!, $until: DateTime!) {
    setPriceOverride(item: $item, points: $points, from: $from, until: $until, reason: "sale") { __typename } }`;
  const december = { startsAt: '2030-12-01T00:00:00+08:00', endsAt: '2031-01-01T00:00:00+08:00' };
  const ninety = { claims: [{ kind: 'PERCENTAGE', of: 'PRICE', percent: '-90' }] };
  const cheap = async (id: string, from: string, until: string): Promise<void> => {
    await offer(world, { id, price: { programme: 'AUTO-P', points: 60_000 } });
    await world.get(admin, setOverride, { item: id, points: 6_000, from, until }, newKey());
  };
  afterEach(() => world.setClock(new Date('2030-04-20T12:00:00+08:00')));

  test.each`
    from                           | until                          | answer
    ${'2030-12-01T00:00:00+08:00'} | ${'2031-01-01T00:00:00+08:00'} | ${null}
    ${'2030-11-20T00:00:00+08:00'} | ${'2031-01-10T00:00:00+08:00'} | ${null}
    ${'2030-11-01T00:00:00+08:00'} | ${'2030-12-01T00:00:01+08:00'} | ${'-90.00 % price, +900.00 % value, 0.00 % price, 0.00 % value'}
    ${'2030-12-01T00:00:00+08:00'} | ${'2030-12-31T23:59:59+08:00'} | ${'-90.00 % price, +900.00 % value, 0.00 % price, 0.00 % value'}
    ${'2030-12-01T00:00:01+08:00'} | ${'2031-01-01T00:00:00+08:00'} | ${'-90.00 % price, +900.00 % value, 0.00 % price, 0.00 % value'}
  `('a special price from $from until $until: $answer', async ({ from, until, answer }) => {
    const id = `covered-${newKey()}`;
    await cheap(id, from as string, until as string);
    await draft(id, { items: [id], ...december, ...ninety });
    expect(await publish(id)).toMatchObject(
      answer === null ? { __typename: 'Published' } : { __typename: 'LabelMismatch', computed: answer },
    );
  });

  test('what is over when it is published was claimed to nobody', async () => {
    await cheap('late', '2030-12-10T00:00:00+08:00', '2031-01-01T00:00:00+08:00');
    await draft('late', { items: ['late'], ...december, ...ninety });
    await world.setClock(new Date('2030-12-09T23:59:59+08:00'));
    expect(await publish('late')).toMatchObject({ __typename: 'LabelMismatch' });
    await world.setClock(new Date('2030-12-10T00:00:00+08:00'));
    expect(await publish('late')).toMatchObject({ __typename: 'Published' });
  });

  test('no percentage of a price that nobody was asked before', async () => {
    const from = '2030-04-20T12:01:00+08:00';
    await cheap('puffed', from, '2030-06-01T00:00:00+08:00');
    await draft('puffed', { items: ['puffed'], startsAt: from, ...ninety });
    expect(await publish('puffed')).toMatchObject({ __typename: 'LabelMismatch', computed: '0.00 % price, 0.00 % value' });
  });
});

test.each(['telecom', 'automotive'])(
  "of which age a price of before has to be is the item owner's policy, whoever promotes it: %s",
  async (owner) => {
    const policy = 'mutation { setCatalogPolicy(owner: "telecom", input: { referenceLookBackSeconds: 86400 }) { __typename } }';
    await world.get(admin, policy, {}, newKey());
    const id = `promoted-by-${owner}`;
    await offer(world, { id, owner: 'telecom', price: { programme: 'TEL-P', points: 6_000 } });
    const from = '2030-04-21T12:00:00+08:00';
    await world.get(
      admin,
      `mutation { setPriceOverride(item: "${id}", points: 5000, from: "${from}", until: "2030-06-01T00:00:00+08:00", reason: "sale") { __typename } }`,
      {},
      newKey(),
    );
    await draft(id, { owner, items: [id], startsAt: from, claims: [{ kind: 'PERCENTAGE', of: 'PRICE', percent: '-16.67' }] });
    expect(await publish(id)).toMatchObject({ __typename: 'Published' });
  },
);

describe('a rule that is promoted is published, and in force as long as the campaign is', () => {
  const bonus = { programme: 'TEL-P', bonusBasisPoints: 10_000 };
  const run = { startsAt: '2030-05-01T00:00:00+08:00', endsAt: '2030-06-01T00:00:00+08:00' };
  const period = 'from 2030-04-30T16:00:00.000Z until 2030-05-31T16:00:00.000Z';
  const double = { ...run, rules: ['double'], headline: { zh: '积分加倍', en: 'Double points' } };
  const published = async (rule: object): Promise<Record<string, unknown>> => {
    world.peers.rules.set('double', { ...bonus, ...rule });
    const id = `double-${newKey()}`;
    await draft(id, double);
    return publish(id);
  };
  afterAll(() => ['double', 'newer'].map((id) => world.peers.rules.delete(id)));

  test('a draft gives nobody anything', async () => {
    expect(await published({ state: 'DRAFT', validFrom: '2030-01-01T00:00:00Z' })).toMatchObject({
      __typename: 'LabelMismatch',
      mismatches: [{ claimed: `double, ${period}`, computed: 'not published' }],
    });
  });

  test.each`
    validFrom                 | validUntil                | answer
    ${'2030-04-30T16:00:00Z'} | ${'2030-05-31T16:00:00Z'} | ${null}
    ${'2030-04-30T16:00:01Z'} | ${undefined}              | ${'in force from 2030-04-30T16:00:01.000Z'}
    ${'2030-01-01T00:00:00Z'} | ${'2030-05-31T15:59:59Z'} | ${'in force from 2030-01-01T00:00:00.000Z until 2030-05-31T15:59:59.000Z'}
    ${'2029-01-01T00:00:00Z'} | ${'2030-01-01T00:00:00Z'} | ${'in force from 2029-01-01T00:00:00.000Z until 2030-01-01T00:00:00.000Z'}
  `('from $validFrom until $validUntil: $answer', async ({ answer, ...validity }) => {
    expect(await published(validity as object)).toMatchObject(
      answer === null ? { __typename: 'Published' } : { __typename: 'LabelMismatch', mismatches: [{ computed: answer }] },
    );
  });

  test('a newer version that takes over ends it', async () => {
    const newer = { ...bonus, bonusBasisPoints: 1, name: 'double', version: 2 };
    world.peers.rules.set('newer', { ...newer, validFrom: '2030-05-31T16:00:00Z' });
    expect(await published({})).toMatchObject({ __typename: 'Published' });
    world.peers.rules.set('newer', { ...newer, validFrom: '2030-05-31T15:59:59Z' });
    expect(await published({})).toMatchObject({
      __typename: 'LabelMismatch',
      mismatches: [{ computed: 'in force from 2020-01-01T00:00:00.000Z until 2030-05-31T15:59:59.000Z' }],
    });
    world.peers.rules.set('newer', { ...newer, name: 'another', validFrom: '2030-05-01T00:00:00Z' });
    expect(await published({})).toMatchObject({ __typename: 'Published' });
  });
});

describe('the scenic ticket (B15)', () => {
  const open = { hours: [{ from: '08:00', until: '18:00' }] };
  const windows = (points: object, cash: object = open) => ({ windows: { cash, points } });

  test('narrower hours for points are refused, equal ones pass', async () => {
    await draft('scenic', windows({ days: [1, 2, 3, 4, 5], hours: [{ from: '09:00', until: '16:00' }] }));
    expect(await publish('scenic')).toMatchObject({
      __typename: 'ParityViolation',
      differences: [
        { what: 'DAYS', lacking: 'SAT SUN' },
        { what: 'HOURS', expected: '08:00-18:00', lacking: '08:00-09:00, 16:00-18:00' },
      ],
    });
    await draft('scenic', windows(open));
    expect(await publish('scenic')).toMatchObject({ __typename: 'Published', campaign: { version: 2 } });
  });

  test('what was published is not narrowed later, not for both alike either; a wider version takes over from its beginning', async () => {
    const narrow = { hours: [{ from: '09:00', until: '18:00' }] };
    const later = { startsAt: '2030-05-10T00:00:00+08:00' };
    await draft('scenic', { ...windows(narrow, narrow), ...later });
    expect(await publish('scenic')).toMatchObject({
      __typename: 'ParityViolation',
      differences: [{ what: 'HOURS', lacking: '08:00-09:00' }],
    });
    await draft('scenic', { ...windows({}, open), ...later });
    expect(await publish('scenic')).toMatchObject({ __typename: 'Published', campaign: { version: 4 } });
    const shown = async (at: string) => {
      await world.setClock(new Date(at));
      return readAs(viewers.anonymous, 'campaign(id: "scenic") { version state }');
    };
    expect(await shown('2030-05-09T23:59:59+08:00')).toEqual({ version: 2, state: 'PUBLISHED' });
    expect(await shown('2030-05-10T00:00:00+08:00')).toEqual({ version: 4, state: 'PUBLISHED' });
    expect(await shown('2030-06-01T00:00:00+08:00')).toEqual({ version: 4, state: 'ENDED' });
    await world.setClock(new Date('2030-04-20T12:00:00+08:00'));
  });
});

describe('a campaign that runs', () => {
  const open = { windows: { cash: {}, points: { hours: [{ from: '00:00', until: '24:00' }] } } };
  const narrow = {
    windows: { cash: { hours: [{ from: '09:00', until: '18:00' }] }, points: { hours: [{ from: '09:00', until: '18:00' }] } },
  };
  const may = (day: number, time = '00:00:00'): string => `2030-05-${String(day).padStart(2, '0')}T${time}+08:00`;
  const publishedAs = async (id: string, input: object): Promise<Record<string, unknown>> => {
    await draft(id, input);
    return publish(id);
  };
  const codeOf = async (id: string, input: object): Promise<unknown> => {
    await draft(id, input);
    return (await world.ask(approver, publishDocument, { campaign: id }, newKey())).errors?.[0]?.extensions?.['code'];
  };
  afterEach(() => world.setClock(new Date('2030-04-20T12:00:00+08:00')));

  test('is not replaced at once, though another version is published that begins later', async () => {
    expect(await publishedAs('runs', open)).toMatchObject({ __typename: 'Published' });
    expect(await publishedAs('runs', { ...open, startsAt: may(20) })).toMatchObject({ __typename: 'Published' });
    await world.setClock(new Date(may(6)));
    expect(await codeOf('runs', { ...open, startsAt: may(1) })).toBe('BAD_INPUT');
    expect(await codeOf('runs', { ...open, startsAt: may(6) })).toBe('BAD_INPUT');
    expect(await readAs(viewers.anonymous, 'campaign(id: "runs") { version }')).toEqual({ version: 1 });
    expect(await publishedAs('runs', { ...open, startsAt: may(6, '00:00:01') })).toMatchObject({ __typename: 'Published' });
  });

  test.each`
    seconds | answer
    ${-1}   | ${'BAD_INPUT'}
    ${0}    | ${undefined}
    ${1}    | ${undefined}
  `('$seconds s from the end of it, a version that began before: $answer', async ({ seconds, answer }) => {
    const id = `ends-${newKey()}`;
    await publishedAs(id, { ...open, endsAt: may(10) });
    await world.setClock(new Date(Date.parse(may(10)) + (seconds as number) * 1_000));
    expect(await codeOf(id, { ...open, startsAt: may(2) })).toBe(answer);
  });

  test('keeps its promise after a version of one second in between', async () => {
    await publishedAs('blink', open);
    expect(await publishedAs('blink', { ...open, startsAt: may(5), endsAt: may(5, '00:00:01') })).toMatchObject({
      __typename: 'Published',
    });
    await world.setClock(new Date(may(6)));
    const narrowed = { __typename: 'ParityViolation', differences: [{ what: 'HOURS', lacking: '00:00-09:00, 18:00-24:00' }] };
    expect(await publishedAs('blink', { ...narrow, startsAt: may(7) })).toMatchObject(narrowed);
    expect(await codeOf('blink', { ...open, startsAt: may(6) })).toBe('BAD_INPUT');
    // Once the time is over that was promised, nothing is taken from anybody.
    await world.setClock(new Date('2030-05-31T23:59:59+08:00'));
    expect(
      await publishedAs('blink', { ...narrow, startsAt: '2030-06-02T00:00:00+08:00', endsAt: '2030-07-01T00:00:00+08:00' }),
    ).toMatchObject(narrowed);
    await world.setClock(new Date('2030-06-01T00:00:00+08:00'));
    expect(await publish('blink')).toMatchObject({ __typename: 'Published' });
  });
});

test('the credit festival: 470,000,000.00 of 200,000 members are 2,350.00 each (A10)', async () => {
  await draft('festival');
  await publish('festival');
  const record =
    'mutation { recordCampaignResult(campaign: "festival", members: 200000, salesFen: 47000000000, points: 0) { report { members salesFen salesPerMemberFen } } }';
  const report = { members: 200_000, salesFen: 47_000_000_000, salesPerMemberFen: 235_000 };
  expect(await world.get(admin, record, {}, newKey())).toEqual({ report });
  const asked = 'campaign(id: "festival") { report { members salesFen salesPerMemberFen } }';
  expect(await readAs(viewers.partnerStaff('automotive'), asked)).toEqual({ report });
  expect(await readAs(viewers.partner('telecom'), asked)).toEqual({ report: null });
});

test('a draft is there for who works on it, and twenty approvals at once publish it once', async () => {
  await draft('draft');
  const asked = 'campaign(id: "draft") { state }';
  const seen = await Promise.all(
    [approver, viewers.partnerStaff('automotive'), viewers.partnerStaff('telecom'), viewers.anonymous].map((viewer) =>
      readAs(viewer, asked),
    ),
  );
  expect(seen).toEqual([{ state: 'DRAFT' }, { state: 'DRAFT' }, null, null]);
  const taken = { input: campaign('draft', { owner: 'telecom' }) };
  expect(await world.get(viewers.partnerStaff('telecom'), create, taken, newKey())).toMatchObject({ code: 'CAMPAIGN_TAKEN' });
  const answers = await Promise.all(Array.from({ length: 20 }, () => publish('draft')));
  expect(answers.filter(({ replayed }) => replayed === false)).toHaveLength(1);
  const { nodes } = await world.get<{ nodes: { id: string }[] }>(viewers.anonymous, '{ campaigns { nodes { id } } }');
  expect(nodes.map(({ id }) => id)).toContain('draft');
});
