import type { Bilingual } from './demo-partners.js';

export interface DemoItem {
  readonly id: string;
  readonly owner: string;
  readonly name: Bilingual;
  readonly category: string;
  readonly faceFen: number;
  readonly price: { readonly programme: string; readonly points: number };
  readonly delivery: { readonly kind: DeliveryKind; readonly amount: number; readonly unit: string };
  readonly stock?: number;
  /** For coupons: the smallest basket that they count for, and for how long. */
  readonly coupon?: { readonly thresholdFen: number; readonly validDays: number };
  /** How much of the price points may cover; 10 000 is all of it. */
  readonly maxPointsShareBasisPoints?: number;
  /** Whether the trusted pay fewer points. */
  readonly creditThreshold?: boolean;
  readonly tags: readonly string[];
  readonly source: string;
}

export type DeliveryKind = 'PHONE_CREDIT' | 'DATA_PACK' | 'SERVICE_VOUCHER' | 'GOODS' | 'TICKET' | 'COUPON';

type Shared = Pick<DemoItem, 'category' | 'tags' | 'source'> &
  Partial<Pick<DemoItem, 'stock' | 'coupon' | 'maxPointsShareBasisPoints' | 'creditThreshold'>>;

const item = (
  id: string,
  owner: string,
  name: Bilingual,
  faceFen: number,
  [points, programme]: readonly [number, string],
  [amount, unit, kind]: readonly [number, string, DeliveryKind],
  rest: Shared,
): DemoItem => ({ id, owner, name, faceFen, price: { programme, points }, delivery: { kind, amount, unit }, ...rest });

const voucher = [1, 'voucher', 'SERVICE_VOUCHER'] as const;
const piece = [1, 'piece', 'GOODS'] as const;
const ticket = [1, 'ticket', 'TICKET'] as const;

/** DOMAIN §5.2: what points buy, each with its face value in fen. */
export const demoItems: readonly DemoItem[] = [
  item(
    'phone-credit-10',
    'telecom',
    { zh: '10元话费', en: 'Phone credit of 10 yuan' },
    1_000,
    [1_000, 'TEL-P'],
    [1_000, 'fen', 'PHONE_CREDIT'],
    {
      category: 'phone-credit',
      tags: [],
      source: 'B2',
    },
  ),
  item('data-pack-10gb', 'telecom', { zh: '10GB流量包', en: 'Data pack of 10 GB' }, 800, [800, 'TEL-P'], [10, 'GB', 'DATA_PACK'], {
    category: 'data-pack',
    tags: [],
    source: 'B5',
  }),
  item('basic-maintenance', 'automotive', { zh: '基础保养', en: 'Basic maintenance' }, 50_000, [5_000, 'AUTO-P'], voucher, {
    category: 'maintenance',
    tags: ['car'],
    creditThreshold: true,
    source: 'A8, A27',
  }),
  item('tyre', 'automotive', { zh: '汽车轮胎', en: 'Tyre' }, 100_000, [10_000, 'AUTO-P'], voucher, {
    category: 'parts',
    tags: ['car'],
    source: 'A28',
  }),
  item('air-con-cleaning', 'automotive', { zh: '汽车空调清洗', en: 'Air-con cleaning' }, 60_000, [6_000, 'AUTO-P'], voucher, {
    category: 'cleaning',
    tags: ['car'],
    source: 'A30',
  }),
  item(
    'insurance-coupon',
    'insurer',
    { zh: '保险满5000减1000券', en: 'Insurance coupon: 1,000 yuan off 5,000' },
    100_000,
    [20_000, 'AUTO-P'],
    [100_000, 'fen', 'COUPON'],
    { category: 'insurance', tags: ['car'], coupon: { thresholdFen: 500_000, validDays: 365 }, source: 'A31' },
  ),
  item(
    'retail-coupon',
    'retailer',
    { zh: '满200减100券', en: 'Retail coupon: 100 yuan off 200' },
    10_000,
    [10_000, 'COAL-P'],
    [10_000, 'fen', 'COUPON'],
    {
      category: 'coupon',
      tags: [],
      coupon: { thresholdFen: 20_000, validDays: 180 },
      source: 'B23',
    },
  ),
  item('phone', 'shop', { zh: '手机', en: 'Mobile phone' }, 100_000, [100_000, 'SHOP-P'], piece, {
    category: 'electronics',
    tags: [],
    source: 'A12',
  }),
  item('award-flight', 'airline', { zh: '里程兑换机票', en: 'Award flight' }, 150_000, [30_000, 'AIR-M'], ticket, {
    category: 'flight',
    tags: [],
    source: 'B17',
  }),
  item('award-flight-tax', 'airline', { zh: '兑换机票税费', en: 'Tax of the award flight' }, 9_000, [1_800, 'AIR-M'], ticket, {
    category: 'flight',
    tags: [],
    maxPointsShareBasisPoints: 0,
    source: 'B17',
  }),
  item('scenic-ticket', 'scenic', { zh: '景区门票', en: 'Scenic site ticket' }, 6_000, [6_000, 'COAL-P'], ticket, {
    category: 'ticket',
    tags: [],
    source: 'B15',
  }),
  item('room-upgrade', 'hotel', { zh: '升级房型', en: 'Room upgrade' }, 20_000, [20_000, 'COAL-P'], ticket, {
    category: 'room',
    tags: [],
    source: 'B18',
  }),
  item('eco-tour', 'hotel', { zh: '环保旅游套餐', en: 'Eco tour' }, 50_000, [50_000, 'COAL-P'], ticket, {
    category: 'tour',
    tags: ['green'],
    source: 'B10',
  }),
  item(
    'charging-10kwh',
    'coalition',
    { zh: '充电10度', en: 'Charging of 10 kWh' },
    1_500,
    [1_500, 'COAL-P'],
    [10, 'kWh', 'SERVICE_VOUCHER'],
    {
      category: 'charging',
      tags: ['green', 'car'],
      source: 'B10',
    },
  ),
  item('new-year-box', 'coalition', { zh: '限量年货礼盒', en: 'Limited New-Year box' }, 5_000, [5_000, 'COAL-P'], piece, {
    category: 'limited',
    tags: ['limited'],
    stock: 3,
    source: 'A9',
  }),
  item('household-set', 'fashion', { zh: '家居用品套装', en: 'Household set' }, 3_000, [3_000, 'COAL-P'], piece, {
    category: 'household',
    tags: [],
    source: 'A23',
  }),
  item('brand-mug', 'fashion', { zh: '品牌马克杯', en: 'Brand mug' }, 3_000, [3_000, 'COAL-P'], piece, {
    category: 'merchandise',
    tags: [],
    source: 'A23',
  }),
];
