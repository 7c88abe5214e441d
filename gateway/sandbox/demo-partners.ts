import type { Trade } from '../../schema/roster.js';

/** A text in both languages of the product. */
export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}

export interface DemoPartner {
  readonly id: string;
  /** The short names under which the founding documents' tables know it. */
  readonly aliases: readonly string[];
  readonly name: Bilingual;
  /** Absent where it neither reports purchases nor delivers. */
  readonly trade?: Trade;
  /** Programme in which its purchases earn, where it has one. */
  readonly earns?: string;
  /** Cross-issuer fee of the operator; charities pay none. */
  readonly feeBasisPoints: number;
  readonly source: string;
}

const fee = 200;

/** DOMAIN §5.1. The operator itself is there from the start. */
export const demoPartners: readonly DemoPartner[] = [
  {
    id: 'telecom',
    aliases: ['TEL', 'telecoms', 'telco'],
    name: { zh: '通信运营商', en: 'Telecom operator' },
    trade: 'TELECOM',
    earns: 'TEL-P',
    feeBasisPoints: fee,
    source: 'B2, B3, I1',
  },
  {
    id: 'automotive',
    aliases: ['AUTO', '4S', 'garage'],
    name: { zh: '汽车4S店', en: '4S garage' },
    trade: 'AUTOMOTIVE',
    earns: 'AUTO-P',
    feeBasisPoints: fee,
    source: 'A26–A28',
  },
  {
    id: 'banking',
    aliases: ['BANK'],
    name: { zh: '银行', en: 'Bank' },
    trade: 'BANKING',
    earns: 'BANK-P',
    feeBasisPoints: fee,
    source: 'A14, A15, B9',
  },
  {
    id: 'coalition',
    aliases: ['COAL'],
    name: { zh: '红米好物', en: 'Hongmi Haowu coalition' },
    trade: 'RETAIL',
    earns: 'COAL-P',
    feeBasisPoints: fee,
    source: 'B19, A19',
  },
  {
    id: 'airline',
    aliases: ['AIR'],
    name: { zh: '航空公司', en: 'Airline' },
    trade: 'TRAVEL',
    earns: 'AIR-M',
    feeBasisPoints: fee,
    source: 'B16, B17',
  },
  {
    id: 'fashion',
    aliases: ['FASH'],
    name: { zh: '连锁服装店', en: 'Fashion chain' },
    trade: 'RETAIL',
    earns: 'COAL-P',
    feeBasisPoints: fee,
    source: 'A20–A22',
  },
  {
    id: 'baby',
    aliases: ['BABY'],
    name: { zh: '母婴品牌', en: 'Mother-and-baby brand' },
    trade: 'RETAIL',
    earns: 'BABY-P',
    feeBasisPoints: fee,
    source: 'B11–B13',
  },
  {
    id: 'shop',
    aliases: ['SHOP', 'e-shop'],
    name: { zh: '电商平台', en: 'E-shop' },
    trade: 'RETAIL',
    earns: 'SHOP-P',
    feeBasisPoints: fee,
    source: 'A12',
  },
  {
    id: 'insurer',
    aliases: ['INS', 'insurance'],
    name: { zh: '保险公司', en: 'Insurer' },
    trade: 'BANKING',
    feeBasisPoints: fee,
    source: 'A31',
  },
  { id: 'hotel', aliases: [], name: { zh: '酒店', en: 'Hotel' }, trade: 'TRAVEL', earns: 'COAL-P', feeBasisPoints: fee, source: 'B18' },
  {
    id: 'scenic',
    aliases: ['site'],
    name: { zh: '景区', en: 'Scenic site' },
    trade: 'TRAVEL',
    earns: 'COAL-P',
    feeBasisPoints: fee,
    source: 'B15',
  },
  {
    id: 'retailer',
    aliases: ['RET', 'retail'],
    name: { zh: '指定商户', en: 'Retailer' },
    trade: 'RETAIL',
    earns: 'COAL-P',
    feeBasisPoints: fee,
    source: 'B23',
  },
  {
    id: 'payment',
    aliases: ['PAY'],
    name: { zh: '支付机构', en: 'Payment institution' },
    trade: 'BANKING',
    feeBasisPoints: fee,
    source: 'A17',
  },
  { id: 'edu', aliases: [], name: { zh: '助学公益', en: 'Schooling charity' }, trade: 'RETAIL', feeBasisPoints: 0, source: 'B7' },
  { id: 'env', aliases: [], name: { zh: '环保公益', en: 'Environment charity' }, trade: 'RETAIL', feeBasisPoints: 0, source: 'B7' },
  {
    id: 'city',
    aliases: ['credit'],
    name: { zh: '城市信用机构', en: 'City credit body' },
    feeBasisPoints: 0,
    source: 'A7, A8',
  },
];

/** Pure: a partner's id out of what a person calls it (`TEL`, `Auto`, `telecom`), or null. */
export function partnerNamed(name: string): string | null {
  const wanted = name.toLowerCase();
  if (wanted === 'operator') return wanted;
  const found = demoPartners.find(
    ({ id, aliases, name: { zh, en } }) => id === wanted || zh === name || [...aliases, en].some((alias) => alias.toLowerCase() === wanted),
  );
  return found?.id ?? null;
}

/** The ids that a person may type, for a sentence. */
export const partnerIds = ['operator', ...demoPartners.map(({ id }) => id)].join(', ');
