import type { Viewer } from '../../schema/viewer.js';
import { viewers } from '../support/viewers.js';
import { memberNamed, redeemOwn, type Redeemed, reportServiceOrder, type Story, told } from './story.js';

const admin = viewers.staff('admin');
const approver = viewers.staff('approver');
const dayMs = 86_400_000;
const inDays = (days: number): string => new Date(Date.now() + days * dayMs).toISOString();

/** A9–A12, A25, A30, A31, B15, B22, B23, I1, I3–I5, I8, I9, I17: prices for a time, coupons, campaigns, and few pieces for many. */
export const offersStory: Story = (graph) => {
  const earn = (memberRef: string, fen: number): Promise<unknown> =>
    told(
      graph(),
      viewers.partner('automotive'),
      reportServiceOrder,
      { input: { memberRef, orderRef: `offers-${memberRef}`, lines: [{ sku: 'repair', category: 'repair', fen }] } },
      `offers-earn-${memberRef}`,
    );
  const couponOf = async (member: Viewer): Promise<{ id: string; state: string }> => {
    const { coupons } = await told<{ coupons: { nodes: { id: string; state: string }[] } }>(
      graph(),
      member,
      '{ me { coupons(first: 1) { nodes { id state faceFen thresholdFen acceptors { id } } } } }',
    );
    return coupons.nodes[0] as { id: string; state: string };
  };
  const useCoupon = (partner: string, coupon: string, basketFen: number, key: string): Promise<Record<string, unknown>> =>
    told(
      graph(),
      viewers.partner(partner),
      `mutation ($coupon: ID!, $basketFen: Fen!) { useCoupon(coupon: $coupon, basketFen: $basketFen) {
        __typename ... on CouponUsed { payFen } ... on BelowThreshold { missingFen } ... on Refusal { code } } }`,
      { coupon, basketFen },
      key,
    );

  test('M-Chen: in the anniversary month 5,000 points are an air-con cleaning of 6,000; the price fell 16.67 %, a point buys 20.00 % more', async () => {
    const set = await told(
      graph(),
      admin,
      `mutation ($until: DateTime!) { setPriceOverride(item: "air-con-cleaning", points: 5000, until: $until, reason: "店庆") {
        __typename ... on Refusal { code message } } }`,
      { until: inDays(31) },
      'anniversary-price',
    );
    expect(set).toEqual({ __typename: 'PriceOverrideSet' });
    const item = await told(
      graph(),
      viewers.anonymous,
      '{ item(id: "air-con-cleaning") { price { points } valuePerPoint { fen points } poorDeal offers { pointsPrice referencePrice priceChangePercent valueChangePercent } } }',
    );
    expect(item).toEqual({
      price: { points: 5_000 },
      valuePerPoint: { fen: 12, points: 1 },
      poorDeal: false,
      offers: [{ pointsPrice: 5_000, referencePrice: 6_000, priceChangePercent: '-16.67', valueChangePercent: '+20.00' }],
    });
    const chen = await memberNamed(graph(), 'M-Chen');
    const { redemption } = await told<Redeemed>(
      graph(),
      chen,
      redeemOwn,
      { cart: [{ item: 'air-con-cleaning' }], cashMaxFen: 0 },
      'chen-cleaning',
    );
    expect(redemption).toMatchObject({ state: 'COMPLETED', cashFen: 0, legs: [{ programme: { id: 'AUTO-P' }, points: 5_000 }] });
  });

  test('M-Zhao: 20,000 points, at 0.05 a poor deal and said so, are a coupon; a premium of 5,000.00 then costs 4,000.00', async () => {
    await earn('M-Zhao', 2_000_000);
    const zhao = await memberNamed(graph(), 'M-Zhao');
    expect(
      await told(
        graph(),
        viewers.anonymous,
        '{ item(id: "insurance-coupon") { poorDeal valuePerPoint { fen points } coupon { thresholdFen } } }',
      ),
    ).toEqual({ poorDeal: true, valuePerPoint: { fen: 5, points: 1 }, coupon: { thresholdFen: 500_000 } });
    await told(graph(), zhao, redeemOwn, { cart: [{ item: 'insurance-coupon' }], cashMaxFen: 0 }, 'zhao-coupon');
    const { id } = await couponOf(zhao);
    expect(await useCoupon('insurer', id, 499_999, 'zhao-below')).toMatchObject({ __typename: 'BelowThreshold', missingFen: 1 });
    expect(await useCoupon('retailer', id, 500_000, 'zhao-elsewhere')).toMatchObject({ __typename: 'WrongShop' });
    expect(await useCoupon('insurer', id, 500_000, 'zhao-premium')).toMatchObject({ payFen: 400_000 });
    expect(
      await told(
        graph(),
        viewers.partner('insurer'),
        'mutation ($id: ID!) { cancelCouponUse(coupon: $id) { __typename ... on CouponRestored { coupon { state } } } }',
        { id },
        'zhao-cancels',
      ),
    ).toMatchObject({ coupon: { state: 'USABLE' } });
    expect(await useCoupon('insurer', id, 500_000, 'zhao-again')).toMatchObject({ payFen: 400_000 });
  });

  test('M-Sun: 10,000 points are a coupon of the retailer; goods of 200.00 cost 100.00, once', async () => {
    const sun = await memberNamed(graph(), 'M-Sun');
    await told(graph(), sun, redeemOwn, { cart: [{ item: 'retail-coupon' }], cashMaxFen: 0 }, 'sun-coupon');
    const { id } = await couponOf(sun);
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => useCoupon('retailer', id, 20_000, `sun-${index}`)));
    expect(answers.filter(({ __typename }) => __typename === 'CouponUsed')).toMatchObject([{ payFen: 10_000 }]);
    expect(await couponOf(sun)).toMatchObject({ state: 'USED' });
  });

  describe('the publish gate', () => {
    const disclosure = { threshold: '100,000 SHOP-P', accrualRule: '1 point per yuan', expiry: '12 months', limits: '1 per member' };
    let drafts = 0;
    const draft = (id: string, input: object): Promise<unknown> =>
      told(
        graph(),
        admin,
        'mutation ($input: CreateCampaignInput!) { createCampaign(input: $input) { __typename ... on Refusal { code message } } }',
        {
          input: {
            id,
            owner: 'shop',
            name: { zh: '活动', en: 'Campaign' },
            headline: { zh: '积分换手机', en: 'Points get you a phone' },
            startsAt: inDays(0),
            endsAt: inDays(30),
            disclosure,
            ...input,
          },
        },
        `draft-${id}-${(drafts += 1)}`,
      );
    const publish = (campaign: string, key: string): Promise<Record<string, unknown>> =>
      told(
        graph(),
        approver,
        `mutation ($campaign: ID!) { publish(campaign: $campaign) { __typename ... on Published { campaign { headline { en } } }
          ... on DisclosureMissing { missing } ... on LabelMismatch { computed } ... on ParityViolation { differences { what lacking } } ... on Refusal { code } } }`,
        { campaign },
        key,
      );

    test('the phone: not without its threshold; with 100,000 it is published, and says so in its headline', async () => {
      await draft('phone-for-points', { items: ['phone'], disclosure: { ...disclosure, threshold: null } });
      expect(await publish('phone-for-points', 'phone-1')).toMatchObject({ __typename: 'DisclosureMissing', missing: ['threshold'] });
      await draft('phone-for-points', { items: ['phone'] });
      expect(await publish('phone-for-points', 'phone-2')).toMatchObject({
        campaign: { headline: { en: 'Points get you a phone (from: 100,000 SHOP-P)' } },
      });
    });

    test.each`
      id                | claim                                                     | computed
      ${'value-wrong'}  | ${{ kind: 'PERCENTAGE', of: 'VALUE', percent: '+16.7' }}  | ${'-16.67 % price, +20.00 % value'}
      ${'value-right'}  | ${{ kind: 'PERCENTAGE', of: 'VALUE', percent: '+20.00' }} | ${null}
      ${'price-right'}  | ${{ kind: 'PERCENTAGE', of: 'PRICE', percent: '-16.67' }} | ${null}
      ${'double-wrong'} | ${{ kind: 'DOUBLE', of: 'VALUE' }}                        | ${'-16.67 % price, +20.00 % value'}
    `('$id of the anniversary', async ({ id, claim, computed }) => {
      await draft(id as string, { owner: 'automotive', items: ['air-con-cleaning'], claims: [claim] });
      expect(await publish(id as string, `publish-${id}`)).toMatchObject(
        computed === null ? { __typename: 'Published' } : { __typename: 'LabelMismatch', computed },
      );
    });

    test('ten points per yuan of the telephone bill are no "1 %", they are 10 %', async () => {
      const { rules } = await told<{ rules: { id: string; kind: string }[] }>(
        graph(),
        viewers.anonymous,
        '{ programme(id: "TEL-P") { rules { id kind } } }',
      );
      const base = rules.filter(({ kind }) => kind === 'BASE').map(({ id }) => id);
      const claims = (percent: string) => ({ owner: 'telecom', rules: base, claims: [{ kind: 'PERCENTAGE', of: 'GIVE_BACK', percent }] });
      await draft('one-percent', claims('1'));
      expect(await publish('one-percent', 'one-percent')).toMatchObject({ __typename: 'LabelMismatch', computed: '+10.00 % give-back' });
      await draft('ten-percent', claims('10'));
      expect(await publish('ten-percent', 'ten-percent')).toMatchObject({ __typename: 'Published' });
    });

    test('the scenic ticket: who pays points has the hours of who pays cash, and keeps them', async () => {
      const open = { hours: [{ from: '08:00', until: '18:00' }] };
      const ticket = (from: string) => ({
        owner: 'scenic',
        items: ['scenic-ticket'],
        windows: { cash: open, points: { hours: [{ from, until: '18:00' }] } },
      });
      await draft('scenic', ticket('09:30'));
      expect(await publish('scenic', 'scenic-1')).toMatchObject({ differences: [{ what: 'HOURS', lacking: '08:00-09:30' }] });
      await draft('scenic', ticket('08:00'));
      expect(await publish('scenic', 'scenic-2')).toMatchObject({ __typename: 'Published' });
    });
  });

  test('three New-Year boxes: two early ones for the trusted, the third for whoever is first; nobody has two', async () => {
    const { drop } = await told<{ drop: { id: string } }>(
      graph(),
      admin,
      `mutation ($opensAt: DateTime!, $early: DateTime!) {
        createDrop(item: "new-year-box", stock: 3, opensAt: $opensAt, priorityOpensAt: $early, priorityQuota: 2) { __typename ... on DropCreated { drop { id } } ... on Refusal { code message } } }`,
      { opensAt: inDays(1), early: inDays(-0.5) },
      'box-drop',
    );
    const claim = (viewer: Viewer, key: string): Promise<Record<string, unknown>> =>
      told(
        graph(),
        viewer,
        'mutation ($id: ID!) { claim(drop: $id) { __typename ... on Claimed { order { state } } ... on NotOpen { opensAt } ... on LimitReached { limit } ... on Refusal { code } } }',
        { id: drop.id },
        key,
      );
    const [cao, kong] = [await memberNamed(graph(), 'M-Cao'), await memberNamed(graph(), 'M-Kong')];
    await told(
      graph(),
      admin,
      'mutation { recordCredit(input: { member: "operator/M-Cao", band: TRUSTED, source: "city" }) { __typename } }',
      {},
      'cao-credit',
    );
    const eligible = async (): Promise<unknown> =>
      (await told<{ priority: { eligible: boolean } }>(graph(), cao, `{ drop(id: "${drop.id}") { stock priority { opensAt eligible } } }`))
        .priority.eligible;
    expect(await eligible()).toBe(false);
    await told(
      graph(),
      cao,
      'mutation { grantConsent(recipient: "coalition", purpose: CREDIT_BENEFITS, classes: [CREDIT]) { __typename } }',
      {},
      'cao-agrees',
    );
    expect(await eligible()).toBe(true);
    expect(await claim(kong, 'kong-early')).toMatchObject({ __typename: 'NotOpen' });
    expect(await claim(cao, 'cao-early')).toMatchObject({ __typename: 'Claimed', order: { state: 'COMPLETED' } });
    expect(await claim(cao, 'cao-again')).toMatchObject({ __typename: 'LimitReached', limit: 1 });
    expect(await told(graph(), viewers.anonymous, `{ drop(id: "${drop.id}") { stock total } }`)).toEqual({ stock: 2, total: 3 });
    // While the drop is on, nobody has a box in another way.
    expect(await told(graph(), kong, redeemOwn, { cart: [{ item: 'new-year-box' }] }, 'kong-direct')).toMatchObject({
      __typename: 'ItemClosed',
    });
  });
};
