import type { ReturnedPiece } from './delivery-plan.js';

interface Held {
  readonly line: number;
  readonly quantity: number;
  readonly usedAt: Date | null;
  readonly withdrawnAt: Date | null;
}

/** Pure: how many pieces of which entitlements come back, or null where fewer are left unused than come back. */
export function planWithdrawal<E extends Held>(
  entitlements: readonly E[],
  lines: readonly ReturnedPiece[],
): { readonly entitlement: E; readonly pieces: number }[] | null {
  const taken: { entitlement: E; pieces: number }[] = [];
  for (const { line, quantity } of lines) {
    let missing = quantity;
    for (const entitlement of entitlements) {
      if (entitlement.line !== line || entitlement.usedAt !== null || entitlement.withdrawnAt !== null || missing === 0) continue;
      const pieces = Math.min(entitlement.quantity, missing);
      taken.push({ entitlement, pieces });
      missing -= pieces;
    }
    if (missing > 0) return null;
  }
  return taken;
}
