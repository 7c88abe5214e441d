import { minOf, rational, timesDown } from '../../kernel/rational.js';
import type { PurchaseLine } from '../purchase-line.js';

/** The share of a bill that is all of it, in basis points. */
export const wholeBill = 10_000;

/** What phone credit pays of a bill: as much as there is, up to the share that the partner lets it pay; of that no fen is rounded up. */
export const creditApplied = (amountFen: bigint, creditFen: bigint, shareBasisPoints: number): bigint =>
  minOf(creditFen, timesDown(amountFen, rational(BigInt(shareBasisPoints), BigInt(wholeBill))));

/** A bill as the ledger accrues on it: the gross amount, and the part that was paid in cash. */
export const billLines = (amountFen: bigint, creditAppliedFen: bigint): readonly PurchaseLine[] => [
  { sku: 'bill', category: 'bill', fen: amountFen, cashFen: amountFen - creditAppliedFen },
];
