import { allocate, rational, sumOf, timesDown } from '../../kernel/rational.js';
import type { Leg } from '../quotes/split.js';

/** A redeemed line, with how many pieces of it came back before. */
export interface ReturnableLine {
  readonly quantity: number;
  readonly returned: number;
  readonly priceFen: bigint;
  readonly legs: readonly Leg[];
  readonly cashFen: bigint;
}

export interface ReturnedPart {
  readonly legs: readonly Leg[];
  readonly cashFen: bigint;
}

/**
 * What goes back for the next `pieces` of a line. Every piece brings back its price, rounded down as they add up, in the line's own proportion of points and
 * cash; whatever the order of partial returns, no part ever exceeds what was paid, and all of them together are what was paid.
 */
export function returnOf(line: ReturnableLine, pieces: number): ReturnedPart {
  const before = upTo(line, line.returned);
  const after = upTo(line, line.returned + pieces);
  return {
    cashFen: after.cashFen - before.cashFen,
    legs: line.legs.map((leg, index) => {
      const [from, to] = [before.legs[index], after.legs[index]];
      return {
        programme: leg.programme,
        issuer: leg.issuer,
        points: (to?.points ?? 0n) - (from?.points ?? 0n),
        fen: (to?.fen ?? 0n) - (from?.fen ?? 0n),
        owedFen: (to?.owedFen ?? 0n) - (from?.owedFen ?? 0n),
      };
    }),
  };
}

/** What the first `pieces` of the line bring back altogether. */
function upTo(line: ReturnableLine, pieces: number): ReturnedPart {
  const quantity = BigInt(line.quantity);
  const share = rational(BigInt(pieces), quantity);
  const paid = [...line.legs.map((leg) => leg.fen), line.cashFen];
  const fen = paid.map(() => 0n);
  // Piece by piece, each by largest remainder of what is due by then: so no part ever has to be taken back again.
  for (let piece = 1n; piece <= BigInt(pieces); piece += 1n) {
    const due = paid.map((all, index) => all * piece - (fen[index] ?? 0n) * quantity).map((rest) => (rest > 0n ? rest : 0n));
    // After a capture in part the price need not divide by the pieces; the last one brings what is left.
    const price = (line.priceFen * piece) / quantity - (line.priceFen * (piece - 1n)) / quantity;
    allocate(price, due).forEach((part, index) => {
      fen[index] = (fen[index] ?? 0n) + part;
    });
  }
  return {
    cashFen: fen.at(-1) ?? 0n,
    legs: line.legs.map(({ programme, issuer, points: all, owedFen }, index) => {
      const points = timesDown(all, share);
      // What is owed goes back with the points that it is owed for, so a part without points reverses nothing.
      return { programme, issuer, points, fen: fen[index] ?? 0n, owedFen: timesDown(owedFen, rational(points, all)) };
    }),
  };
}

/** Legs added up by programme, in the order of their first line; those with nothing in them are left out. */
export function sumLegs(legs: readonly Leg[]): Leg[] {
  const byProgramme = new Map<string, Leg>();
  for (const leg of legs) {
    const sum = byProgramme.get(leg.programme);
    byProgramme.set(
      leg.programme,
      sum ? { ...sum, points: sum.points + leg.points, fen: sum.fen + leg.fen, owedFen: sum.owedFen + leg.owedFen } : leg,
    );
  }
  return [...byProgramme.values()].filter((leg) => sumOf([leg.points, leg.fen]) > 0n);
}

/** Why goods come back. That they were paid with points is no reason to refuse, so nothing here can say it. */
export const returnReasons = ['FAULTY', 'NOT_AS_DESCRIBED', 'NOT_DELIVERED', 'CHANGED_MIND', 'SERVICE_CANCELLED'] as const;
export type ReturnReason = (typeof returnReasons)[number];

/** What is used up by being delivered does not come back for a change of mind. */
const usedUp: ReadonlySet<string> = new Set(['PHONE_CREDIT', 'DATA_PACK']);
/** A donation was given, not bought: for no reason does the charity give it back; the member cancels it while there is time. */
export const reasonAllowed = (reason: ReturnReason, deliveryKind: string): boolean =>
  deliveryKind !== 'DONATION' && (reason !== 'CHANGED_MIND' || !usedUp.has(deliveryKind));
