import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, FieldResolver, ID, Info, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { validate } from 'uuid';
import { Access, Authenticated, Scopes } from '../../kernel/access.js';
import { writeKey } from '../../kernel/idempotency.js';
import { FenScalar } from '../../kernel/scalars.js';
import { as } from '../../kernel/union.js';
import { type Context, versionKey } from '../context.js';
import { quoteExpired, redemptionOf } from './hold.resolver.js';
import { DeliveryKind, Item } from '../items/item.entity.js';
import { PaymentLeg, paymentLeg } from '../quotes/leg.js';
import { PartnerStub } from '../partner.stub.js';
import { CartLineInput, purchaseOf } from '../quotes/quote.resolver.js';
import { redeem } from './redeem.js';
import { Redemption, RedemptionLine, RedemptionStateEnum } from './redemption.entity.js';
import { shownFailure, shownRefusal } from './refusals.js';
import { Redeemed, RedeemResult } from './results.js';
import { failureOf } from './saga.js';

@ObjectType({ description: 'What was handed over for a line.' })
@Access('PUBLIC')
export class LineDelivery {
  @Field(() => DeliveryKind, { description: 'Kind.' }) kind!: DeliveryKind;
  @Field(() => String, { nullable: true, description: "The partner's own reference, such as a voucher code." }) reference!: string | null;
  @Field(() => String, { nullable: true, description: 'What the member should know about it.' }) detail!: string | null;
}

@Resolver(() => Redemption)
export class RedemptionResolver {
  @Query(() => Redemption, { nullable: true, description: 'A redemption by its id; null where the caller has none of that id.' })
  @Authenticated()
  redemption(
    @Arg('id', () => ID, { description: 'Id of the redemption.' }) id: string,
    @Ctx() { loaders }: Context,
  ): Promise<Redemption | null> | null {
    return validate(id) ? loaders.redemption.load(id) : null;
  }

  @Mutation(() => RedeemResult, {
    description:
      'Redeems a quote, or a cart at the price of the moment: holds the points, delivers, burns the points; all of it or nothing.',
  })
  @Scopes('me.redeem', 'redeem.write:own')
  async redeem(
    @Arg('quoteId', () => ID, { nullable: true, description: 'A quote; or else a cart.' }) quoteId: string | null,
    @Arg('memberRef', () => String, { nullable: true, description: 'Who redeems; a member means itself.' }) memberRef: string | null,
    @Arg('cart', () => [CartLineInput], { nullable: true, description: 'What is wanted.' }) cart: CartLineInput[] | null,
    @Arg('prefer', () => [ID], { nullable: true, description: 'Programmes whose points are used first, in this order.' })
    prefer: string[] | null,
    @Arg('cashMaxFen', () => FenScalar, { nullable: true, description: 'How much may be left to pay in cash; any where absent.' })
    cashMaxFen: bigint | null,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<typeof RedeemResult> {
    const { viewer, loaders } = context;
    const wish = { quoteId: quoteId ?? null, ...purchaseOf(memberRef, cart, prefer, cashMaxFen) };
    const { outcome, replayed } = await redeem(context, writeKey(info, viewer), wish);
    if (outcome.kind === 'run') {
      const failure = failureOf(outcome.row);
      if (failure) return shownFailure(failure, viewer.language) as typeof RedeemResult;
      return as(Redeemed, { redemption: await redemptionOf(context, outcome.row.id), replayed });
    }
    if (outcome.code === 'QUOTE_EXPIRED')
      return quoteExpired(context, outcome.newQuote === null ? null : await loaders.quote.load(outcome.newQuote));
    return shownRefusal(outcome, viewer.language);
  }

  @FieldResolver(() => RedemptionStateEnum, { description: 'How far it is.' })
  state(@Root() { step }: Redemption): keyof typeof RedemptionStateEnum {
    return step === 'COMPLETED' ? 'COMPLETED' : step === 'RELEASED' ? 'FAILED' : 'PENDING';
  }

  @FieldResolver(() => String, { nullable: true, description: 'Stable code of why it failed; absent where it did not.' })
  failure(@Root() { step, reason }: Redemption): string | null {
    return step === 'RELEASED' ? (reason?.code ?? null) : null;
  }

  @FieldResolver(() => PartnerStub, { description: 'The partner that delivers and is paid.' })
  acceptor(@Root() { acceptorId }: Redemption): PartnerStub {
    return { id: acceptorId };
  }

  @FieldResolver(() => [PaymentLeg], { description: 'Points, by programme.' })
  legs(@Root() { paid }: Redemption): PaymentLeg[] {
    return paid.map(paymentLeg);
  }

  @FieldResolver(() => [RedemptionLine], { description: 'What was bought.' })
  lines(@Root() { id }: Redemption, @Ctx() { loaders }: Context): Promise<RedemptionLine[]> {
    return loaders.redemptionLines.load(id);
  }
}

@Resolver(() => RedemptionLine)
export class RedemptionLineResolver {
  @FieldResolver(() => Item, { description: 'The item at the version that was redeemed.' })
  async item(@Root() { itemId, itemVersion }: RedemptionLine, @Ctx() { loaders }: Context): Promise<Item> {
    return (await loaders.itemVersion.load(versionKey(itemId, itemVersion))) as Item;
  }

  @FieldResolver(() => [PaymentLeg], { description: 'The points that paid for the line.' })
  legs(@Root() { paid }: RedemptionLine): PaymentLeg[] {
    return paid.map(paymentLeg);
  }

  @FieldResolver(() => LineDelivery, { nullable: true, description: 'What was handed over; absent where nothing was yet.' })
  delivery(@Root() line: RedemptionLine): LineDelivery | null {
    return line.delivered ? { kind: line.deliveryKind, reference: line.deliveryReference, detail: line.deliveryDetail } : null;
  }
}

export const references = {
  Redemption: ({ id }: { id: string }, { loaders }: Context) => (validate(id) ? loaders.redemption.load(id) : null),
};
