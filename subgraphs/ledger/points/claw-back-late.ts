import type { EntityManager } from '@mikro-orm/postgresql';
import { decode } from '../../kernel/json.js';
import { sumOf } from '../../kernel/rational.js';
import { rows } from '../../kernel/sql.js';
import { appendObligations, obligationsOfRedemption } from '../clearing/obligations.js';
import { accrualsOf, clawBack } from './claw-back.js';
import { capturedHold, legsOf } from './hold-store.js';
import type { Actor, LockedMember } from './journal.js';
import { clawbackDue, type Goods, type Share, sumGoods } from './returned-goods.js';

/**
 * Takes back what an accrual just gave for goods that had come back before their purchase was reported; without it a shop that reports late
 * would let its customer keep the points of everything it returned. The cash has gone back by then, so nothing is deducted from it. It waits for
 * no row that the accrual does not hold already.
 */
export async function clawBackLate(
  tx: EntityManager,
  member: LockedMember,
  actor: Actor,
  { accrual: id, redemption }: { readonly accrual: string; readonly redemption: string },
): Promise<void> {
  const returns = await rows<{ id: string; cash_fen: string; cash_total_fen: string; goods: string }>(
    tx,
    'select id, cash_fen, cash_total_fen, goods from point_return where redemption = ? and member_uid = ? order by at, id',
    [redemption, member.uid],
  );
  const last = returns.at(-1);
  const accrual = last && (await accrualsOf(tx, redemption, member.uid)).find((each) => each.id === id);
  if (!accrual) return;
  const total = BigInt(last.cash_total_fen);
  const done = sumOf(returns.map((each) => BigInt(each.cash_fen)));
  const recorded = await obligationsOfRedemption(tx, redemption);
  const paid = total > 0n ? { done, total } : await shareOfPoints(tx, redemption);
  const due = clawbackDue(accrual, sumGoods(returns.map((each) => decode<Goods[]>(each.goods))), paid);
  const { owed } = await clawBack(tx, member, actor, { cause: last.id, refundFen: 0n, recorded }, accrual, due);
  await appendObligations(tx, owed ? [owed] : []);
}

async function shareOfPoints(tx: EntityManager, redemption: string): Promise<Share> {
  const hold = await capturedHold(tx, redemption);
  const legs = hold ? await legsOf(tx, hold) : [];
  return { done: sumOf(legs.map((leg) => leg.returnedFen)), total: sumOf(legs.map((leg) => leg.fen)) };
}
