import { blockedInstead, type CartLine, shareLimit, type Spendable, split } from '../quotes/split.js';

export type ItemState = 'OPEN' | 'CLOSED';

/** Whether an item is on offer at an instant; from `opensAt` on and before `closesAt`. */
export const stateAt = (at: Date, opensAt: Date | null, closesAt: Date | null): ItemState =>
  (opensAt !== null && at < opensAt) || (closesAt !== null && at >= closesAt) ? 'CLOSED' : 'OPEN';

export type Redeemable =
  | { readonly state: 'AVAILABLE' }
  | { readonly state: 'MISSING_POINTS'; readonly missing: bigint }
  | { readonly state: 'SOLD_OUT' }
  | { readonly state: 'CLOSED'; readonly opensAt: Date | null };

export interface Offer {
  readonly line: CartLine;
  readonly opensAt: Date | null;
  readonly closesAt: Date | null;
  /** Null: unlimited. */
  readonly remaining: number | null;
}

/** Whether a member could take one piece now, paying with points all that points may pay; else what is in the way. */
export function redeemable({ line, opensAt, closesAt, remaining }: Offer, wallets: readonly Spendable[], at: Date): Redeemable {
  if (stateAt(at, opensAt, closesAt) === 'CLOSED') return { state: 'CLOSED', opensAt: opensAt !== null && at < opensAt ? opensAt : null };
  if (shareLimit(line) === 0n) return { state: 'CLOSED', opensAt: null }; // Points may pay no part of it; it is only sold beside something else.
  if (remaining !== null && remaining < line.quantity) return { state: 'SOLD_OUT' };
  const paid = split([line], wallets, [], line.faceFen * BigInt(line.quantity) - shareLimit(line));
  if (
    paid.kind === 'refused' &&
    blockedInstead(paid, [line], (programme) => wallets.find((wallet) => wallet.programme === programme)?.issuer).code ===
      'CATEGORY_BLOCKED'
  )
    return { state: 'CLOSED', opensAt: null }; // More of these points could not pay either.
  if (paid.kind === 'refused' && paid.code === 'INSUFFICIENT_POINTS') return { state: 'MISSING_POINTS', missing: paid.missing };
  return { state: 'AVAILABLE' };
}
