import type { FeeBorneBy, NewObligation } from './obligations.js';

/** The partner that runs the clearing and receives the fees. */
export const operator = 'operator';

/** What netting looks at: one obligation, or the sum of many with the same sides and terms. */
export type Owed = Pick<NewObligation, 'kind' | 'debtor' | 'creditor' | 'fen' | 'feeFen' | 'feeBorneBy'>;

/** What one obligation is to one partner: fen is positive where it receives and negative where it pays, the fee is taken off. */
export interface Position {
  readonly side: 'CREDITOR' | 'DEBTOR' | 'FEE';
  readonly partner: string;
  readonly counterparty: string;
  readonly fen: bigint;
  readonly feeFen: bigint;
}

/** A partner's place in a period; net = receivable − payable − fee. */
export interface Net {
  readonly partner: string;
  readonly receivableFen: bigint;
  readonly payableFen: bigint;
  readonly feeFen: bigint;
  readonly netFen: bigint;
}

/** Pure: both sides and the fee of an obligation; the nets of the positions sum to zero. A return gives the fee back to who bore it. */
export function positionsOf({ kind, debtor, creditor, fen, feeFen, feeBorneBy }: Owed): Position[] {
  const fee = kind === 'RETURN' ? -feeFen : feeFen;
  const bearer = feeBearer(kind, feeBorneBy) === 'CREDITOR' ? creditor : debtor;
  const positions: Position[] = [
    { side: 'CREDITOR', partner: creditor, counterparty: debtor, fen, feeFen: bearer === creditor ? fee : 0n },
    { side: 'DEBTOR', partner: debtor, counterparty: creditor, fen: -fen, feeFen: bearer === debtor ? fee : 0n },
  ];
  if (fee !== 0n) positions.push({ side: 'FEE', partner: operator, counterparty: bearer, fen: fee, feeFen: 0n });
  return positions;
}

/** The acceptor is the creditor of a redemption, and the debtor when it gives the money back. */
function feeBearer(kind: NewObligation['kind'], feeBorneBy: FeeBorneBy): 'CREDITOR' | 'DEBTOR' {
  return (feeBorneBy === 'ACCEPTOR') === (kind !== 'RETURN') ? 'CREDITOR' : 'DEBTOR';
}

/** Pure: net positions of everyone who owes, is owed or receives a fee, ordered by partner; they sum to zero. */
export function netsOf(owed: Iterable<Owed>): Net[] {
  const nets = new Map<string, Net>();
  for (const obligation of owed) {
    for (const { partner, fen, feeFen } of positionsOf(obligation)) {
      const { receivableFen, payableFen, feeFen: fees, netFen } = nets.get(partner) ?? nothing(partner);
      nets.set(partner, {
        partner,
        receivableFen: fen > 0n ? receivableFen + fen : receivableFen,
        payableFen: fen < 0n ? payableFen - fen : payableFen,
        feeFen: fees + feeFen,
        netFen: netFen + fen - feeFen,
      });
    }
  }
  return [...nets.values()].sort((a, b) => (a.partner < b.partner ? -1 : 1));
}

/** A partner that had no part in a period. */
export const nothing = (partner: string): Net => ({ partner, receivableFen: 0n, payableFen: 0n, feeFen: 0n, netFen: 0n });
