import type { Bilingual } from './demo-partners.js';
import { monthsBefore, startOfDay } from './demo-time.js';
import type { Purchase } from './purchases.js';

export interface DemoMember {
  /** Customer number at the operator and at every partner that knows the member. */
  readonly ref: string;
  readonly name: Bilingual;
  readonly phone: string;
  readonly partners: readonly string[];
  /** What the member bought before the story starts; the balance of DOMAIN §5.3 is what it earned. */
  readonly opening: readonly Purchase[];
  readonly source: string;
}

const member = (
  ref: string,
  number: number,
  zh: string,
  partners: readonly string[],
  source: string,
  opening: readonly Purchase[] = [],
) => ({
  ref,
  name: { zh, en: ref.replace('M-', '') },
  phone: `1380000${String(number).padStart(4, '0')}`,
  partners,
  opening,
  source,
});

const bill = (ref: string, fen: number): Purchase => ({ kind: 'BILL', partner: 'telecom', ref, fen, period: '2026-10' });
const garage = (ref: string, fen: number): Purchase => ({
  kind: 'SERVICE_ORDER',
  partner: 'automotive',
  ref,
  fen,
  sku: 'repair',
  category: 'repair',
});
const basket = (ref: string, fen: number, at?: string, partner = 'retailer'): Purchase => ({
  kind: 'BASKET',
  partner,
  ref,
  fen,
  sku: 'daily-goods',
  category: 'daily',
  ...(at === undefined ? {} : { at }),
});

/** Pure: DOMAIN §5.3 as of `day` (YYYY-MM-DD in Shanghai). Who starts with points bought for them; M-Li, M-Wang and M-Wu earn theirs in the story. */
export function demoMembers(day: string): readonly DemoMember[] {
  const ago = (days: number): string => startOfDay(day, -days);
  /** Bought so long ago that the points, which live 12 months, end in so many days. */
  const endingIn = (days: number): string => monthsBefore(startOfDay(day, days), 12);
  return [
    member('M-Li', 1, '李女士', ['telecom'], 'B3'),
    member('M-Wang', 2, '王先生', ['automotive'], 'A29'),
    member('M-Zhao', 3, '赵先生', ['automotive', 'insurer'], 'A31', [garage('opening-zhao', 2_000_000)]),
    member('M-Chen', 4, '陈先生', ['automotive'], 'A30', [garage('opening-chen', 500_000)]),
    member('M-Sun', 5, '孙女士', ['retailer', 'coalition'], 'B23', [basket('opening-sun', 1_000_000)]),
    member('M-Qian', 6, '钱先生', ['automotive', 'city'], 'A8', [garage('opening-qian', 450_000)]),
    member('M-Zhou', 7, '周女士', ['automotive', 'city'], 'A8', [garage('opening-zhou', 450_000)]),
    member('M-Wu', 8, '吴先生', ['banking'], 'A14, A15'),
    member('M-Zheng', 9, '郑女士', ['baby'], 'B11–B13'),
    member('M-Feng', 10, '冯先生', ['airline'], 'B17', [
      { kind: 'BOOKING', partner: 'airline', ref: 'opening-feng', fen: 6_000_000, booking: 'FLIGHT' },
    ]),
    member('M-Kong', 11, '孔先生', ['retailer', 'coalition'], 'B21', [
      basket('opening-kong-7', 120_000, endingIn(7)),
      basket('opening-kong-30', 30_000, endingIn(30)),
      basket('opening-kong-31', 50_000, endingIn(31)),
    ]),
    member('M-Cao', 12, '曹女士', ['fashion', 'coalition'], 'A24', [
      basket('opening-cao-1', 300_000, ago(135), 'fashion'),
      basket('opening-cao-2', 750_000, ago(45), 'fashion'),
    ]),
    member('M-Yan', 13, '严女士', ['automotive', 'retailer', 'coalition'], 'B19, A27, A33', [
      garage('opening-yan', 100_000),
      basket('opening-yan', 3_000_000),
    ]),
    member('M-Lin', 14, '林先生', ['telecom', 'automotive', 'retailer', 'coalition'], 'B19, A27, A33', [
      garage('opening-lin', 200_000),
      basket('opening-lin', 2_000_000),
      bill('opening-lin', 100_000),
    ]),
    ...Array.from({ length: 12 }, (_, index) => {
      const number = String(index + 1).padStart(2, '0');
      return member(`M-Ring-${number}`, 101 + index, `环${number}`, ['coalition', 'baby'], 'A13');
    }),
  ];
}

/** Pure: the ref of a demo member however a person writes it (`Yan`, `m-yan`, `严女士`), else the text itself. */
export function memberNamed(name: string): string {
  const wanted = name.toLowerCase().replace(/^m-/, '');
  const found = demoMembers('2026-01-01').find(({ ref, name: { zh } }) => ref.slice(2).toLowerCase() === wanted || zh === name);
  return found?.ref ?? name;
}
