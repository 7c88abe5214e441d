import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, ID, Info, Mutation, ObjectType, Resolver } from 'type-graphql';
import { Access, Scopes } from '../../kernel/access.js';
import { writeKey } from '../../kernel/idempotency.js';
import { Refusal } from '../../kernel/refusal.js';
import { FenScalar } from '../../kernel/scalars.js';
import { say } from '../../kernel/text.js';
import { as, resultOf } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { Coupon } from './coupon.entity.js';
import { couponOf, replayedDescription } from './coupon.resolver.js';
import { returnCouponGoods } from './return-coupon-goods.js';
import { cancelCouponUse } from './use-coupon.js';

@ObjectType({ description: 'The coupon is there again, but for one that was revoked meanwhile.' })
@Access('PUBLIC')
class CouponRestored {
  @Field(() => Coupon, { description: 'The coupon.' }) coupon!: Coupon;
  @Field(() => Boolean, { description: replayedDescription }) replayed!: boolean;
}

@ObjectType({ description: 'The coupon is not used, so there is nothing to cancel.', implements: Refusal })
@Access('PUBLIC')
class CouponNotUsed extends Refusal {}

@ObjectType({ description: 'The purchase can no longer be cancelled.', implements: Refusal })
@Access('PUBLIC')
class CoolingOffOver extends Refusal {
  @Field(() => Date, { description: 'When that ended.' }) endedAt!: Date;
}

@ObjectType({ description: 'Goods of the purchase came back before: the others come back by `returnCouponGoods`.', implements: Refusal })
@Access('PUBLIC')
class CouponGoodsBack extends Refusal {}

@ObjectType({ description: 'The goods are back; the coupon stays used.' })
@Access('PUBLIC')
class CouponGoodsReturned {
  @Field(() => ID, { description: 'Id of the return; the line of the statement that takes the coupon back has it as its `ref`.' })
  id!: string;
  @Field(() => FenScalar, { description: 'Cash to pay back.' }) refundFen!: bigint;
  @Field(() => FenScalar, { description: 'What the coupon took off these goods: so much less is owed to the shop for it.' })
  couponFen!: bigint;
  @Field(() => FenScalar, { description: 'What the goods of the basket cost that did not come back, without the coupon.' })
  leftFen!: bigint;
  @Field(() => Boolean, { description: replayedDescription }) replayed!: boolean;
}

@ObjectType({ description: 'More goods than are left of the basket.', implements: Refusal })
@Access('PUBLIC')
class BeyondBasket extends Refusal {
  @Field(() => FenScalar, { description: 'What the goods cost that are left, without the coupon.' }) leftFen!: bigint;
}

const CancelCouponUseResult = resultOf(
  'CancelCouponUseResult',
  'What became of a cancelled purchase.',
  CouponRestored,
  CouponNotUsed,
  CoolingOffOver,
  CouponGoodsBack,
);
const ReturnCouponGoodsResult = resultOf(
  'ReturnCouponGoodsResult',
  'What became of goods of a basket that a coupon was used for.',
  CouponGoodsReturned,
  BeyondBasket,
  CouponNotUsed,
);

/** How a basket that a coupon was used for comes back: all of it at once, or some of its goods. */
@Resolver()
export class CouponReversalResolver {
  @Mutation(() => CancelCouponUseResult, {
    description: 'The purchase that used a coupon is cancelled within its cooling-off period; the coupon is there again.',
  })
  @Scopes('redeem.reverse:own')
  async cancelCouponUse(
    @Arg('coupon', () => ID, { description: 'The coupon.' }) coupon: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<typeof CancelCouponUseResult> {
    const { language } = context.viewer;
    const { outcome, replayed } = await cancelCouponUse(context, writeKey(info, context.viewer), coupon);
    if (outcome.kind === 'restored') return as(CouponRestored, { coupon: await couponOf(context, coupon), replayed });
    const { code } = outcome;
    if (code === 'NOT_USED') return as(CouponNotUsed, { code, message: say(language, '此券未使用', 'This coupon is not used') });
    if (code === 'GOODS_RETURNED')
      return as(CouponGoodsBack, { code, message: say(language, '部分商品已退回', 'Goods of this purchase came back before') });
    return as(CoolingOffOver, {
      code,
      message: say(language, '犹豫期已过', 'The cooling-off period is over'),
      endedAt: outcome.endedAt,
    });
  }

  @Mutation(() => ReturnCouponGoodsResult, {
    description:
      'Takes goods of a basket back that a coupon was used for: the cash of their share is paid back, and what is owed for the coupon falls by theirs. Of goods of 200.00 for which 100.00 were paid, half are 50.00 and 50.00. The coupon stays used.',
  })
  @Scopes('redeem.reverse:own')
  async returnCouponGoods(
    @Arg('coupon', () => ID, { description: 'The coupon.' }) coupon: string,
    @Arg('fen', () => FenScalar, { description: 'What the goods that come back cost without the coupon; above zero.' }) fen: bigint,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<typeof ReturnCouponGoodsResult> {
    const { language } = context.viewer;
    const { outcome, replayed } = await returnCouponGoods(context, writeKey(info, context.viewer), { coupon, fen });
    if (outcome.kind === 'returned') {
      const { id, refundFen, couponFen, leftFen } = outcome;
      return as(CouponGoodsReturned, { id, refundFen, couponFen, leftFen, replayed });
    }
    const { code } = outcome;
    if (code === 'NOT_USED') return as(CouponNotUsed, { code, message: say(language, '此券未使用', 'This coupon is not used') });
    const message = say(language, '超出该单剩余商品', 'This is more than is left of the basket');
    return as(BeyondBasket, { code, message, leftFen: outcome.leftFen });
  }
}
