import { testIds } from '../support/subgraph.js';
import { viewers } from '../support/viewers.js';
import type { Viewer } from '../../schema/viewer.js';
import { redeem, redeemOwn, type Redeemed, reportBill, reportServiceOrder, type Story, told } from './story.js';

/** Rows of the domain that these stories tell. */
export const rows = 'A2 A3 A4 A5 A6 A16 A21 A25 A31 A32 B10 B15 B18 B20 B22 B24 I16 F3 F4 G47'.split(' ');

const admin = viewers.staff('admin');
const disclosure = { threshold: 'as priced', expiry: 'end of next year', limits: '1 per member' };
const inHours = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();

type Programme = 'AUTO-P' | 'COAL-P' | 'TEL-P';

/** Somebody new with so many points, known to the partner that lets them be earned. */
const person = async (graph: Parameters<Story>[0], ref: string, programme: Programme, points: number): Promise<Viewer> => {
  const partner = { 'AUTO-P': 'automotive', 'COAL-P': 'retailer', 'TEL-P': 'telecom' }[programme];
  await told(
    graph(),
    admin,
    'mutation ($partner: ID!, $ref: String!) { enrolMember(input: { partner: $partner, ref: $ref, name: "价先生" }) { __typename } }',
    { partner, ref },
    `prices-enrol-${ref}`,
  );
  const reports = {
    'AUTO-P': [reportServiceOrder, { memberRef: ref, orderRef: ref, lines: [{ sku: 'repair', category: 'repair', fen: points * 100 }] }],
    'TEL-P': [reportBill, { memberRef: ref, billRef: ref, period: '2026-11', amountFen: points * 10 }],
    'COAL-P': [
      'mutation ($input: ReportBasketInput!) { reportBasket(input: $input) { __typename } }',
      { memberRef: ref, basketRef: ref, lines: [{ sku: 'goods', fen: points * 100 }] },
    ],
  } as const;
  const [document, input] = reports[programme];
  await told(graph(), viewers.partner(partner), document, { input }, `prices-earn-${ref}`);
  const { id } = await told<{ id: string }>(graph(), admin, 'query ($ref: String!) { member(ref: $ref) { id } }', {
    ref: `${partner}/${ref}`,
  });
  return viewers.member(testIds.open(id, 'staff') as string);
};

/** Prices, publish gates, appointments, coupons between partners, and what becomes of goods that are not what was said. */
export const pricesStory: Story = (graph) => {
  let saved = 0;
  const save = (
    id: string,
    owner: string,
    price: readonly [number, Programme | 'BANK-P'],
    input: object = {},
  ): Promise<Record<string, unknown>> =>
    told(
      graph(),
      admin,
      `mutation ($input: UpsertItemInput!) { upsertItem(input: $input) { __typename
        ... on ItemSaved { item { version } checks { rule pass } } ... on ParityViolation { differences { what lacking } }
        ... on CategoryBlocked { category issuer { id } } ... on DisclosureMissing { missing } ... on Refusal { code } } }`,
      {
        input: {
          id,
          owner,
          name: { zh: id, en: id },
          category: 'goods',
          price: { points: price[0], programme: price[1] },
          delivery: { kind: 'GOODS' },
          disclosure,
          ...input,
        },
      },
      `prices-save-${id}-${(saved += 1)}`,
    );
  const ask = <T = Record<string, unknown>>(viewer: Viewer, document: string, variables: object = {}, key?: string): Promise<T> =>
    told<T>(graph(), viewer, document, variables as Record<string, unknown>, key && `prices-${key}`);

  test('A6, I16, B20: cost 60.00, 0.01 a point, demand 1.00 are 6,000 points; list, page, split and quote read one version', async () => {
    const member = await person(graph, 'prices-a6', 'COAL-P', 10_000);
    await save('steel-cup', 'retailer', [6_000, 'COAL-P'], { faceFen: 6_000, category: 'cups' });
    const price = (demand: string, key: string) =>
      ask(
        admin,
        `mutation ($demand: Decimal!) { setPricing(item: "steel-cup", cost: 6000, demand: $demand, boundPct: 20) { __typename
          ... on PricingSet { version price } ... on BoundExceeded { allowed } } }`,
        { demand },
        key,
      );
    expect(await price('1.00', 'a6-usual')).toEqual({ __typename: 'PricingSet', version: 2, price: 6_000 });
    const quote =
      'mutation { quote(cart: [{ item: "steel-cup" }], cashMaxFen: 0) { ... on Quoted { quote { id version legs { points } } } } }';
    const { quote: kept } = await ask<{ quote: { id: string } }>(member, quote, {}, 'a6-quote-1');
    expect(await price('1.30', 'a6-too-far')).toEqual({ __typename: 'BoundExceeded', allowed: 7_200 });
    // A number in the document is as good as a text, and 20 per cent is the bound where nobody says.
    expect(
      await ask(
        admin,
        'mutation { setPricing(item: "steel-cup", cost: 6000, demand: 1.30) { __typename ... on BoundExceeded { allowed } } }',
        {},
        'a6-literal',
      ),
    ).toEqual({ __typename: 'BoundExceeded', allowed: 7_200 });
    expect(await price('1.20', 'a6-wanted')).toEqual({ __typename: 'PricingSet', version: 3, price: 7_200 });
    const one = { price: { points: 7_200, version: 3 } };
    expect(
      await ask(viewers.anonymous, '{ item(id: "steel-cup") { price { points version } poorDeal valuePerPoint { fen points } } }'),
    ).toEqual({
      ...one,
      poorDeal: true,
      valuePerPoint: { fen: 5, points: 6 },
    });
    expect(await ask(member, '{ redeemable(filter: { category: "cups" }) { nodes { price { points version } state } } }')).toEqual({
      nodes: [{ ...one, state: 'AVAILABLE' }],
    });
    expect(await ask(member, '{ split(cart: [{ item: "steel-cup" }]) { ... on SplitAnswer { cashFen legs { points } } } }')).toEqual({
      cashFen: 0,
      legs: [{ points: 7_200 }],
    });
    expect(await ask(member, quote, {}, 'a6-quote-2')).toMatchObject({ quote: { version: 3, legs: [{ points: 7_200 }] } });
    // What was quoted at 6,000 is had at 6,000.
    expect(await ask<Redeemed>(member, redeemOwn, { quoteId: kept.id }, 'a6-redeem')).toMatchObject({
      redemption: { state: 'COMPLETED', legs: [{ points: 6_000 }] },
    });
  });

  test('A2, A3, A5: an order keeps version 7; what came otherwise goes back, and an item of many complaints leaves the list', async () => {
    const member = await person(graph, 'prices-a2', 'COAL-P', 1_000);
    const feature = (value: string) => ({ faceFen: 1_000, features: [{ name: 'material', value }] });
    for (let version = 1; version <= 7; version += 1) await save('pan', 'fashion', [1_000, 'COAL-P'], feature(`steel ${version}`));
    const { redemption } = await ask<Redeemed>(member, redeemOwn, { cart: [{ item: 'pan' }], cashMaxFen: 0 }, 'a2-order');
    expect(await save('pan', 'fashion', [1_000, 'COAL-P'], feature('tin'))).toMatchObject({ item: { version: 8 } });
    await ask(
      admin,
      'mutation { setCatalogPolicy(owner: "fashion", input: { complaintLimitBasisPoints: 10000, complaintLeastOrders: 1 }) { replayed } }',
      {},
      'a5-limit',
    );
    const reported = await ask(
      member,
      `mutation ($id: ID!) { reportDefect(input: { redemption: $id, text: "It is tin", delivered: [{ name: "material", value: "tin" }] }) {
        ... on DefectReported { defect { advertised { version } differences { name advertised delivered } } } } }`,
      { id: redemption.id },
      'a2-report',
    );
    expect(reported).toEqual({
      defect: { advertised: { version: 7 }, differences: [{ name: 'material', advertised: 'steel 7', delivered: 'tin' }] },
    });
    const back = await ask(
      viewers.partner('fashion'),
      `mutation ($id: ID!) { returnLines(redemption: $id, lines: [{ line: 1 }], reason: NOT_AS_DESCRIBED) {
        __typename ... on LinesReturned { restored { points } cashFen advertised { version } } ... on Refusal { code } } }`,
      { id: redemption.id },
      'a3-return',
    );
    expect(back).toEqual({ __typename: 'LinesReturned', restored: [{ points: 1_000 }], cashFen: 0, advertised: [{ version: 7 }] });
    const page = await graph().ask(
      viewers.anonymous,
      '{ item(id: "pan") { id } itemWithdrawal(id: "pan") { cause } returnRules { reason references { zh } } }',
    );
    expect(page.data).toMatchObject({ item: null, itemWithdrawal: { cause: 'COMPLAINTS' } });
    expect(JSON.stringify(page.data?.['returnRules'])).toContain('产品质量法');
    expect(JSON.stringify(page.data?.['returnRules'])).not.toContain('POINTS');
  });

  test("A16: a bank's points pay for no cash equivalents", async () => {
    await ask(
      admin,
      'mutation { setBlockedCategories(issuer: "banking", categories: ["cash-equivalent"]) { categories } }',
      {},
      'a16-block',
    );
    expect(await save('prepaid-card', 'shop', [50_000, 'BANK-P'], { category: 'cash-equivalent' })).toEqual({
      __typename: 'CategoryBlocked',
      code: 'CATEGORY_BLOCKED',
      category: 'cash-equivalent',
      issuer: { id: 'banking' },
    });
    expect(await save('kettle-for-bank-points', 'shop', [50_000, 'BANK-P'])).toMatchObject({ __typename: 'ItemSaved' });
  });

  test('A25, B10: green points are an item, a coupon, or a part of a price; tags find the items', async () => {
    const { nodes } = await ask<{ nodes: { id: string }[] }>(viewers.anonymous, '{ items(filter: { tag: "green" }) { nodes { id } } }');
    expect(nodes.map(({ id }) => id)).toEqual(expect.arrayContaining(['charging-10kwh', 'eco-tour']));
    const member = await person(graph, 'prices-a25', 'COAL-P', 12_500);
    const take = (item: string, cashMaxFen: number | null) =>
      ask<Redeemed>(member, redeemOwn, { cart: [{ item }], cashMaxFen }, `a25-${item}`);
    expect((await take('charging-10kwh', 0)).redemption).toMatchObject({ state: 'COMPLETED', cashFen: 0, legs: [{ points: 1_500 }] });
    expect((await take('retail-coupon', 0)).redemption).toMatchObject({ state: 'COMPLETED', cashFen: 0, legs: [{ points: 10_000 }] });
    expect((await take('eco-tour', null)).redemption).toMatchObject({
      state: 'COMPLETED',
      cashFen: 49_000,
      legs: [{ points: 1_000, fen: 1_000 }],
    });
  });

  test('A32, B22: points pay a car wash, in part or the whole of it, as far as the shop lets them', async () => {
    const member = await person(graph, 'prices-a32', 'AUTO-P', 1_000);
    await save('car-wash', 'automotive', [300, 'AUTO-P'], { faceFen: 3_000, delivery: { kind: 'SERVICE_VOUCHER' } });
    await save('half-wash', 'automotive', [300, 'AUTO-P'], {
      faceFen: 3_000,
      delivery: { kind: 'SERVICE_VOUCHER' },
      maxPointsShareBasisPoints: 5_000,
    });
    const split = (item: string, points: number) =>
      ask(
        member,
        'query ($item: ID!, $points: Points!) { split(cart: [{ item: $item }], points: [{ programme: "AUTO-P", points: $points }]) { __typename ... on SplitAnswer { cashFen legs { points fen } } ... on ShareLimit { max } } }',
        { item, points },
      );
    expect(await split('car-wash', 100)).toMatchObject({ cashFen: 2_000, legs: [{ points: 100, fen: 1_000 }] });
    expect(await split('car-wash', 300)).toMatchObject({ cashFen: 0, legs: [{ points: 300, fen: 3_000 }] });
    expect(await split('half-wash', 150)).toMatchObject({ cashFen: 1_500 });
    expect(await split('half-wash', 160)).toEqual({ __typename: 'ShareLimit', max: 1_500 });
    expect((await ask<Redeemed>(member, redeemOwn, { cart: [{ item: 'car-wash' }], cashMaxFen: 0 }, 'a32-wash')).redemption).toMatchObject({
      cashFen: 0,
    });
  });

  test('A31 between partners: whoever issued a coupon owes whoever takes it; cancelled or in part, it is owed back', async () => {
    const member = await person(graph, 'prices-a31', 'COAL-P', 10_000);
    await save('coalition-coupon', 'coalition', [10_000, 'COAL-P'], {
      faceFen: 10_000,
      delivery: { kind: 'COUPON', amount: 10_000, unit: 'fen' },
      coupon: { thresholdFen: 20_000, scope: 'GROUP', acceptors: ['coalition', 'edu'] },
    });
    await ask(member, redeemOwn, { cart: [{ item: 'coalition-coupon' }], cashMaxFen: 0 }, 'a31-buy');
    const { coupons } = await ask<{ coupons: { nodes: { id: string }[] } }>(member, '{ me { coupons(first: 1) { nodes { id } } } }');
    const coupon = coupons.nodes[0]?.id;
    const use = (partner: string, key: string) =>
      ask(
        viewers.partner(partner),
        'mutation ($coupon: ID!) { useCoupon(coupon: $coupon, basketFen: 20000) { __typename ... on CouponUsed { payFen } } }',
        { coupon },
        key,
      );
    const clock = await ask<string>(viewers.anonymous, '{ sandboxClock }');
    const month = new Date(Date.parse(clock) + 8 * 3_600_000).toISOString().slice(0, 7);
    const owed = async () =>
      (
        await ask<{ lines: { nodes: { kind: string; fen: number; feeFen: number; counterparty: { id: string } }[] } }>(
          viewers.partner('edu'),
          `{ statement(period: "${month}") { lines(first: 100) { nodes { kind fen feeFen counterparty { id } } } } }`,
        )
      ).lines.nodes.filter(({ kind }) => kind !== 'REDEMPTION');
    expect(await use('retailer', 'a31-elsewhere')).toEqual({ __typename: 'WrongShop' });
    const before = await owed();
    expect(await use('edu', 'a31-use')).toEqual({ __typename: 'CouponUsed', payFen: 10_000 });
    const debt = { kind: 'COUPON', fen: 10_000, feeFen: 0, counterparty: { id: 'coalition' } };
    expect(await owed()).toEqual([...before, debt]);
    await ask(
      viewers.partner('edu'),
      'mutation ($coupon: ID!) { cancelCouponUse(coupon: $coupon) { __typename } }',
      { coupon },
      'a31-cancel',
    );
    const cancelled = [...before, debt, { ...debt, kind: 'RETURN', fen: -10_000 }];
    expect(await owed()).toEqual(cancelled);
    // Used once more, half of the goods come back: half of the cash, and half of the debt.
    expect(await use('edu', 'a31-use-again')).toMatchObject({ __typename: 'CouponUsed' });
    expect(
      await ask(
        viewers.partner('edu'),
        'mutation ($coupon: ID!) { returnCouponGoods(coupon: $coupon, fen: 10000) { ... on CouponGoodsReturned { refundFen couponFen leftFen } } }',
        { coupon },
        'a31-half',
      ),
    ).toEqual({ refundFen: 5_000, couponFen: 5_000, leftFen: 10_000 });
    expect(await owed()).toEqual([...cancelled, debt, { ...debt, kind: 'RETURN', fen: -5_000 }]);
  });

  test('B15: a ticket for points has the hours of a ticket for cash, and keeps them', async () => {
    const open = (from: string) => ({ hours: [{ from, until: '18:00' }] });
    const ticket = (cash: string, points: string) =>
      save('cave-ticket', 'scenic', [6_000, 'COAL-P'], { windows: { cash: open(cash), points: open(points) } });
    expect(await ticket('08:00', '09:30')).toMatchObject({
      code: 'PARITY_VIOLATION',
      differences: [{ what: 'HOURS', lacking: '08:00-09:30' }],
    });
    expect(await ask(viewers.anonymous, '{ item(id: "cave-ticket") { id } }')).toBeNull();
    expect(await ticket('08:00', '08:00')).toMatchObject({ __typename: 'ItemSaved' });
    expect(await ticket('09:30', '09:30')).toMatchObject({ code: 'PARITY_VIOLATION' });
    expect(
      await ask(
        viewers.anonymous,
        '{ item(id: "cave-ticket") { parity disclosure { threshold expiry limits } offers { pointsPrice referencePrice validUntil } } }',
      ),
    ).toEqual({
      parity: 'EQUAL',
      disclosure,
      offers: [],
    });
    expect(await save('cave-ticket', 'scenic', [6_000, 'COAL-P'], { disclosure: { threshold: ' ' } })).toMatchObject({
      missing: ['threshold', 'expiry', 'limits'],
    });
  });

  test('B18: the last place of a guided tour is had once, by points or by cash, and is free again when it comes back', async () => {
    const member = await person(graph, 'prices-b18', 'COAL-P', 2_000);
    await save('guided-tour', 'hotel', [1_000, 'COAL-P'], { faceFen: 1_000, category: 'tour', delivery: { kind: 'TICKET' } });
    const { slots } = await ask<{ slots: { id: string }[] }>(
      admin,
      'mutation ($startsAt: DateTime!, $endsAt: DateTime!) { openSlots(item: "guided-tour", slots: [{ startsAt: $startsAt, endsAt: $endsAt, capacity: 1 }]) { slots { id } } }',
      { startsAt: inHours(24), endsAt: inHours(26) },
      'b18-open',
    );
    const slot = slots[0]?.id;
    const cash = (ref: string) =>
      ask<{ __typename: string }>(
        viewers.partner('hotel'),
        'mutation ($slot: ID!, $ref: String!) { bookSlot(slot: $slot, ref: $ref) { __typename } }',
        { slot, ref },
        `b18-${ref}`,
      );
    const points = (key: string) =>
      ask<Redeemed>(member, redeemOwn, { cart: [{ item: 'guided-tour', slot }], cashMaxFen: 0 }, `b18-${key}`);
    const bought = await points('points');
    expect(bought.redemption.state).toBe('COMPLETED');
    expect([(await cash('S-1')).__typename, (await points('again')).__typename]).toEqual(['SoldOut', 'SoldOut']);
    await ask(
      viewers.partner('hotel'),
      'mutation ($id: ID!) { returnLines(redemption: $id, lines: [{ line: 1 }], reason: CHANGED_MIND) { __typename } }',
      { id: bought.redemption.id },
      'b18-return',
    );
    expect((await cash('S-2')).__typename).toBe('SlotBooked');
  });

  test('B24: small bills, then appliances, then travel: the member reads what is missing to the next', async () => {
    const member = await person(graph, 'prices-b24', 'TEL-P', 1_500);
    await save('rice-cooker', 'telecom', [20_000, 'TEL-P']);
    await save('travel-coupon', 'telecom', [50_000, 'TEL-P'], {
      delivery: { kind: 'COUPON', amount: 50_000, unit: 'fen' },
      coupon: { thresholdFen: 100_000 },
    });
    const set = (basis: string) =>
      ask(
        admin,
        'mutation ($basis: LadderBasis!) { setLadder(owner: "telecom", programme: "TEL-P", basis: $basis, rungs: [{ item: "travel-coupon" }, { item: "phone-credit-10" }, { item: "rice-cooker" }]) { replayed } }',
        { basis },
        `b24-${basis}`,
      );
    const read = '{ ladder(owner: "telecom") { points rungs { item { id } missing } next { item { id } missing } } }';
    await set('BALANCE');
    expect(await ask(member, read)).toEqual({
      points: 1_500,
      rungs: [
        { item: { id: 'phone-credit-10' }, missing: 0 },
        { item: { id: 'rice-cooker' }, missing: 18_500 },
        { item: { id: 'travel-coupon' }, missing: 48_500 },
      ],
      next: { item: { id: 'rice-cooker' }, missing: 18_500 },
    });
    await ask(
      viewers.partner('telecom'),
      redeem,
      { memberRef: 'prices-b24', cart: [{ item: 'phone-credit-10' }], cashMaxFen: 0 },
      'b24-spend',
    );
    expect(await ask(member, read)).toMatchObject({ points: 500, next: { item: { id: 'phone-credit-10' }, missing: 500 } });
    await set('LIFETIME');
    expect(await ask(member, read)).toMatchObject({ points: 1_500, next: { item: { id: 'rice-cooker' }, missing: 18_500 } });
  });

  test('A21: who bought jeans and agreed to a profile is offered the new style, half of it for points; everybody else something for all', async () => {
    const member = await person(graph, 'prices-a21', 'COAL-P', 20_000);
    await save('jeans', 'fashion', [5_000, 'COAL-P'], { faceFen: 5_000, category: 'jeans' });
    await save('new-style', 'fashion', [10_000, 'COAL-P'], { faceFen: 10_000, category: 'jeans', maxPointsShareBasisPoints: 2_000 });
    await save('plain-shirt', 'fashion', [3_000, 'COAL-P'], { faceFen: 3_000, category: 'shirts' });
    await ask(
      admin,
      `mutation ($startsAt: DateTime!, $endsAt: DateTime!) { createTargetedOffer(input: { id: "new-jeans", owner: "fashion", item: "new-style", alternative: "plain-shirt",
        category: "jeans", maxPointsShareBasisPoints: 5000, startsAt: $startsAt, endsAt: $endsAt }) { __typename } }`,
      { startsAt: inHours(-24), endsAt: inHours(24 * 60) },
      'a21-offer',
    );
    await ask(member, redeemOwn, { cart: [{ item: 'jeans' }], cashMaxFen: 0 }, 'a21-jeans');
    const offers = (wanted = true) =>
      ask(member, 'query ($wanted: Boolean!) { offersFor(owner: "fashion", personalised: $wanted) { offer item { id } personalised } }', {
        wanted,
      });
    const forAll = [{ offer: null, item: { id: 'plain-shirt' }, personalised: false }];
    expect(await offers()).toEqual(forAll);
    // A shop that does not know the member keeps no profile, whatever was agreed.
    const { id } = await ask<{ id: string }>(admin, '{ member(ref: "retailer/prices-a21") { id } }');
    await ask(
      admin,
      'mutation ($id: String!) { linkMember(member: $id, partner: "fashion", ref: "prices-a21") { __typename } }',
      { id },
      'a21-link',
    );
    await ask(
      member,
      'mutation { grantConsent(recipient: "fashion", purpose: PREFERENCES, classes: [SHARED]) { __typename } }',
      {},
      'a21-agrees',
    );
    expect(await offers()).toEqual([{ offer: 'new-jeans', item: { id: 'new-style' }, personalised: true }]);
    expect(await offers(false)).toEqual(forAll);
    const bought = await ask<Redeemed>(member, redeemOwn, { cart: [{ item: 'new-style', offer: 'new-jeans' }] }, 'a21-buy');
    expect(bought.redemption).toMatchObject({ state: 'COMPLETED', cashFen: 5_000, legs: [{ points: 5_000, fen: 5_000 }] });
  });

  test('F4: the slider says what the cash of a mixed payment would earn, as the report then does', async () => {
    const member = await person(graph, 'prices-f4', 'AUTO-P', 1_000);
    const split = await ask(
      member,
      '{ split(cart: [{ item: "tyre" }], points: [{ programme: "AUTO-P", points: 1000 }]) { ... on SplitAnswer { cashFen earnPreview } } }',
    );
    const { accrual } = await ask<{ accrual: { points: number } }>(
      viewers.partner('automotive'),
      'mutation ($lines: [PurchaseLineInput!]!) { accrue(memberRef: "prices-f4", purchaseRef: "prices-f4-tyre", lines: $lines) { ... on Accrued { accrual { points } } } }',
      { lines: [{ sku: 'tyre', category: 'parts', fen: 100_000, cashFen: 90_000 }] },
      'f4-accrue',
    );
    expect(split).toEqual({ cashFen: 90_000, earnPreview: accrual.points });
    expect(accrual.points).toBeGreaterThan(0);
  });
};
