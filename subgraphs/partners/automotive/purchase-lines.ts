import type { PurchaseLine } from '../purchase-line.js';

export interface ServiceLine {
  readonly sku: string;
  readonly category?: string | undefined;
  readonly fen: bigint;
}

/** Service lines as the ledger accrues on them: each on its own, paid in cash. */
export const serviceLines = (lines: readonly ServiceLine[]): readonly PurchaseLine[] =>
  lines.map(({ sku, category, fen }) => ({ sku, category, fen, cashFen: fen }));
