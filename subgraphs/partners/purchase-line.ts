import { badInput } from '../kernel/errors.js';
import { sumOf } from '../kernel/rational.js';

/** One line as the ledger accrues on it: `fen` is the price, `cashFen` the part that was paid in cash. */
export interface PurchaseLine {
  readonly sku: string;
  readonly category?: string | undefined;
  readonly fen: bigint;
  readonly cashFen: bigint;
  readonly certificate?: string | undefined;
  readonly cardProduct?: string | undefined;
  /** What happened, where rules of the trade ask for it. */
  readonly event?: string | undefined;
}

const most = 2n ** 53n - 1n;
const mostLines = 200;

/** Refuses what is not a purchase: no lines, too many, a line without a price, a sum that does not fit the wire. */
export function checkLines(lines: readonly { readonly sku: string; readonly fen: bigint }[]): void {
  if (lines.length === 0 || lines.length > mostLines) throw badInput(`\`lines\` holds 1 to ${mostLines} lines`, { argument: 'lines' });
  for (const [line, { sku, fen }] of lines.entries()) {
    if (sku.length === 0 || sku.length > 100) throw badInput('`sku` is 1 to 100 characters', { argument: 'sku', line });
    checkPositive(fen, 'fen');
  }
  if (sumOf(lines.map(({ fen }) => fen)) > most) throw badInput('The lines sum to more than 2^53−1 fen', { argument: 'lines' });
}

/** Refuses an amount that is not above zero. */
export function checkPositive(fen: bigint, argument: string): void {
  if (fen <= 0n) throw badInput(`\`${argument}\` is above zero`, { argument });
}

/** The lines as the ledger's input reads them. */
export const onTheWire = (lines: readonly PurchaseLine[]): string =>
  JSON.stringify(lines, (_key, value: unknown) => (typeof value === 'bigint' ? Number(value) : value));
