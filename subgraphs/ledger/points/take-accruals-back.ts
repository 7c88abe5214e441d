import type { EntityManager } from '@mikro-orm/postgresql';
import { sumOf } from '../../kernel/rational.js';
import type { NewObligation, RecordedObligation } from '../clearing/obligations.js';
import { accrualsOf, clawBack } from './claw-back.js';
import type { Actor } from './journal.js';
import type { Kept } from './kept.js';
import type { ReturnRequest, ReturnState } from './return-request.js';
import { clawbackDue, sumGoods } from './returned-goods.js';
import type { Leg } from './take-request.js';

/** Points of one programme that stay with the member, and what the refund is less for them. */
export interface Deducted extends Kept {
  readonly programme: string;
}

export interface TakenBack {
  readonly clawback: bigint;
  readonly arrears: bigint;
  readonly deducted: readonly Deducted[];
  readonly owed: readonly NewObligation[];
}

/** Accruals count by the returned goods; what names none of them, by the returned share of the cash, or of the points where all was paid in these. */
export async function takeAccrualsBack(
  tx: EntityManager,
  actor: Actor,
  { member, hold, legs, cashBefore, goodsBefore }: ReturnState,
  asked: readonly Leg[],
  { return: cause, redemption, cashFen, cashTotalFen, goods }: ReturnRequest,
  recorded: readonly RecordedObligation[],
): Promise<TakenBack> {
  const paid =
    cashTotalFen > 0n
      ? { done: cashBefore + cashFen, total: cashTotalFen }
      : { done: sumOf(legs.map((leg) => leg.returnedFen)) + sumOf(asked.map((leg) => leg.fen)), total: sumOf(legs.map((leg) => leg.fen)) };
  const back = sumGoods([goodsBefore, goods]);
  let clawback = 0n;
  let arrears = 0n;
  const deducted = new Map<string, Kept>();
  let refundFen = cashFen;
  const owed: NewObligation[] = [];
  for (const accrual of await accrualsOf(tx, redemption, member.uid)) {
    // Whoever else reports a purchase of this redemption has paid for its points, and has no part in this cash.
    const own = accrual.partner === hold?.acceptor;
    const taken = await clawBack(
      tx,
      member,
      actor,
      { cause, refundFen: own ? refundFen : 0n, recorded },
      accrual,
      clawbackDue(accrual, back, paid),
    );
    clawback += taken.taken;
    arrears += taken.arrears;
    if (taken.kept.points > 0n) {
      const { points, fen } = deducted.get(accrual.programme) ?? { points: 0n, fen: 0n };
      deducted.set(accrual.programme, { points: points + taken.kept.points, fen: fen + taken.kept.fen });
      refundFen -= taken.kept.fen;
    }
    if (taken.owed) owed.push(taken.owed);
  }
  return { clawback, arrears, deducted: [...deducted].map(([programme, { points, fen }]) => ({ programme, points, fen })), owed };
}
