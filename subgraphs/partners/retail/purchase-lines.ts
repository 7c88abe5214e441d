import { allocate } from '../../kernel/rational.js';
import type { PurchaseLine } from '../purchase-line.js';

export interface ShopLine {
  readonly sku: string;
  readonly category?: string | undefined;
  readonly fen: bigint;
  readonly certificate?: string | undefined;
  /** Traits of the article, which the shop keeps to itself. */
  readonly size?: string | undefined;
  readonly colour?: string | undefined;
}

/** A basket as the ledger accrues on it. What was paid in cash falls on the lines in proportion to their prices, to the last fen. */
export function basketLines(lines: readonly ShopLine[], cashFen: bigint): readonly PurchaseLine[] {
  const shares = allocate(
    cashFen,
    lines.map(({ fen }) => fen),
  );
  return lines.map(({ sku, category, fen, certificate }, line) => ({ sku, category, fen, cashFen: shares[line] ?? 0n, certificate }));
}
