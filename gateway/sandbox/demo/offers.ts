import { agedDays, earlier } from '../earlier.js';
import { pointsFrom, redeem } from './redeem.js';
import type { Stage } from './stage.js';
import type { Chapter, Facts } from './story.js';

const days = (count: number): string => new Date(Date.now() + count * 86_400_000).toISOString();
const admin = { staff: 'admin' } as const;
const refused = '... on Refusal { code message }';

/** A30, I3, I5, A31, B23, I17: a price for a month, and coupons that count where they are meant to. */
export function offersChapter(): Chapter {
  let chen = '';
  let zhao = '';
  let coupon = '';
  let item = '';
  const use = async (stage: Stage, partner: string, basketFen: number): Promise<Facts> => {
    const { useCoupon } = await stage.ask<{ useCoupon: { payFen?: number; code?: string } }>(
      { partner },
      `mutation ($coupon: ID!, $basketFen: Fen!) { useCoupon(coupon: $coupon, basketFen: $basketFen) { __typename ... on CouponUsed { payFen } ${refused} } }`,
      { coupon, basketFen },
    );
    return { code: useCoupon.code ?? 'USED', netFen: useCoupon.payFen ?? null };
  };
  return {
    title: { en: 'Offers: the anniversary month, and a coupon of the insurer', zh: '优惠：店庆月与保险满减券' },
    source: 'A30, I3–I5, A31, I9, I17',
    steps: [
      {
        says: {
          en: '5,000 instead of 6,000 points: the price falls 16.67 %, a point buys 20.00 % more',
          zh: '6,000分降为5,000分：积分价降16.67%，每分价值升20.00%',
        },
        expects: { 'price %': '-16.67', 'value %': '+20.00', usualPoints: 6_000 },
        async act(stage) {
          item = `air-con-cleaning-${stage.run}`.slice(0, 60);
          const input = {
            id: item,
            owner: 'automotive',
            name: { zh: '汽车空调清洗', en: 'Air-con cleaning' },
            category: 'cleaning',
            faceFen: 60_000,
            price: { programme: 'AUTO-P', points: 6_000 },
            delivery: { kind: 'SERVICE_VOUCHER' },
          };
          const save = `mutation ($input: UpsertItemInput!) { upsertItem(input: $input) { __typename ${refused} } }`;
          await earlier(
            (document, variables) => stage.ask(admin, document, variables),
            agedDays,
            () => stage.ask(admin, save, { input }),
          );
          await stage.ask(
            admin,
            `mutation ($item: ID!, $until: DateTime!) { setPriceOverride(item: $item, points: 5000, until: $until, reason: "store anniversary") { __typename ${refused} } }`,
            { item, until: days(30) },
          );
          const { item: shown } = await stage.ask<{
            item: { offers: { priceChangePercent: string; valueChangePercent: string; referencePrice: number }[] };
          }>(admin, 'query ($item: ID!) { item(id: $item) { offers { priceChangePercent valueChangePercent referencePrice } } }', { item });
          const [offer] = shown.offers;
          return {
            'price %': offer?.priceChangePercent ?? null,
            'value %': offer?.valueChangePercent ?? null,
            usualPoints: offer?.referencePrice ?? null,
          };
        },
      },
      {
        says: { en: 'M-Chen has the cleaning for 5,000 points', zh: '陈先生用5,000分兑换空调清洗' },
        expects: { code: 'COMPLETED', 'usedPoints AUTO-P': 5_000, cashFen: 0 },
        async act(stage) {
          chen = await stage.enrol('M-Chen', 'automotive');
          await stage.report(chen, { kind: 'SERVICE_ORDER', partner: 'automotive', fen: 500_000, sku: 'repair', category: 'repair' });
          const { code, redemption } = await redeem(stage, chen, item, ['AUTO-P'], 0);
          return { code, 'usedPoints AUTO-P': pointsFrom(redemption, 'AUTO-P'), cashFen: redemption?.cashFen ?? null };
        },
      },
      {
        says: {
          en: 'M-Zhao: 20,000 points, at 0.05 each a poor deal and marked so, are a coupon',
          zh: '赵先生：20,000分（每分仅0.05元，已标明）兑换保险券',
        },
        expects: { 'poor deal': true, code: 'COMPLETED', coupon: 'USABLE' },
        async act(stage) {
          zhao = await stage.enrol('M-Zhao', 'automotive', 'insurer');
          await stage.report(zhao, { kind: 'SERVICE_ORDER', partner: 'automotive', fen: 2_000_000, sku: 'repair', category: 'repair' });
          const { code } = await redeem(stage, zhao, 'insurance-coupon', ['AUTO-P'], 0);
          const { item: shown } = await stage.ask<{ item: { poorDeal: boolean } }>(admin, '{ item(id: "insurance-coupon") { poorDeal } }');
          const { me } = await stage.ask<{ me: { coupons: { nodes: { id: string; state: string }[] } } }>(
            { member: zhao },
            '{ me { coupons(first: 1) { nodes { id state } } } }',
          );
          coupon = me.coupons.nodes[0]?.id ?? '';
          return { 'poor deal': shown.poorDeal, code, coupon: me.coupons.nodes[0]?.state ?? null };
        },
      },
      {
        says: { en: 'A premium of 4,999.99 is below its threshold', zh: '保费4,999.99元未达门槛' },
        expects: { code: 'BELOW_THRESHOLD' },
        act: (stage) => use(stage, 'insurer', 499_999),
      },
      {
        says: { en: 'It counts at the insurer, not at the retailer', zh: '此券限保险公司使用' },
        expects: { code: 'WRONG_SHOP' },
        act: (stage) => use(stage, 'retailer', 500_000),
      },
      {
        says: { en: 'A premium of 5,000.00 costs 4,000.00', zh: '保费5,000元实付4,000元' },
        expects: { code: 'USED', netFen: 400_000 },
        act: (stage) => use(stage, 'insurer', 500_000),
      },
      {
        says: { en: 'Once', zh: '仅限一次' },
        expects: { code: 'COUPON_SPENT' },
        act: (stage) => use(stage, 'insurer', 500_000),
      },
    ],
  };
}
