import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid } from 'uuid';
import { mustActFor } from '../../kernel/acting-for.js';
import { badInput } from '../../kernel/errors.js';
import { once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { change, rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import { type BasketReturn, returnOf } from './basket-shares.js';
import { lockedCoupon } from './locked-coupon.js';
import { settleUseSoon } from './settle-coupons.js';

export interface GoodsWish {
  readonly coupon: string;
  /** What the goods that come back cost without the coupon. */
  readonly fen: bigint;
}

export type GoodsOutcome =
  | (Extract<BasketReturn, { kind: 'returned' }> & { readonly id: string; readonly use: string })
  | Extract<BasketReturn, { kind: 'refused' }>
  | { readonly kind: 'refused'; readonly code: 'NOT_USED' };

/**
 * Goods of a couponed basket come back; the coupon stays spent. What its issuer owes the shop falls by the share of these goods. Open
 * for suspended partners, and at any time, as every return is.
 */
export async function returnCouponGoods(context: Context, key: WriteKey, wish: GoodsWish): Promise<Once<GoodsOutcome>> {
  if (wish.fen < 1n) throw badInput('Goods cost at least 1 fen', { argument: 'fen' });
  const answer = await once<GoodsOutcome>(context.em, key, wish, async (tx) => {
    // Its lock settles who came first: another return, or the cancellation of the purchase.
    const coupon = await lockedCoupon(context, tx, wish.coupon);
    mustActFor(context.viewer, 'redeem.reverse', coupon.usedBy ?? (await lastShop(tx, coupon.id)) ?? coupon.issuerId);
    const [use] = await rows<{ id: string; basket_fen: string; pay_fen: string; owes: boolean; before_fen: string }>(
      tx,
      `select u.id, u.basket_fen, u.pay_fen, u.owed is not null as owes,
         (select coalesce(sum(r.goods_fen), 0) from coupon_return r where r.use_id = u.id) as before_fen
       from coupon_use u where u.coupon_id = ? and u.cancelled_at is null`,
      [coupon.id],
    );
    if (!use) return { kind: 'refused', code: 'NOT_USED' };
    const back = returnOf({ basketFen: BigInt(use.basket_fen), payFen: BigInt(use.pay_fen) }, BigInt(use.before_fen), wish.fen);
    if (back.kind === 'refused') return back;
    const id = uuid();
    await change(
      tx,
      `insert into coupon_return (id, use_id, member_uid, goods_fen, refund_fen, coupon_fen, at, owed) values (?, ?, ?, ?, ?, ?, clock(), ?)`,
      [id, use.id, coupon.memberUid, wish.fen, back.refundFen, back.couponFen, use.owes && back.couponFen > 0n ? 'OWING' : null],
    );
    return { ...back, id, use: use.id };
  });
  if (answer.outcome.kind === 'returned') await settleUseSoon(context, answer.outcome.use);
  return answer;
}

/** Where its purchase was cancelled: the shop is told so, and need not guess why it may not. */
async function lastShop(tx: EntityManager, coupon: string): Promise<string | undefined> {
  const [last] = await rows<{ acceptor: string }>(tx, 'select acceptor from coupon_use where coupon_id = ? order by id desc limit 1', [
    coupon,
  ]);
  return last?.acceptor;
}
