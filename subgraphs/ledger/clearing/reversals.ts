import { invariant } from '../../kernel/invariant.js';
import { minOf, sumOf } from '../../kernel/rational.js';
import type { NewObligation } from './new-obligation.js';

/** An obligation as it was appended. */
export interface RecordedObligation extends NewObligation {
  readonly id: string;
  readonly period: string;
}

/** Part of an obligation, in its points and its fen before the fee. */
export interface Returned {
  readonly points: bigint;
  readonly fen: bigint;
}

/** Returned points of a programme; `fen` absent means in proportion to the points. */
export interface ReturnedLeg {
  readonly programme: string;
  readonly points: bigint;
  readonly fen?: bigint;
}

const none: Returned = { points: 0n, fen: 0n };

/**
 * Pure: what takes back `now` after `before` was taken back, or null where it is worth nothing. The sides change places and amounts stay
 * positive. The fee is reversed cumulatively in proportion to the fen, so the parts of a full return sum to exactly what was owed.
 */
export function reversalOf(original: RecordedObligation, before: Returned, now: Returned, cause: string): NewObligation | null {
  const fen = before.fen + now.fen;
  const points = before.points + now.points;
  invariant(now.fen >= 0n && now.points >= 0n && fen <= original.fen && points <= original.points, 'More is returned than was owed');
  if (now.fen === 0n) return null;
  const { debtor, creditor, programme, feeBorneBy, redemption } = original;
  return {
    kind: 'RETURN',
    debtor: creditor,
    creditor: debtor,
    programme,
    points: now.points,
    fen: now.fen,
    feeFen: (original.feeFen * fen) / original.fen - (original.feeFen * before.fen) / original.fen,
    feeBorneBy,
    cause,
    redemption,
    reverses: original.id,
  };
}

/**
 * Pure: reversals of what a redemption made partners owe, out of everything recorded for it so far. `kind` says which of its obligations
 * go back: those of the points spent (REDEMPTION), or those of the points earned with it (ACCRUAL). A programme that made no
 * obligation, such as the acceptor's own, needs none.
 */
export function reversalsOf(
  recorded: readonly RecordedObligation[],
  kind: 'REDEMPTION' | 'ACCRUAL',
  legs: readonly ReturnedLeg[],
  cause: string,
): NewObligation[] {
  return [...new Set(legs.map((leg) => leg.programme))].flatMap((programme) => {
    const same = legs.filter((leg) => leg.programme === programme);
    const originals = recorded.filter((obligation) => obligation.kind === kind && obligation.programme === programme);
    if (originals.length === 0) return [];
    let points = sumOf(same.map((leg) => leg.points));
    let fen = same.some((leg) => leg.fen === undefined) ? undefined : sumOf(same.map((leg) => leg.fen ?? 0n));
    const reversals: NewObligation[] = [];
    for (const original of originals) {
      const before = reversedOf(original, recorded);
      const taken = minOf(points, original.points - before.points);
      const now: Returned = {
        points: taken,
        fen: fen === undefined ? proportion(original, before, taken) : minOf(fen, original.fen - before.fen),
      };
      points -= now.points;
      if (fen !== undefined) fen -= now.fen;
      const reversal = reversalOf(original, before, now, cause);
      if (reversal) reversals.push(reversal);
    }
    invariant(points === 0n && (fen ?? 0n) === 0n, 'More is returned than was owed');
    return reversals;
  });
}

const reversedOf = ({ id }: RecordedObligation, recorded: readonly RecordedObligation[]): Returned =>
  recorded
    .filter((obligation) => obligation.reverses === id)
    .reduce<Returned>((sum, { points, fen }) => ({ points: sum.points + points, fen: sum.fen + fen }), none);

/** Fen of the first points returned minus what went back already, so nothing is lost to rounding when all points are back. */
const proportion = (original: RecordedObligation, before: Returned, points: bigint): bigint =>
  original.points === 0n ? 0n : (original.fen * (before.points + points)) / original.points - before.fen;
