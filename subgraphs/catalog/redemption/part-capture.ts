import { allocate, minOf, rational, timesDown, timesUp } from '../../kernel/rational.js';
import type { Leg } from '../quotes/split.js';

/** A line as it is paid. Its legs' `fen` and its cash sum to its price. */
export interface PaidLine {
  readonly line: number;
  readonly priceFen: bigint;
  readonly legs: readonly Leg[];
  readonly cashFen: bigint;
}

/**
 * The lines of a redemption of which only `fen` of the whole price are captured, points and cash in the proportion in which they were to be
 * paid: every share by largest remainder, so that lines sum to `fen` and the parts of a line to its price; points rounded up as always when
 * something is charged, and never more than were held; what their issuer owes rounded down. Expects 1 ≤ fen ≤ the sum of the prices.
 */
export function captureOf(fen: bigint, lines: readonly PaidLine[]): PaidLine[] {
  const prices = allocate(
    fen,
    lines.map((line) => line.priceFen),
  );
  return lines.map(({ line, legs, cashFen }, n) => {
    const priceFen = prices[n] as bigint;
    const shares = allocate(priceFen, [...legs.map((leg) => leg.fen), cashFen]);
    return {
      line,
      priceFen,
      legs: legs.map((leg, index) => partOf(leg, shares[index] as bigint)).filter(({ points }) => points > 0n),
      cashFen: shares.at(-1) as bigint,
    };
  });
}

function partOf(leg: Leg, fen: bigint): Leg {
  if (fen === 0n || leg.points === 0n) return { ...leg, fen, points: 0n, owedFen: 0n };
  const points = timesUp(leg.points, rational(fen, leg.fen));
  return { ...leg, fen, points, owedFen: minOf(fen, timesDown(leg.owedFen, rational(points, leg.points))) };
}
