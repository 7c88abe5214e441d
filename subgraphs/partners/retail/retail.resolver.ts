import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Field, FieldResolver, Info, InputType, Int, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { Access, Scopes } from '../../kernel/access.js';
import { connectionOf, type Page, PageArgs } from '../../kernel/page.js';
import { CreditLimitReached, NotEnrolled, RuleMissing, SuspendedPartner } from '../../kernel/refusal.js';
import { FenScalar } from '../../kernel/scalars.js';
import { as, resultOf } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { Item } from '../foreign.stub.js';
import type { MemberKey } from '../member.stub.js';
import { pageOfMember, pageOfReports } from '../report-pages.js';
import { readScopes, refusal, reporter, ReportInput, type ReportRefusal, reportScope } from '../report-result.js';
import { Basket } from './basket.entity.js';
import { Member } from './member.stub.js';
import { basketKind, reportBasket } from './report-basket.js';

@InputType({ description: 'One line of a basket.' })
class BasketLineInput {
  @Field(() => String, { description: "The shop's own number of the article." }) sku!: string;
  @Field(() => String, { nullable: true, description: 'Category, which accrual rules may ask for.' }) category?: string;
  @Field(() => FenScalar, { description: 'Price, above zero.' }) fen!: bigint;
  @Field(() => String, { nullable: true, description: 'Certificate of the article, such as organic produce.' }) certificate?: string;
  @Field(() => String, {
    nullable: true,
    description: 'Size of the article, 1 to 50 characters; no rule asks for it, and the ledger is not told.',
  })
  size?: string;
  @Field(() => String, {
    nullable: true,
    description: 'Colour of the article, 1 to 50 characters; no rule asks for it, and the ledger is not told.',
  })
  colour?: string;
}

@InputType({ description: 'What was bought in one go.' })
class ReportBasketInput extends ReportInput {
  @Field(() => String, { description: "The partner's own number of the basket; a basket counts once." }) basketRef!: string;
  @Field(() => [BasketLineInput], { description: 'What was bought, 1 to 200 lines.' }) lines!: BasketLineInput[];
  @Field(() => FenScalar, {
    nullable: true,
    description: 'What was paid in cash; all of it where absent. It falls on the lines in proportion to their prices.',
  })
  cashFen?: bigint;
}

@ObjectType({ description: 'The basket is recorded and its points are granted.' })
@Access('PUBLIC')
class BasketReported {
  @Field(() => Basket, { description: 'The basket.' }) basket!: Basket;
  @Field(() => Boolean, { description: 'Whether this basket was reported before.' }) replayed!: boolean;
}

const ReportBasketResult = resultOf(
  'ReportBasketResult',
  'What became of a basket.',
  BasketReported,
  NotEnrolled,
  RuleMissing,
  SuspendedPartner,
  CreditLimitReached,
);
const BasketConnection = connectionOf(Basket, 'Basket');

@ObjectType({ description: 'Something redeemed that a shop sends or hands over.' })
@Access('OWN')
class Shipment {
  @Field(() => String, { description: 'Number of the shipment, code of the coupon, or number of the receipt.' }) reference!: string;
  @Field(() => String, { description: 'What it is, such as GOODS or COUPON.' }) kind!: string;
  @Field(() => Item, { description: 'The item that was redeemed.' }) item!: Item;
  @Field(() => Int, { description: 'How many.' }) quantity!: number;
  @Field(() => Date, { description: 'When it was accepted for delivery.' }) at!: Date;
  memberUid!: string;
  partnerId!: string;
}

export const reports = { kind: basketKind, table: 'basket' };

@Resolver(() => Basket)
export class BasketResolver {
  @Mutation(() => ReportBasketResult, { description: 'Reports a basket, which earns points line by line.' })
  @Scopes(reportScope)
  async reportBasket(
    @Arg('input', () => ReportBasketInput, { description: 'The basket.' }) input: ReportBasketInput,
    @Ctx() context: Context<Basket>,
    @Info() info: GraphQLResolveInfo,
  ): Promise<BasketReported | ReportRefusal> {
    const { partner, key } = reporter(info, context, input);
    const { basketRef: ref, ...facts } = input;
    const outcome = await reportBasket(context, key, { ...facts, partner, ref });
    if (outcome.kind === 'refused') return refusal(context.viewer.language, outcome.code);
    return as(BasketReported, { basket: outcome.record, replayed: outcome.replayed });
  }

  @Query(() => BasketConnection, { description: "Baskets, latest first: a partner's own, or the member's own." })
  @Scopes(...readScopes)
  baskets(@Args(() => PageArgs) args: PageArgs, @Ctx() context: Context<Basket>): Promise<Page<Basket>> {
    return pageOfReports(context, reports, args);
  }
}

@Resolver(() => Member)
export class MemberResolver {
  @FieldResolver(() => BasketConnection, { nullable: true, description: 'Baskets, latest first; a partner sees its own.' })
  @Scopes(...readScopes)
  baskets(@Root() { uid }: MemberKey, @Args(() => PageArgs) args: PageArgs, @Ctx() { loaders }: Context<Basket>): Promise<Page<Basket>> {
    return pageOfMember(loaders.reportsOf, uid, args);
  }

  @FieldResolver(() => [Shipment], {
    nullable: true,
    description: 'What shops sent or handed over, latest first, the last hundred deliveries at the most.',
  })
  @Scopes(...readScopes)
  async shipments(@Root() { uid }: MemberKey, @Ctx() { loaders }: Context<Basket>): Promise<Shipment[]> {
    const held = await loaders.entitlements.load(uid);
    return held.map(({ reference, kind, item, quantity, deliveredAt, memberUid, partnerId }) => ({
      reference,
      kind,
      item: as(Item, { id: item }),
      quantity,
      at: deliveredAt,
      memberUid,
      partnerId,
    }));
  }
}
