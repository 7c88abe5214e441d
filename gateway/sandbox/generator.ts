import type { Purchase } from './purchases.js';

/** A generated member: known by `ref` to the operator and to every partner where it buys. */
export interface GeneratedMember {
  readonly ref: string;
  readonly name: string;
  readonly purchases: readonly Purchase[];
}

/** Every `stride`-th member from `offset` on buys once: for `baseYuan` and up to `steps` − 1 steps of `stepYuan` more, in turn. */
interface Visit {
  readonly programme: string;
  readonly stride: number;
  readonly offset: number;
  readonly baseYuan: number;
  readonly stepYuan: number;
  readonly steps: number;
  /** Points per `yuan`; every amount divides by it, so no point is lost to rounding. */
  readonly points: number;
  readonly yuan: number;
  readonly purchase: (ref: string, fen: number) => Purchase;
}

const visit = (
  [stride, offset]: readonly [number, number],
  [baseYuan, stepYuan, steps]: readonly [number, number, number],
  [points, yuan, programme]: readonly [number, number, string],
  purchase: Visit['purchase'],
): Visit => ({ stride, offset, baseYuan, stepYuan, steps, points, yuan, programme, purchase });

const visits: readonly Visit[] = [
  visit([1, 0], [20, 1, 180], [10, 1, 'TEL-P'], (ref, fen) => ({ kind: 'BILL', partner: 'telecom', ref, fen, period: '2026-10' })),
  visit([1, 0], [15, 3, 97], [1, 1, 'COAL-P'], (ref, fen) => ({
    kind: 'BASKET',
    partner: 'retailer',
    ref,
    fen,
    sku: 'daily-goods',
    category: 'daily',
  })),
  visit([2, 0], [100, 50, 31], [1, 1, 'AUTO-P'], (ref, fen) => ({
    kind: 'SERVICE_ORDER',
    partner: 'automotive',
    ref,
    fen,
    sku: 'repair',
    category: 'repair',
  })),
  visit([3, 1], [50, 25, 41], [1, 1, 'BANK-P'], (ref, fen) => ({
    kind: 'CARD',
    partner: 'banking',
    ref,
    fen,
    transaction: 'SPEND',
    product: 'STANDARD',
  })),
  visit([5, 2], [600, 20, 60], [1, 2, 'AIR-M'], (ref, fen) => ({ kind: 'BOOKING', partner: 'airline', ref, fen, booking: 'FLIGHT' })),
];

/** Pure: `count` members and what each bought. The seed deals the purchases to the members; the totals are the same for every seed. */
export function* generate(seed: number, count: number): Generator<GeneratedMember> {
  const rankOf = shuffled(seed, count);
  for (let index = 0; index < count; index += 1) {
    const ref = `G${seed}-${String(index + 1).padStart(6, '0')}`;
    const rank = rankOf(index);
    const purchases = visits.flatMap((visit) => {
      const turn = (rank - visit.offset) / visit.stride;
      if (turn < 0 || !Number.isInteger(turn)) return [];
      return [visit.purchase(`${ref}-${visit.programme}`, (visit.baseYuan + (turn % visit.steps) * visit.stepYuan) * 100)];
    });
    yield { ref, name: `会员${index + 1}`, purchases };
  }
}

/** Pure: the points of each programme that `count` members earn, in closed form. */
export function generatedPoints(count: number): ReadonlyMap<string, number> {
  return new Map(
    visits.map(({ programme, stride, offset, baseYuan, stepYuan, steps, points, yuan }) => {
      const visitors = Math.max(0, Math.ceil((count - offset) / stride));
      const rounds = Math.floor(visitors / steps);
      const rest = visitors % steps;
      const stepsTaken = rounds * sumBelow(steps) + sumBelow(rest);
      return [programme, ((visitors * baseYuan + stepsTaken * stepYuan) * points) / yuan];
    }),
  );
}

/** Pure: how many purchases `count` members make. */
export const generatedPurchases = (count: number): number =>
  visits.reduce((sum, { stride, offset }) => sum + Math.max(0, Math.ceil((count - offset) / stride)), 0);

/** 0 + 1 + … + (n − 1). */
const sumBelow = (n: number): number => (n * (n - 1)) / 2;

/** A permutation of 0 … count − 1: index × a + b, with `a` free of common factors with `count`. */
function shuffled(seed: number, count: number): (index: number) => number {
  let a = (Math.imul(seed, 2_654_435_761) >>> 0) % Math.max(count, 1);
  while (gcd(a, count) !== 1) a += 1;
  const b = (Math.imul(seed ^ 0x9e3779b9, 2_246_822_519) >>> 0) % Math.max(count, 1);
  return (index) => (index * a + b) % count;
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
