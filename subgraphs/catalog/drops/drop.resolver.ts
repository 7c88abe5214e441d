import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, FieldResolver, ID, Info, Int, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { validate } from 'uuid';
import { Access, Scopes } from '../../kernel/access.js';
import { writeKey } from '../../kernel/idempotency.js';
import { MemberFrozen, NotEnrolled, Refusal, SuspendedPartner } from '../../kernel/refusal.js';
import { FenScalar } from '../../kernel/scalars.js';
import { say } from '../../kernel/text.js';
import { as, resultOf } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { Item } from '../items/item.entity.js';
import { redemptionOf } from '../redemption/hold.resolver.js';
import { Redemption } from '../redemption/redemption.entity.js';
import { shownFailure, shownRefusal } from '../redemption/refusals.js';
import { CategoryBlocked } from '../items/category-blocked.js';
import { DeliveryFailed, HoldRefused, InsufficientPoints, ItemClosed, ShareLimit, SoldOut } from '../redemption/results.js';
import { failureOf } from '../redemption/saga.js';
import { claim, type ClaimRefusal, isEligible } from './claim.js';
import { standingClaims } from './claims.js';
import { createDrop } from './create-drop.js';
import { Drop } from './drop.entity.js';

const replayedDescription = 'Whether this answer was given before under the same key.';

@ObjectType({ description: 'Who may claim before the others.' })
@Access('PUBLIC')
class DropPriority {
  @Field(() => Date, { description: 'When it opens for members of the credit band TRUSTED.' }) opensAt!: Date;
  @Field(() => Int, { description: 'How many pieces can be claimed before it opens for everybody.' }) quota!: number;
  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the calling member may come early; absent for other callers, and once it is open for everybody.',
  })
  eligible!: boolean | null;
}

@ObjectType({ description: 'The drop is there.' })
@Access('PUBLIC')
class DropCreated {
  @Field(() => Drop, { description: 'The drop.' }) drop!: Drop;
  @Field(() => Boolean, { description: replayedDescription }) replayed!: boolean;
}

@ObjectType({ description: 'The item is in another drop that has not closed.', implements: Refusal })
@Access('PUBLIC')
class ItemInDrop extends Refusal {}

@ObjectType({ description: 'A piece is claimed and redeemed; PENDING where a partner has not answered yet.' })
@Access('PUBLIC')
class Claimed {
  @Field(() => Redemption, { description: 'The redemption.' }) order!: Redemption;
  @Field(() => Boolean, { description: replayedDescription }) replayed!: boolean;
}

@ObjectType({ description: 'The drop is not open for this member now.', implements: Refusal })
@Access('PUBLIC')
class NotOpen extends Refusal {
  @Field(() => Date, { nullable: true, description: 'When it opens for this member; absent where it is over.' }) opensAt!: Date | null;
}

@ObjectType({ description: 'All pieces for early claims are gone.', implements: Refusal })
@Access('PUBLIC')
class QuotaUsed extends Refusal {
  /** Nullable like that of the other refusals, so that one document can ask for all of them. */
  @Field(() => Date, { nullable: true, description: 'When it opens for everybody.' }) opensAt!: Date | null;
}

@ObjectType({ description: 'The member has as many pieces as one can have.', implements: Refusal })
@Access('PUBLIC')
class LimitReached extends Refusal {
  @Field(() => Int, { description: 'How many that is.' }) limit!: number;
}

const CreateDropResult = resultOf('CreateDropResult', 'What became of a drop.', DropCreated, ItemInDrop);
const ClaimResult = resultOf(
  'ClaimResult',
  'What became of a claim.',
  Claimed,
  NotOpen,
  QuotaUsed,
  LimitReached,
  SoldOut,
  NotEnrolled,
  InsufficientPoints,
  ShareLimit,
  CategoryBlocked,
  ItemClosed,
  DeliveryFailed,
  MemberFrozen,
  SuspendedPartner,
  HoldRefused,
);

@Resolver(() => Drop)
export class DropResolver {
  @Query(() => Drop, { nullable: true, description: 'A drop by its id; null where there is none.' })
  @Access('PUBLIC')
  drop(@Arg('id', () => ID, { description: 'Id of the drop.' }) id: string, @Ctx() { em }: Context): Promise<Drop | null> | null {
    return validate(id) ? em.findOne(Drop, { id }, { disableIdentityMap: true }) : null;
  }

  @Mutation(() => CreateDropResult, {
    description:
      'Puts pieces of an item up to be claimed; until the drop closes, the item is to be had in no other way. For example, of 3 pieces of which 2 may be claimed a day early by the trusted, each member has 1.',
  })
  @Scopes('catalog.write:own')
  async createDrop(
    @Arg('item', () => ID, { description: 'The item.' }) item: string,
    @Arg('stock', () => Int, { description: 'How many pieces.' }) stock: number,
    @Arg('opensAt', () => Date, { description: 'When it opens for everybody.' }) opensAt: Date,
    @Arg('priorityOpensAt', () => Date, {
      nullable: true,
      description: 'When it opens for the credit band TRUSTED; 24 hours before the others where absent.',
    })
    priorityOpensAt: Date | null,
    @Arg('priorityQuota', () => Int, { defaultValue: 0, description: 'How many pieces can be claimed early; none where 0.' })
    priorityQuota: number,
    @Arg('perMember', () => Int, { defaultValue: 1, description: 'How many pieces one member can have.' }) perMember: number,
    @Arg('closesAt', () => Date, { nullable: true, description: 'First instant at which it is over; 30 days after it opens where absent.' })
    closesAt: Date | null,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<DropCreated | ItemInDrop> {
    const { viewer, em } = context;
    const wish = { item, stock, opensAt, priorityOpensAt: priorityOpensAt ?? null, priorityQuota, perMember, closesAt: closesAt ?? null };
    const { outcome, replayed } = await createDrop(context, writeKey(info, viewer), wish);
    if (outcome.kind === 'created')
      return as(DropCreated, { drop: await em.findOneOrFail(Drop, { id: outcome.id }, { disableIdentityMap: true }), replayed });
    return as(ItemInDrop, {
      code: outcome.code,
      message: say(viewer.language, '该商品已有未结束的限量活动', 'The item is in another drop that has not closed'),
    });
  }

  @Mutation(() => ClaimResult, {
    description: 'Claims one piece of a drop and redeems it at the price of the moment; all of it or nothing.',
  })
  @Scopes('me.redeem', 'redeem.write:own')
  async claim(
    @Arg('drop', () => ID, { description: 'The drop.' }) drop: string,
    @Arg('memberRef', () => String, { nullable: true, description: 'Who claims; a member means itself.' }) memberRef: string | null,
    @Arg('prefer', () => [ID], { nullable: true, description: 'Programmes whose points are used first, in this order.' })
    prefer: string[] | null,
    @Arg('cashMaxFen', () => FenScalar, { nullable: true, description: 'How much may be left to pay in cash; any where absent.' })
    cashMaxFen: bigint | null,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<typeof ClaimResult> {
    const { viewer } = context;
    const wish = { drop, memberRef: memberRef ?? null, prefer: prefer ?? [], cashMaxFen: cashMaxFen ?? null };
    const { outcome, replayed } = await claim(context, writeKey(info, viewer), wish);
    if (outcome.kind === 'refused') return shownClaim(context, drop, outcome);
    const failure = failureOf(outcome.row);
    if (failure) return shownFailure(failure, viewer.language) as typeof ClaimResult;
    return as(Claimed, { order: await redemptionOf(context, outcome.row.id), replayed });
  }

  @FieldResolver(() => Item, { nullable: true, description: 'The item, as it is offered now; absent while it is off the list.' })
  item(@Root() { itemId }: Drop, @Ctx() { loaders }: Context): Promise<Item | null> {
    return loaders.item.load(itemId);
  }

  @FieldResolver(() => Int, { description: 'Pieces left.' })
  async stock(@Root() { id, stock }: Drop, @Ctx() { em }: Context): Promise<number> {
    return stock - (await standingClaims(em, id, null)).all;
  }

  @FieldResolver(() => Int, { description: 'Pieces altogether.' })
  total(@Root() { stock }: Drop): number {
    return stock;
  }

  @FieldResolver(() => DropPriority, { nullable: true, description: 'Who may claim before the others; absent where nobody may.' })
  async priority(@Root() drop: Drop, @Ctx() context: Context): Promise<DropPriority | null> {
    const { uid } = context.viewer;
    if (drop.priorityOpensAt === null) return null;
    const open = (await context.loaders.clock()) >= drop.opensAt;
    const eligible = uid === undefined || open ? null : await isEligible(context, drop, uid);
    return { opensAt: drop.priorityOpensAt, quota: drop.priorityQuota, eligible };
  }
}

@Resolver(() => Item)
export class DropItemResolver {
  @FieldResolver(() => Drop, { nullable: true, description: 'The drop by which alone the item is to be had now, or will be.' })
  drop(@Root() { id }: Item, @Ctx() { loaders }: Context): Promise<Drop | null> {
    return loaders.dropOf.load(id);
  }
}

async function shownClaim({ viewer: { language }, em }: Context, drop: string, refusal: ClaimRefusal): Promise<typeof ClaimResult> {
  const { code } = refusal;
  switch (code) {
    case 'NOT_OPEN':
      return as(NotOpen, { code, message: say(language, '尚未开放或已结束', 'It is not open for you now'), opensAt: refusal.opensAt });
    case 'QUOTA_USED':
      return as(QuotaUsed, {
        code,
        message: say(language, '优先名额已满', 'All pieces for early claims are gone'),
        opensAt: refusal.opensAt,
      });
    case 'LIMIT_REACHED':
      return as(LimitReached, {
        code,
        message: say(language, '已达每人限领数量', 'You have as many as one can have'),
        limit: refusal.limit,
      });
    case 'DROP_SOLD_OUT': {
      const { itemId } = await em.findOneOrFail(Drop, { id: drop }, { disableIdentityMap: true });
      return shownRefusal({ kind: 'refused', code: 'SOLD_OUT', item: itemId }, language) as typeof ClaimResult;
    }
    case 'NOT_ENROLLED':
    case 'INSUFFICIENT_POINTS':
    case 'SHARE_LIMIT':
    case 'CATEGORY_BLOCKED':
    case 'ITEM_CLOSED':
    case 'SOLD_OUT':
      return shownRefusal(refusal, language) as typeof ClaimResult;
  }
}
