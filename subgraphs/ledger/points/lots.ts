import { minOf } from '../../kernel/rational.js';

/** A lot as far as spending goes. `free` is neither held nor gone. */
export interface SpendableLot {
  readonly id: string;
  readonly free: bigint;
  readonly earnedAt: Date;
  readonly usableFrom: Date;
  /** First instant at which it is unusable; null: never. */
  readonly expiresAt: Date | null;
}

export interface LotPart {
  readonly lot: string;
  readonly points: bigint;
}

export type Burn = { readonly kind: 'burned'; readonly parts: readonly LotPart[] } | { readonly kind: 'refused'; readonly missing: bigint };

/** Takes points from the lots that expire first, or says how many are missing and takes none. */
export function burn(lots: readonly SpendableLot[], points: bigint, at: Date): Burn {
  const parts = takeUpTo(
    lots.filter((lot) => isUsable(lot, at)),
    points,
  );
  const missing = points - parts.reduce((sum, part) => sum + part.points, 0n);
  return missing === 0n ? { kind: 'burned', parts } : { kind: 'refused', missing };
}

/** As many of the points as the lots have, in the same order. */
export function takeUpTo(lots: readonly SpendableLot[], points: bigint): LotPart[] {
  const parts: LotPart[] = [];
  let left = points;
  for (const lot of [...lots].sort(earlier)) {
    if (left === 0n) break;
    const taken = minOf(lot.free, left);
    if (taken === 0n) continue;
    parts.push({ lot: lot.id, points: taken });
    left -= taken;
  }
  return parts;
}

export const isExpired = (lot: Pick<SpendableLot, 'expiresAt'>, at: Date): boolean => lot.expiresAt !== null && at >= lot.expiresAt;
export const isUsable = (lot: SpendableLot, at: Date): boolean => lot.free > 0n && at >= lot.usableFrom && !isExpired(lot, at);

/** Earliest expiry first, then earliest accrual; never-expiring lots last. The id settles ties, so that every reader sees one order. */
export function earlier(a: SpendableLot, b: SpendableLot): number {
  const byExpiry = compare(a.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY, b.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY);
  return byExpiry || compare(a.earnedAt.getTime(), b.earnedAt.getTime()) || compare(a.id, b.id);
}

const compare = <T extends number | string>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);
