import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, ID, Info, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { Access, Scopes } from '../../kernel/access.js';
import { writeKey } from '../../kernel/idempotency.js';
import { FenScalar, PointsScalar } from '../../kernel/scalars.js';
import { as, resultOf } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { Item } from '../items/item.entity.js';
import { claimBroken, LabelMismatch } from '../label-mismatch.js';
import { BoundExceeded, boundExceeded } from './bound-exceeded.js';
import { type Decimal, DecimalScalar } from './decimal.js';
import { setPricing } from './set-pricing.js';

@ObjectType({ description: 'The item has this price from now on.' })
@Access('PUBLIC')
class PricingSet {
  @Field(() => Int, { description: 'Version of the item that carries it.' }) version!: number;
  @Field(() => PointsScalar, { description: 'Points for one piece.' }) price!: bigint;
  @Field(() => PointsScalar, { description: 'The price that it was measured against.' }) reference!: bigint;
  @Field(() => PointsScalar, { description: 'The lowest price that was allowed.' }) least!: bigint;
  @Field(() => PointsScalar, { description: 'The highest price that was allowed.' }) most!: bigint;
  @Field(() => Item, { description: 'The item as it is offered now.' }) item!: Item;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

const SetPricingResult = resultOf('SetPricingResult', 'What became of a price that was set.', PricingSet, BoundExceeded, LabelMismatch);

@Resolver()
export class PricingResolver {
  @Mutation(() => SetPricingResult, {
    description:
      'Makes the point price of an item of its cost and demand: cost over the value of a point, times demand, rounded up. It may differ from the price in force 24 hours before (`catalogPolicy` can say otherwise) by at most `boundPct`; a special price above the regular one does not count. From then on every save of the item keeps that bound. Refused too where a published campaign says something of the price that would not be true any more. Quotes keep their price. For example, a cost of 60.00 at 0.01 a point and demand 1.00 are 6000 points; with `boundPct: 20` demand 1.30 is refused and 7200 is the most.',
  })
  @Scopes('pricing.write:own')
  async setPricing(
    @Arg('item', () => ID, { description: 'The item.' }) item: string,
    @Arg('cost', () => FenScalar, { description: 'What a piece costs, in fen.' }) cost: bigint,
    @Arg('demand', () => DecimalScalar, { description: 'How much it is wanted; 1.00 is usual.' }) demand: Decimal,
    @Arg('boundPct', () => DecimalScalar, {
      nullable: true,
      description: 'How far the price may move, in per cent; as `catalogPolicy` says where absent.',
    })
    boundPct: Decimal | null,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<typeof SetPricingResult> {
    const { viewer, loaders } = context;
    const wish = { item, cost, demand, boundPct: boundPct ?? null };
    const { outcome, replayed } = await setPricing(context, writeKey(info, viewer), wish);
    if (outcome.kind === 'refused')
      return outcome.code === 'LABEL_MISMATCH' ? claimBroken(outcome, viewer.language) : boundExceeded(outcome, viewer.language);
    const { version, price, reference, least, most } = outcome;
    return as(PricingSet, { version, price, reference, least, most, item: (await loaders.item.clear(item).load(item)) as Item, replayed });
  }
}
