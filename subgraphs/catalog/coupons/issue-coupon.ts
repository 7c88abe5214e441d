import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid } from 'uuid';
import { mustActFor } from '../../kernel/acting-for.js';
import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { decode } from '../../kernel/json.js';
import { rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import { firstTime } from '../first-time.js';
import { buyerOf } from '../quotes/cart.js';
import type { CouponTerms } from './coupon-terms.js';

interface NewCoupon {
  readonly memberUid: string;
  readonly issuerId: string;
  readonly itemId: string;
  readonly itemVersion: number;
  readonly redemptionId: string | null;
  readonly line: number | null;
  readonly reason: string | null;
  readonly terms: CouponTerms;
}

async function keep(tx: EntityManager, coupon: NewCoupon): Promise<string> {
  const id = uuid();
  const { terms } = coupon;
  // Times are kept as the wire can write them, so that its end is the instant that the member reads.
  await rows(
    tx,
    `insert into coupon (id, member_uid, issuer_id, item_id, item_version, redemption_id, line, reason, face_fen, threshold_fen, scope,
       acceptors, cooling_off_days, issued_at, valid_until)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::text[], ?, date_trunc('milliseconds', clock()), date_trunc('milliseconds', clock()) + make_interval(hours => 24 * ?))`,
    [
      id,
      coupon.memberUid,
      coupon.issuerId,
      coupon.itemId,
      coupon.itemVersion,
      coupon.redemptionId,
      coupon.line,
      coupon.reason,
      terms.faceFen,
      terms.thresholdFen,
      terms.scope,
      [...terms.acceptors],
      terms.coolingOffDays,
      terms.validDays,
    ],
  );
  return id;
}

/** The coupons that a redemption bought, one per piece, in the transaction that completes it. */
export async function issueBought(tx: EntityManager, redemption: string): Promise<void> {
  const bought = await rows<{
    member_uid: string;
    acceptor_id: string;
    item_id: string;
    item_version: number;
    line: number;
    quantity: number;
    coupon: string;
  }>(
    tx,
    `select r.member_uid, r.acceptor_id, l.item_id, l.item_version, l.line, l.quantity, v.coupon
     from redemption_line l join redemption r on r.id = l.redemption_id join item_version v on v.id = l.item_id and v.version = l.item_version
     where l.redemption_id = ? and l.delivery_kind = 'COUPON' and v.coupon is not null order by l.line`,
    [redemption],
  );
  for (const row of bought)
    for (let piece = 0; piece < row.quantity; piece += 1)
      await keep(tx, {
        memberUid: row.member_uid,
        issuerId: row.acceptor_id,
        itemId: row.item_id,
        itemVersion: row.item_version,
        redemptionId: redemption,
        line: row.line,
        reason: null,
        terms: decode<CouponTerms>(row.coupon),
      });
}

export type IssueOutcome = { readonly kind: 'issued'; readonly id: string } | { readonly kind: 'refused'; readonly code: 'NOT_ENROLLED' };

/** Gives a member a coupon of an item without any points, for a reason. */
export async function issueCoupon(
  context: Context,
  key: WriteKey,
  wish: { readonly memberRef: string; readonly item: string; readonly reason: string },
): Promise<Once<IssueOutcome>> {
  const item = await context.loaders.item.load(wish.item);
  if (!item) throw badInput('There is no such item', { argument: 'item' });
  mustActFor(context.viewer, 'campaign.write', item.ownerId);
  const terms = item.coupon;
  if (!terms) throw badInput('This item is no coupon', { argument: 'item' });
  if (wish.reason.trim() === '') throw badInput('A coupon is given for a reason', { argument: 'reason' });
  const member = await firstTime(context.em, key, () => buyerOf(context, wish.memberRef));
  return once<IssueOutcome>(context.em, key, wish, async (tx) => {
    const memberUid = await member();
    if (memberUid === null) return { kind: 'refused', code: 'NOT_ENROLLED' };
    const { id: itemId, version: itemVersion, ownerId: issuerId } = item;
    const { reason } = wish;
    const id = await keep(tx, { memberUid, issuerId, itemId, itemVersion, redemptionId: null, line: null, reason, terms });
    await auditChange(tx, key, { partner: issuerId, before: null, after: { coupon: id, item: itemId, reason } });
    return { kind: 'issued', id };
  });
}
