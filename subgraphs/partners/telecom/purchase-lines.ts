import type { PurchaseLine } from '../purchase-line.js';

/** What phone credit pays of a bill: as much as there is, up to the whole bill. */
export const creditApplied = (amountFen: bigint, creditFen: bigint): bigint => (creditFen < amountFen ? creditFen : amountFen);

/** A bill as the ledger accrues on it: the gross amount, and the part that was paid in cash. */
export const billLines = (amountFen: bigint, creditAppliedFen: bigint): readonly PurchaseLine[] => [
  { sku: 'bill', category: 'bill', fen: amountFen, cashFen: amountFen - creditAppliedFen },
];
