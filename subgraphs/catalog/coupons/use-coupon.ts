import { v7 as uuid } from 'uuid';
import { actingFor, mustActFor } from '../../kernel/acting-for.js';
import { now } from '../../kernel/clock.js';
import { badInput, DomainError } from '../../kernel/errors.js';
import { once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { change, rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import { firstTime } from '../first-time.js';
import { acceptorTerms } from '../ledger-port.js';
import { settings } from '../settings.js';
import { coolingOffEnd, type CouponUse, restoredUntil, useOf } from './coupon-terms.js';
import { lockedCoupon } from './locked-coupon.js';
import { settleUseSoon } from './settle-coupons.js';

export interface CouponWish {
  readonly coupon: string;
  readonly basketFen: bigint;
  readonly acceptor: string | null;
}

type UseOutcome =
  | Extract<CouponUse, { kind: 'refused' }>
  | { readonly kind: 'used'; readonly payFen: bigint; readonly cancelUntil: Date; readonly use: string };

/** Uses a coupon for a basket at a partner, once, however many try at once. Another partner's coupon makes its issuer owe what it took off. */
export async function useCoupon(context: Context, key: WriteKey, wish: CouponWish): Promise<Once<UseOutcome>> {
  const acceptor = acceptorOf(context, wish.acceptor);
  if (wish.basketFen < 0n) throw badInput('A basket is worth 0 fen or more', { argument: 'basketFen' });
  const asked = await firstTime(context.em, key, () => acceptorTerms(context, acceptor, []));
  const answer = await once<UseOutcome>(context.em, key, { ...wish, acceptor }, async (tx) => {
    const { terms } = await asked();
    if (!terms) throw badInput('There is no such partner', { argument: 'acceptor' });
    if (terms.suspended) throw new DomainError('PARTNER_SUSPENDED', undefined, { partner: acceptor });
    const coupon = await lockedCoupon(context, tx, wish.coupon);
    const at = await now(tx);
    const use = useOf(coupon, wish.basketFen, acceptor, at);
    if (use.kind === 'refused') return use;
    await change(tx, 'update coupon set used_at = ?, used_by = ? where id = ?', [at, acceptor, coupon.id]);
    const id = uuid();
    await change(
      tx,
      `insert into coupon_use (id, coupon_id, acceptor, basket_fen, pay_fen, at, debtor, programme, fen, owed)
       select ?, c.id, ?, ?, ?, ?, c.debtor, case when c.debtor is not null then v.programme end, case when c.debtor is not null then c.face_fen end,
         case when c.debtor is not null then 'OWING' end
       from (select *, nullif(issuer_id, ?) as debtor from coupon where id = ?) c join item_version v on v.id = c.item_id and v.version = c.item_version`,
      [id, acceptor, wish.basketFen, use.payFen, at, acceptor, coupon.id],
    );
    return { ...use, cancelUntil: coolingOffEnd(at, coupon.coolingOffDays), use: id };
  });
  if (answer.outcome.kind === 'used') await settleUseSoon(context, answer.outcome.use);
  return answer;
}

export type CancelOutcome =
  | { readonly kind: 'restored'; readonly use: string }
  | { readonly kind: 'refused'; readonly code: 'NOT_USED' }
  | { readonly kind: 'refused'; readonly code: 'GOODS_RETURNED' }
  | { readonly kind: 'refused'; readonly code: 'COOLING_OFF_OVER'; readonly endedAt: Date };

/** The purchase is cancelled within its cooling-off period: the coupon is there again. Open for suspended partners, as every return is. */
export async function cancelCouponUse(context: Context, key: WriteKey, id: string): Promise<Once<CancelOutcome>> {
  const answer = await once<CancelOutcome>(context.em, key, { coupon: id }, async (tx) => {
    const coupon = await lockedCoupon(context, tx, id);
    if (coupon.usedBy === null || coupon.usedAt === null) {
      mustActFor(context.viewer, 'redeem.reverse', coupon.issuerId);
      return { kind: 'refused', code: 'NOT_USED' };
    }
    mustActFor(context.viewer, 'redeem.reverse', coupon.usedBy);
    const at = await now(tx);
    const endedAt = coolingOffEnd(coupon.usedAt, coupon.coolingOffDays);
    if (at >= endedAt) return { kind: 'refused', code: 'COOLING_OFF_OVER', endedAt };
    const [back] = await rows(
      tx,
      'select 1 as back from coupon_return r join coupon_use u on u.id = r.use_id where u.coupon_id = ? and u.cancelled_at is null limit 1',
      [id],
    );
    // A coupon that is there again, and its share of the goods paid back as well, would be given back twice.
    if (back) return { kind: 'refused', code: 'GOODS_RETURNED' };
    const validUntil = restoredUntil(coupon.validUntil, at, settings.restoredCouponMs);
    await change(tx, 'update coupon set used_at = null, used_by = null, valid_until = ? where id = ?', [validUntil, id]);
    const [cancelled] = await rows<{ id: string }>(
      tx,
      'update coupon_use set cancelled_at = ? where coupon_id = ? and cancelled_at is null returning id',
      [at, id],
    );
    return { kind: 'restored', use: cancelled?.id ?? '' };
  });
  if (answer.outcome.kind === 'restored') await settleUseSoon(context, answer.outcome.use);
  return answer;
}

/** A member says where it shops; a partner's own system is where it stands. */
function acceptorOf({ viewer }: Context, named: string | null): string {
  if (viewer.kind !== 'member') return actingFor(viewer, 'redeem.write', named);
  if (named === null) throw badInput('Say at which partner: `acceptor` is missing', { argument: 'acceptor' });
  return named;
}
