import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Field, FieldResolver, ID, Info, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { validate } from 'uuid';
import { Access, Authenticated, Scopes } from '../../kernel/access.js';
import { writeKey } from '../../kernel/idempotency.js';
import { connectionOf, decodeIdCursor, encodeCursor, type Page, PageArgs, pageLimit, pageOf } from '../../kernel/page.js';
import { NotEnrolled, Refusal } from '../../kernel/refusal.js';
import { FenScalar } from '../../kernel/scalars.js';
import { say } from '../../kernel/text.js';
import { as, resultOf } from '../../kernel/union.js';
import { type Context, versionKey } from '../context.js';
import { Item } from '../items/item.entity.js';
import { Me } from '../me.stub.js';
import { PartnerStub } from '../partner.stub.js';
import { Redemption } from '../redemption/redemption.entity.js';
import { Coupon, CouponOfItem, CouponStateEnum } from './coupon.entity.js';
import { type CouponState, isAcceptedAt, stateOf } from './coupon-terms.js';
import { issueCoupon } from './issue-coupon.js';
import { useCoupon } from './use-coupon.js';

export const replayedDescription = 'Whether this answer was given before under the same key.';
const CouponConnection = connectionOf(Coupon, 'Coupon');

@ObjectType({ description: 'The member has the coupon.' })
@Access('PUBLIC')
class CouponIssued {
  @Field(() => Coupon, { description: 'The coupon.' }) coupon!: Coupon;
  @Field(() => Boolean, { description: replayedDescription }) replayed!: boolean;
}

@ObjectType({ description: 'The coupon counts for this basket and is used.' })
@Access('PUBLIC')
class CouponUsed {
  @Field(() => FenScalar, { description: 'What is left to pay.' }) payFen!: bigint;
  @Field(() => Date, { description: 'The first instant at which the purchase can no longer be cancelled.' }) cancelUntil!: Date;
  @Field(() => Boolean, { description: replayedDescription }) replayed!: boolean;
}

@ObjectType({ description: 'The basket is too small for the coupon.', implements: Refusal })
@Access('PUBLIC')
class BelowThreshold extends Refusal {
  @Field(() => FenScalar, { description: 'How much more the basket would have to come to.' }) missingFen!: bigint;
}

@ObjectType({ description: 'The coupon does not count at this partner.', implements: Refusal })
@Access('PUBLIC')
class WrongShop extends Refusal {}

@ObjectType({ description: "The coupon's time is over.", implements: Refusal })
@Access('PUBLIC')
class CouponExpired extends Refusal {}

@ObjectType({ description: 'The coupon was used, or went back with what it was bought with.', implements: Refusal })
@Access('PUBLIC')
class CouponSpent extends Refusal {}

const IssueCouponResult = resultOf('IssueCouponResult', 'What became of a coupon that was to be given.', CouponIssued, NotEnrolled);
const UseCouponResult = resultOf(
  'UseCouponResult',
  'What became of the use of a coupon.',
  CouponUsed,
  BelowThreshold,
  WrongShop,
  CouponExpired,
  CouponSpent,
);

@Resolver(() => Coupon)
export class CouponResolver {
  @Query(() => Coupon, { nullable: true, description: 'A coupon by its id; null where the caller has nothing to do with one of that id.' })
  @Authenticated()
  coupon(
    @Arg('id', () => ID, { description: 'Id of the coupon.' }) id: string,
    @Ctx() { loaders }: Context,
  ): Promise<Coupon | null> | null {
    return validate(id) ? loaders.coupon.load(id) : null;
  }

  @Mutation(() => IssueCouponResult, {
    description:
      'Gives a member a coupon of an item without points, for a reason. For example, a coupon of 100.00 off from 200.00 on makes a basket of 200.00 cost 100.00, and one of 199.99 lacks 1 fen.',
  })
  @Scopes('campaign.write:own')
  async issueCoupon(
    @Arg('memberRef', () => String, { description: 'Who gets it.' }) memberRef: string,
    @Arg('item', () => ID, { description: 'An item that brings a coupon.' }) item: string,
    @Arg('reason', () => String, { description: 'Why.' }) reason: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CouponIssued | NotEnrolled> {
    const { viewer } = context;
    const { outcome, replayed } = await issueCoupon(context, writeKey(info, viewer), { memberRef, item, reason });
    if (outcome.kind === 'issued') return as(CouponIssued, { coupon: await couponOf(context, outcome.id), replayed });
    return as(NotEnrolled, { code: outcome.code, message: say(viewer.language, '没有这位会员', 'There is no such member') });
  }

  @Mutation(() => UseCouponResult, { description: 'Uses a coupon for one basket at a partner; once.' })
  @Scopes('me.redeem', 'redeem.write:own')
  async useCoupon(
    @Arg('coupon', () => ID, { description: 'The coupon.' }) coupon: string,
    @Arg('basketFen', () => FenScalar, { description: 'What the basket comes to without it.' }) basketFen: bigint,
    @Arg('acceptor', () => ID, { nullable: true, description: 'The partner; the caller itself where absent.' }) acceptor: string | null,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<typeof UseCouponResult> {
    const { language } = context.viewer;
    const wish = { coupon, basketFen, acceptor: acceptor ?? null };
    const { outcome, replayed } = await useCoupon(context, writeKey(info, context.viewer), wish);
    if (outcome.kind === 'used') return as(CouponUsed, { payFen: outcome.payFen, cancelUntil: outcome.cancelUntil, replayed });
    const { code } = outcome;
    switch (code) {
      case 'BELOW_THRESHOLD':
        return as(BelowThreshold, {
          code,
          message: say(language, '未达到用券门槛', 'The basket is too small for this coupon'),
          missingFen: outcome.missingFen,
        });
      case 'WRONG_SHOP':
        return as(WrongShop, { code, message: say(language, '此券不适用于该商户', 'This coupon does not count here') });
      case 'COUPON_EXPIRED':
        return as(CouponExpired, { code, message: say(language, '此券已过期', "This coupon's time is over") });
      case 'COUPON_SPENT':
        return as(CouponSpent, { code, message: say(language, '此券已使用或已退回', 'This coupon was used or went back') });
    }
  }

  @FieldResolver(() => Item, { description: 'The item that brought it, at the version of then.' })
  async item(@Root() { itemId, itemVersion }: Coupon, @Ctx() { loaders }: Context): Promise<Item> {
    return (await loaders.itemVersion.load(versionKey(itemId, itemVersion))) as Item;
  }

  @FieldResolver(() => PartnerStub, { description: 'The partner that offers it.' })
  issuer(@Root() { issuerId }: Coupon): PartnerStub {
    return { id: issuerId };
  }

  @FieldResolver(() => [PartnerStub], { description: 'The partners at which it counts; none are named where it counts everywhere.' })
  acceptors(@Root() { acceptors }: Coupon): PartnerStub[] {
    return acceptors.map((id) => ({ id }));
  }

  @FieldResolver(() => PartnerStub, { nullable: true, description: 'The partner at which it was used.' })
  usedBy(@Root() { usedBy }: Coupon): PartnerStub | null {
    return usedBy === null ? null : { id: usedBy };
  }

  @FieldResolver(() => Redemption, { nullable: true, description: 'What it was bought with; absent where it was given.' })
  redemption(@Root() { redemptionId }: Coupon, @Ctx() { loaders }: Context): Promise<Redemption | null> | null {
    return redemptionId === null ? null : loaders.redemption.load(redemptionId);
  }

  @FieldResolver(() => CouponStateEnum, { description: 'Whether it still counts.' })
  async state(@Root() coupon: Coupon, @Ctx() { loaders }: Context): Promise<CouponState> {
    return stateOf(coupon, await loaders.clock());
  }
}

@Resolver(() => Item)
export class CouponItemResolver {
  @FieldResolver(() => CouponOfItem, { nullable: true, description: 'What its coupons take off; absent where it brings none.' })
  coupon(@Root() { coupon }: Item): CouponOfItem | null {
    return coupon && { ...coupon, acceptors: coupon.acceptors.map((id) => ({ id })) };
  }
}

@Resolver(() => Me)
export class MyCoupons {
  @FieldResolver(() => CouponConnection, { nullable: true, description: "The member's coupons, the latest first." })
  @Scopes('me.read')
  async coupons(@Root() _me: Me, @Args(() => PageArgs) page: PageArgs, @Ctx() { em, viewer }: Context): Promise<Page<Coupon> | null> {
    if (viewer.uid === undefined) return null;
    const before = decodeIdCursor(page.after);
    const where = { memberUid: viewer.uid, ...(before === undefined ? {} : { id: { $lt: before } }) };
    const found = await em.find(Coupon, where, { orderBy: { id: 'desc' }, limit: pageLimit(page), disableIdentityMap: true });
    return pageOf(found, page, (coupon) => encodeCursor(coupon.id));
  }
}

export const couponOf = async ({ loaders }: Context, id: string): Promise<Coupon> => (await loaders.coupon.clear(id).load(id)) as Coupon;

/** The member, the partner that offers it, and whoever takes it. */
export const ownerOfCoupon = (coupon: Coupon, { viewer }: Context): { member: string; partners: string[] } => ({
  member: coupon.memberUid,
  partners: viewer.partner !== undefined && isAcceptedAt(coupon, viewer.partner) ? [coupon.issuerId, viewer.partner] : [coupon.issuerId],
});
