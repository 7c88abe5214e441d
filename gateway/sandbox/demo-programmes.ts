import type { Bilingual } from './demo-partners.js';

export interface DemoProgramme {
  readonly id: string;
  readonly issuer: string;
  readonly name: Bilingual;
  /** `points` are worth `fen`. */
  readonly value: { readonly fen: number; readonly points: number };
  readonly expiry: { readonly mode: 'ROLLING'; readonly months: number; readonly roundToMonthEnd?: boolean };
  /** Miles are disclosed before any rule of theirs is published. */
  readonly miles?: { readonly ratio: string; readonly validity: string; readonly limits: string };
  readonly source: string;
}

export interface DemoRule {
  readonly programme: string;
  readonly name: Bilingual;
  /** BASE: `points` per `fen` of spend. BONUS: so many basis points of the base are added. */
  readonly gives:
    | { readonly kind: 'BASE'; readonly rate: { readonly points: number; readonly fen: number }; readonly basis: 'GROSS' | 'NET' }
    | { readonly kind: 'BONUS'; readonly bonusBasisPoints: number }
    | { readonly kind: 'EVENT'; readonly eventPoints: number; readonly monthlyCapPoints?: number }
    | { readonly kind: 'EVENT'; readonly bonusBasisPoints: number };
  /** Whether the multiplier of a member's credit band counts. */
  readonly creditFactor?: boolean;
  readonly when?: { readonly category?: string; readonly certificate?: string; readonly cardProduct?: string; readonly event?: string };
  readonly source: string;
}

/** Rules hold from here, so that purchases of earlier months can be reported too. */
export const rulesFrom = '2020-01-01T00:00:00+08:00';

/** DOMAIN §5.1. All are accepted everywhere: points earned at any partner can be spent at any other. */
export const demoProgrammes: readonly DemoProgramme[] = [
  {
    id: 'TEL-P',
    issuer: 'telecom',
    name: { zh: '通信积分', en: 'Telecom points' },
    value: { fen: 1, points: 1 },
    expiry: { mode: 'ROLLING', months: 36, roundToMonthEnd: true },
    source: 'B2, B3, I1',
  },
  {
    id: 'AUTO-P',
    issuer: 'automotive',
    name: { zh: '车主积分', en: 'Garage points' },
    value: { fen: 10, points: 1 },
    expiry: { mode: 'ROLLING', months: 24 },
    source: 'A26–A28',
  },
  {
    id: 'BANK-P',
    issuer: 'banking',
    name: { zh: '银行卡积分', en: 'Bank card points' },
    value: { fen: 1, points: 5 },
    expiry: { mode: 'ROLLING', months: 36 },
    source: 'A14, A15',
  },
  {
    id: 'COAL-P',
    issuer: 'coalition',
    name: { zh: '红米好物绿色消费积分', en: 'Coalition green points' },
    value: { fen: 1, points: 1 },
    expiry: { mode: 'ROLLING', months: 12 },
    source: 'B19, A19',
  },
  {
    id: 'AIR-M',
    issuer: 'airline',
    name: { zh: '航空里程', en: 'Air miles' },
    value: { fen: 5, points: 1 },
    expiry: { mode: 'ROLLING', months: 24 },
    miles: {
      ratio: '每2元票价累积1里程 / 1 mile per 2 yuan of fare',
      validity: '里程有效期24个月 / miles live 24 months',
      limits: '奖励座位数量有限，税费另付 / award seats are limited, taxes are extra',
    },
    source: 'B16, B17',
  },
  {
    id: 'BABY-P',
    issuer: 'baby',
    name: { zh: '母婴积分', en: 'Baby points' },
    value: { fen: 1, points: 1 },
    expiry: { mode: 'ROLLING', months: 12 },
    source: 'B11–B13',
  },
  {
    id: 'SHOP-P',
    issuer: 'shop',
    name: { zh: '电商积分', en: 'E-shop points' },
    value: { fen: 1, points: 1 },
    expiry: { mode: 'ROLLING', months: 12 },
    source: 'A12',
  },
];

const base = (
  programme: string,
  points: number,
  fen: number,
  basis: 'GROSS' | 'NET',
  source: string,
  name: Bilingual,
  event?: string,
): DemoRule => ({
  programme,
  name,
  gives: { kind: 'BASE', rate: { points, fen }, basis },
  ...(event === undefined ? {} : { when: { event } }),
  source,
});

const event = (happening: string, eventPoints: number, source: string, name: Bilingual, monthlyCapPoints?: number): DemoRule => ({
  programme: 'BABY-P',
  name,
  gives: { kind: 'EVENT', eventPoints, ...(monthlyCapPoints === undefined ? {} : { monthlyCapPoints }) },
  when: { event: happening },
  source,
});

/** DOMAIN §5.1 and §5.4; the baby brand's points come of events, not of yuan. A factor ×3 is the base plus a bonus of 200 % of it. */
export const demoRules: readonly DemoRule[] = [
  base('TEL-P', 10, 100, 'GROSS', 'B3, I1', { zh: '话费每元10分', en: '10 points per yuan of the bill' }),
  { ...base('AUTO-P', 1, 100, 'NET', 'A8, A26', { zh: '消费1元积1分', en: '1 point per yuan at the garage' }), creditFactor: true },
  base('BANK-P', 1, 100, 'NET', 'A14', { zh: '刷卡1元积1分', en: '1 point per yuan spent by card' }, 'SPEND'),
  base('COAL-P', 1, 100, 'NET', 'A19', { zh: '联盟消费1元积1分', en: '1 point per yuan at the coalition' }),
  base('AIR-M', 1, 200, 'NET', 'B16', { zh: '票价2元积1里程', en: '1 mile per 2 yuan of fare' }),
  base('SHOP-P', 1, 100, 'NET', 'A12', { zh: '电商消费1元积1分', en: '1 point per yuan at the e-shop' }),
  {
    programme: 'BANK-P',
    name: { zh: '绿色卡绿色消费三倍', en: 'Green card: three times on certified green' },
    gives: { kind: 'BONUS', bonusBasisPoints: 20_000 },
    when: { certificate: 'GREEN', cardProduct: 'GREEN' },
    source: 'B9',
  },
  {
    programme: 'COAL-P',
    name: { zh: '绿色商品三倍', en: 'Three times on certified green goods' },
    gives: { kind: 'BONUS', bonusBasisPoints: 20_000 },
    when: { certificate: 'GREEN' },
    source: 'A19',
  },
  {
    programme: 'COAL-P',
    name: { zh: '连衣裙专区积分加倍', en: 'Double points on dresses' },
    gives: { kind: 'BONUS', bonusBasisPoints: 10_000 },
    when: { category: 'dress' },
    source: 'A22',
  },
  {
    programme: 'AIR-M',
    name: { zh: '航司取消补偿一成里程', en: 'A tenth of the miles where the carrier cancels' },
    gives: { kind: 'EVENT', bonusBasisPoints: 1_000 },
    when: { event: 'CARRIER_CANCELLATION' },
    source: 'B17, I19',
  },
  event('LECTURE', 50, 'B11', { zh: '听课50分', en: '50 points for a lecture' }, 150),
  event('SURVEY', 30, 'B12', { zh: '满意度调查30分', en: '30 points for a survey' }, 90),
  event('ADOPTED_SUGGESTION', 100, 'B12', { zh: '采纳建议100分', en: '100 points for an adopted suggestion' }),
  event('CHILD_BIRTHDAY', 200, 'B13', { zh: '宝宝生日礼200分', en: "200 points on a child's birthday" }),
  { ...event('REFERRAL', 100, 'B14', { zh: '推荐新客户首购100分', en: '100 points for bringing a buyer' }, 500), programme: 'SHOP-P' },
];
