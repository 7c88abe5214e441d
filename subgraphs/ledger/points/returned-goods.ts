import { sumOf } from '../../kernel/rational.js';
import { dueOf } from './returns.js';

/** Goods of a redemption, by their number: how many pieces are back, of how many, and what all of them cost. */
export interface Goods {
  readonly sku: string;
  readonly returned: number;
  readonly quantity: number;
  readonly fen: bigint;
}

/** `done` of `total`. */
export interface Share {
  readonly done: bigint;
  readonly total: bigint;
}

/** What an accrual gave, by the line that earned it. */
export interface Given {
  readonly points: bigint;
  readonly lines: readonly { readonly sku: string; readonly points: bigint }[];
  /** Whether a rule counted what was paid in points as well. */
  readonly gross: boolean;
}

/** Everything that is back after several returns of one redemption. Each names all goods of it, each number once. */
export function sumGoods(returns: readonly (readonly Goods[])[]): Goods[] {
  const bySku = new Map<string, Goods>();
  for (const goods of returns.flat()) {
    const before = bySku.get(goods.sku)?.returned ?? 0;
    bySku.set(goods.sku, { ...goods, returned: before + goods.returned });
  }
  return [...bySku.values()];
}

/**
 * How many points of an accrual have come due: those of every line by the pieces of it that are back. A line whose number is none of the
 * redemption's counts by the share of what was paid; where it earned by the price, by the share of the value, if that is more.
 */
export function clawbackDue({ points, lines, gross }: Given, goods: readonly Goods[], paid: Share): bigint {
  const known = goods.map(({ sku, returned, quantity }) => {
    const earned = sumOf(lines.filter((line) => line.sku === sku).map((line) => line.points));
    return { earned, due: dueOf(earned, BigInt(returned), BigInt(quantity)) };
  });
  const share = gross ? larger(paid, valueOf(goods)) : paid;
  const rest = points - sumOf(known.map(({ earned }) => earned));
  return sumOf(known.map(({ due }) => due)) + dueOf(rest, share.done, share.total);
}

const valueOf = (goods: readonly Goods[]): Share => ({
  done: sumOf(goods.map(({ fen, returned, quantity }) => dueOf(fen, BigInt(returned), BigInt(quantity)))),
  total: sumOf(goods.map(({ fen }) => fen)),
});

const larger = (a: Share, b: Share): Share => (a.done * b.total < b.done * a.total ? b : a);
