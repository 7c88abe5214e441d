import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Field, FieldResolver, Info, InputType, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
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
import { Member } from './member.stub.js';
import { reportServiceOrder, serviceOrderKind } from './report-service-order.js';
import { ServiceOrder } from './service-order.entity.js';

@InputType({ description: 'One line of a service order.' })
class ServiceOrderLineInput {
  @Field(() => String, { description: "The garage's own number of the work or part." }) sku!: string;
  @Field(() => String, { nullable: true, description: 'Category, which accrual rules may ask for.' }) category?: string;
  @Field(() => FenScalar, { description: 'Price, above zero.' }) fen!: bigint;
}

@InputType({ description: 'Work and parts that a garage sold.' })
class ReportServiceOrderInput extends ReportInput {
  @Field(() => String, { description: "The partner's own number of the order; an order counts once." }) orderRef!: string;
  @Field(() => [ServiceOrderLineInput], { description: 'What was sold, 1 to 200 lines.' }) lines!: ServiceOrderLineInput[];
}

@ObjectType({ description: 'The service order is recorded and its points are granted.' })
@Access('PUBLIC')
class ServiceOrderReported {
  @Field(() => ServiceOrder, { description: 'The service order.' }) serviceOrder!: ServiceOrder;
  @Field(() => Boolean, { description: 'Whether this order was reported before.' }) replayed!: boolean;
}

const ReportServiceOrderResult = resultOf(
  'ReportServiceOrderResult',
  'What became of a service order.',
  ServiceOrderReported,
  NotEnrolled,
  RuleMissing,
  SuspendedPartner,
  CreditLimitReached,
);
const ServiceOrderConnection = connectionOf(ServiceOrder, 'ServiceOrder');

@ObjectType({ description: 'A voucher for work at a garage.' })
@Access('OWN')
class ServiceVoucher {
  @Field(() => String, { description: 'Shown at the counter; nobody can guess it.' }) code!: string;
  @Field(() => Item, { description: 'The item that was redeemed.' }) item!: Item;
  @Field(() => Date, { description: 'When it was delivered.' }) at!: Date;
  @Field(() => Date, { nullable: true, description: 'When it was used; null while it can be.' }) usedAt!: Date | null;
  memberUid!: string;
  partnerId!: string;
}

export const reports = { kind: serviceOrderKind, table: 'service_order' };

@Resolver(() => ServiceOrder)
export class ServiceOrderResolver {
  @Mutation(() => ReportServiceOrderResult, { description: 'Reports a service order, which earns points line by line.' })
  @Scopes(reportScope)
  async reportServiceOrder(
    @Arg('input', () => ReportServiceOrderInput, { description: 'The service order.' }) input: ReportServiceOrderInput,
    @Ctx() context: Context<ServiceOrder>,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ServiceOrderReported | ReportRefusal> {
    const { partner, key } = reporter(info, context, input);
    const { orderRef: ref, ...facts } = input;
    const outcome = await reportServiceOrder(context, key, { ...facts, partner, ref });
    if (outcome.kind === 'refused') return refusal(context.viewer.language, outcome.code);
    return as(ServiceOrderReported, { serviceOrder: outcome.record, replayed: outcome.replayed });
  }

  @Query(() => ServiceOrderConnection, { description: "Service orders, latest first: a partner's own, or the member's own." })
  @Scopes(...readScopes)
  serviceOrders(@Args(() => PageArgs) args: PageArgs, @Ctx() context: Context<ServiceOrder>): Promise<Page<ServiceOrder>> {
    return pageOfReports(context, reports, args);
  }
}

@Resolver(() => Member)
export class MemberResolver {
  @FieldResolver(() => ServiceOrderConnection, { nullable: true, description: 'Service orders, latest first; a partner sees its own.' })
  @Scopes(...readScopes)
  serviceOrders(
    @Root() { uid }: MemberKey,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { loaders }: Context<ServiceOrder>,
  ): Promise<Page<ServiceOrder>> {
    return pageOfMember(loaders.reportsOf, uid, args);
  }

  @FieldResolver(() => [ServiceVoucher], {
    nullable: true,
    description: 'Vouchers, latest first, the last hundred deliveries at the most.',
  })
  @Scopes(...readScopes)
  async serviceVouchers(@Root() { uid }: MemberKey, @Ctx() { loaders }: Context<ServiceOrder>): Promise<ServiceVoucher[]> {
    const held = (await loaders.entitlements.load(uid)).filter(({ kind }) => kind === 'SERVICE_VOUCHER');
    return held.map(({ reference, item, deliveredAt, usedAt, memberUid, partnerId }) => ({
      code: reference,
      item: as(Item, { id: item }),
      at: deliveredAt,
      usedAt,
      memberUid,
      partnerId,
    }));
  }
}
