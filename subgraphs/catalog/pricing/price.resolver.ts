import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, FieldResolver, ID, Info, Int, Mutation, ObjectType, Resolver, Root } from 'type-graphql';
import { Access, Scopes } from '../../kernel/access.js';
import { enumOf } from '../../kernel/enum.js';
import { writeKey } from '../../kernel/idempotency.js';
import { Refusal } from '../../kernel/refusal.js';
import { PointsScalar } from '../../kernel/scalars.js';
import { say } from '../../kernel/text.js';
import { as, resultOf } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { Item } from '../items/item.entity.js';
import { claimBroken, LabelMismatch } from '../label-mismatch.js';
import { isRunning, type Offer, offerOf } from './offers.js';
import type { PriceHistory } from './price-history.js';
import { setPriceOverride } from './set-price-override.js';

const PriceCause = enumOf('PriceCause', 'Why an item has a price.', {
  SAVED: 'The item was saved with it.',
  OVERRIDE: 'It was set for a time.',
  PRICING: 'It was made of cost and demand.',
});

@ObjectType({ description: 'A point price that holds for a time, and how it differs from the reference price.' })
@Access('PUBLIC')
export class ItemOffer {
  @Field(() => PointsScalar, { description: 'Points for one piece while it holds.' }) pointsPrice!: bigint;
  @Field(() => PointsScalar, {
    nullable: true,
    description:
      'The lowest price of the time before it began, 7 days unless set otherwise; absent where the item could not be had at a price for all of that time, and with it every percentage.',
  })
  referencePrice!: bigint | null;
  @Field(() => Date, { description: 'The first instant at which it holds.' }) validFrom!: Date;
  @Field(() => Date, { description: 'The first instant at which it no longer holds.' }) validUntil!: Date;
  @Field(() => String, {
    nullable: true,
    description: 'Change of the price in points, in per cent with its sign: 6,000 to 5,000 is `-16.67`.',
  })
  priceChangePercent!: string | null;
  @Field(() => Int, { nullable: true, description: 'The same in basis points, rounded: -1667.' }) priceChangeBasisPoints!: number | null;
  @Field(() => String, {
    nullable: true,
    description: 'Change of what one point buys, in per cent with its sign: 6,000 to 5,000 is `+20.00`.',
  })
  valueChangePercent!: string | null;
  @Field(() => Int, { nullable: true, description: 'The same in basis points, rounded: 2000.' }) valueChangeBasisPoints!: number | null;
  @Field(() => String, {
    nullable: true,
    description: 'Both changes in one sentence, made of the numbers, in the language of the request.',
  })
  label!: string | null;
}

@ObjectType({ description: 'One price of an item, with who set it and why.' })
@Access('PUBLIC')
class PriceVersion {
  @Field(() => Int, { description: 'Version of the item that carries it.' }) version!: number;
  @Field(() => PointsScalar, { description: 'Points for one piece.' }) points!: bigint;
  @Field(() => PriceCause, { description: 'Why there is this price.' }) cause!: keyof typeof PriceCause;
  @Field(() => String, { nullable: true, description: 'Who set it.' }) author!: string | null;
  @Field(() => String, { nullable: true, description: 'The reason that was given.' }) reason!: string | null;
  @Field(() => Date, { description: 'When it was saved.' }) savedAt!: Date;
}

@ObjectType({ description: 'The price holds from its first instant on.' })
@Access('PUBLIC')
class PriceOverrideSet {
  @Field(() => ID, { description: 'Id of the special price.' }) id!: string;
  @Field(() => Item, { description: 'The item as it is offered now.' }) item!: Item;
  @Field(() => ItemOffer, { description: 'The special price.' }) offer!: ItemOffer;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

@ObjectType({ description: 'Another special price of the item holds at some of that time.', implements: Refusal })
@Access('PUBLIC')
class OverlappingOverride extends Refusal {
  @Field(() => Date, { description: 'When the other one begins.' }) from!: Date;
  @Field(() => Date, { description: 'When the other one ends.' }) until!: Date;
}

const SetPriceOverrideResult = resultOf(
  'SetPriceOverrideResult',
  'What became of a special price.',
  PriceOverrideSet,
  OverlappingOverride,
  LabelMismatch,
);

@Resolver(() => Item)
export class PriceResolver {
  @Mutation(() => SetPriceOverrideResult, {
    description:
      'Sets another point price for a time: from `from` on, and no longer at `until`. List, item page, split and quote read it as one version of the item; quotes that were given keep theirs. Refused where a published campaign says something of the price that would not be true any more. For example, 5000 points instead of 6000 in a month are a price that fell by 16.67 per cent, and a point that buys 20.00 per cent more.',
  })
  @Scopes('pricing.write:own')
  async setPriceOverride(
    @Arg('item', () => ID, { description: 'The item.' }) item: string,
    @Arg('points', () => PointsScalar, { description: 'Points for one piece in that time.' }) points: bigint,
    @Arg('from', () => Date, { nullable: true, description: 'First instant; now where absent or past.' }) from: Date | null,
    @Arg('until', () => Date, { description: 'First instant at which it no longer holds.' }) until: Date,
    @Arg('reason', () => String, { description: 'Why, such as `store anniversary`.' }) reason: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<typeof SetPriceOverrideResult> {
    const { viewer, loaders } = context;
    const { outcome, replayed } = await setPriceOverride(context, writeKey(info, viewer), {
      item,
      points,
      from: from ?? null,
      until,
      reason,
    });
    if (outcome.kind === 'refused' && outcome.code === 'LABEL_MISMATCH') return claimBroken(outcome, viewer.language);
    if (outcome.kind === 'refused')
      return as(OverlappingOverride, {
        code: outcome.code,
        message: say(viewer.language, '该时段已有其他限时积分价', 'Another special price of the item holds at some of that time'),
        from: outcome.from,
        until: outcome.until,
      });
    const history = (await loaders.prices.clear(item).load(item)) as PriceHistory;
    const override = history.overrides.find(({ id }) => id === outcome.id);
    if (!override) throw new Error('a special price that was set is there');
    const offered = (await loaders.item.clear(item).load(item)) as Item;
    const offer = shownOffer(offerOf(override, history), context);
    return as(PriceOverrideSet, { id: outcome.id, item: offered, offer, replayed });
  }

  @FieldResolver(() => [ItemOffer], { description: 'The special price that holds now, if there is one.' })
  async offers(@Root() item: Item, @Ctx() context: Context): Promise<ItemOffer[]> {
    const at = await context.loaders.clock();
    const history = (await context.loaders.prices.load(item.id)) as PriceHistory;
    return history.overrides
      .filter((override) => isRunning(override, at))
      .map((override) => shownOffer(offerOf(override, history), context));
  }

  @FieldResolver(() => Boolean, {
    nullable: true,
    description: 'Whether a point is worth less on this item than its programme says; absent while that cannot be asked.',
  })
  async poorDeal(@Root() { programme, faceFen, pricePoints }: Item, @Ctx() { loaders }: Context): Promise<boolean | null> {
    const value = await loaders.programmeValue.load(programme);
    return value && faceFen * value.denominator < pricePoints * value.numerator;
  }

  @FieldResolver(() => [PriceVersion], {
    nullable: true,
    description:
      'Every price that the item ever had, the latest first, with who set it and why; the last 100. For the partner that offers it.',
  })
  @Access('OWN', 'catalog.write:own', 'pricing.write:own')
  async priceVersions(@Root() { id }: Item, @Ctx() { em }: Context): Promise<PriceVersion[]> {
    const versions = await em.find(Item, { id }, { orderBy: { version: 'desc' }, limit: 100, disableIdentityMap: true });
    return versions.map(({ version, pricePoints, cause, author, reason, savedAt }) => ({
      version,
      points: pricePoints,
      cause,
      author,
      reason,
      savedAt,
    }));
  }
}

const shownOffer = ({ points, from, until, reference, price, value }: Offer, { viewer: { language } }: Context): ItemOffer =>
  as(ItemOffer, {
    pointsPrice: points,
    referencePrice: reference,
    validFrom: from,
    validUntil: until,
    priceChangePercent: price?.percent ?? null,
    priceChangeBasisPoints: price?.basisPoints ?? null,
    valueChangePercent: value?.percent ?? null,
    valueChangeBasisPoints: value?.basisPoints ?? null,
    label:
      price && value
        ? say(
            language,
            `积分价 ${price.percent}%，每积分价值 ${value.percent}%`,
            `price in points ${price.percent} %, worth of a point ${value.percent} %`,
          )
        : null,
  });
