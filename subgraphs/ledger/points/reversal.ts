import { type NewObligation, obligationsOf } from '../clearing/obligations.js';
import type { HoldLeg, StoredHold } from './hold-store.js';

/** What of a leg is returned now. */
export interface LegReturn {
  readonly points: bigint;
  readonly fen: bigint;
}

/**
 * The obligations that undo a part of a redemption, counted as the difference of two sums: what all returns so far undo, and what the
 * earlier ones did. So a full reversal reverses the fee to the last fen, however many returns it took.
 */
export function reversalOf(
  hold: Pick<StoredHold, 'acceptor' | 'feeBasisPoints' | 'feeBorneBy' | 'redemption'>,
  legs: readonly HoldLeg[],
  returned: ReadonlyMap<string, LegReturn>,
  cause: string,
): NewObligation[] {
  const acceptor = { id: hold.acceptor, feeBasisPoints: hold.feeBasisPoints, feeBorneBy: hold.feeBorneBy };
  const undoing = (amountOf: (leg: HoldLeg) => LegReturn): NewObligation[] =>
    obligationsOf({
      kind: 'REDEMPTION',
      acceptor,
      legs: legs.map((leg) => ({ programme: leg.programme, issuer: leg.issuer, ...amountOf(leg) })),
      cause,
      redemption: hold.redemption,
    });
  const before = undoing((leg) => ({ points: leg.returnedPoints, fen: leg.returnedFen }));
  const after = undoing((leg) => ({
    points: leg.returnedPoints + (returned.get(leg.programme)?.points ?? 0n),
    fen: leg.returnedFen + (returned.get(leg.programme)?.fen ?? 0n),
  }));
  return after.flatMap((undone): NewObligation[] => {
    const earlier = before.find(({ programme }) => programme === undone.programme);
    const fen = undone.fen - (earlier?.fen ?? 0n);
    const points = undone.points - (earlier?.points ?? 0n);
    const feeFen = undone.feeFen - (earlier?.feeFen ?? 0n);
    return fen === 0n && feeFen === 0n
      ? []
      : [{ ...undone, kind: 'RETURN', debtor: undone.creditor, creditor: undone.debtor, points, fen, feeFen }];
  });
}
