import type { Language } from '../../../schema/viewer.js';
import { HoldExpired, MemberFrozen, NotEnrolled, SuspendedPartner } from '../../kernel/refusal.js';
import { say } from '../../kernel/text.js';
import { as } from '../../kernel/union.js';
import { type CategoryBlocked, categoryBlocked } from '../items/category-blocked.js';
import type { QuoteRefusal } from '../quotes/quote.js';
import { DeliveryFailed, HoldRefused, InsufficientPoints, ItemClosed, ShareLimit, SoldOut } from './results.js';
import type { Failure } from './saga.js';

type Shown = NotEnrolled | InsufficientPoints | ShareLimit | ItemClosed | SoldOut | CategoryBlocked;
type ShownFailure = InsufficientPoints | SoldOut | DeliveryFailed | MemberFrozen | SuspendedPartner | HoldRefused | HoldExpired;

/** A refusal of a price, in words. */
export function shownRefusal(refusal: QuoteRefusal, language: Language): Shown {
  const { code } = refusal;
  switch (code) {
    case 'NOT_ENROLLED':
      return as(NotEnrolled, { code, message: say(language, '查无此会员', 'There is no such member') });
    case 'INSUFFICIENT_POINTS':
      return missing(refusal, language);
    case 'SHARE_LIMIT':
      return as(ShareLimit, {
        code,
        message: say(language, '积分抵扣超过上限', 'Points may not cover so much of this price'),
        max: refusal.max,
      });
    case 'ITEM_CLOSED':
      return as(ItemClosed, {
        code,
        message: say(language, '该商品当前不可兑换', 'The item is not on offer now'),
        item: refusal.item,
        opensAt: refusal.opensAt,
      });
    case 'SOLD_OUT':
      return soldOut(refusal.item, language);
    case 'CATEGORY_BLOCKED':
      return categoryBlocked(refusal.category, refusal.issuer, language);
  }
}

/** Why a redemption failed, in words. */
export function shownFailure(failure: Failure, language: Language): ShownFailure {
  switch (failure.code) {
    case 'INSUFFICIENT_POINTS':
      return missing(failure, language);
    case 'SOLD_OUT':
      return soldOut(failure.item, language);
    case 'MEMBER_FROZEN':
      return as(MemberFrozen, { code: 'MEMBER_FROZEN', message: say(language, '积分账户已冻结', "The member's points are frozen") });
    case 'SUSPENDED_PARTNER':
      return as(SuspendedPartner, { code: failure.code, message: say(language, '该伙伴已被暂停', 'The partner is suspended') });
    case 'REFUSED':
      return as(HoldRefused, {
        code: 'HOLD_REFUSED',
        message: say(language, '积分未能预占', 'The points could not be held'),
        reason: failure.reason,
      });
    case 'DELIVERY_FAILED':
      return deliveryFailed(failure.reason, language);
    case 'HOLD_LOST':
      return deliveryFailed('the points were no longer held', language);
    case 'HOLD_EXPIRED':
    case 'RELEASED':
      return holdExpired(language);
  }
}

export const holdExpired = (language: Language): HoldExpired =>
  as(HoldExpired, { code: 'HOLD_EXPIRED', message: say(language, '积分冻结已失效', 'The hold is over; its points are available again') });

export const deliveryFailed = (reason: string, language: Language): DeliveryFailed =>
  as(DeliveryFailed, {
    code: 'DELIVERY_FAILED',
    message: say(language, '合作方未能交付，积分已退回', 'The partner could not deliver; the points are back'),
    reason,
  });

const missing = (
  facts: { readonly programme: string; readonly missing: bigint; readonly missingFen: bigint },
  language: Language,
): InsufficientPoints =>
  as(InsufficientPoints, {
    code: 'INSUFFICIENT_POINTS',
    message: say(language, '积分不足', 'The member has too few points'),
    programme: { id: facts.programme },
    missing: facts.missing,
    missingFen: facts.missingFen,
  });

const soldOut = (item: string, language: Language): SoldOut =>
  as(SoldOut, { code: 'SOLD_OUT', message: say(language, '已兑完', 'Fewer pieces are left than wanted'), item });
