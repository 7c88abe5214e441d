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
import { Bill } from './bill.entity.js';
import { Member } from './member.stub.js';
import type { CreditLoaders } from './phone-credit.js';
import { billKind, reportBill } from './report-bill.js';

@InputType({ description: 'A telephone bill.' })
class ReportBillInput extends ReportInput {
  @Field(() => String, { description: "The partner's own number of the bill; a bill counts once." }) billRef!: string;
  @Field(() => String, { description: 'The month that it is for, such as 2026-11.' }) period!: string;
  @Field(() => FenScalar, { description: 'What was used, before phone credit; above zero.' }) amountFen!: bigint;
}

@ObjectType({ description: 'The bill is recorded and its points are granted.' })
@Access('PUBLIC')
class BillReported {
  @Field(() => Bill, { description: 'The bill.' }) bill!: Bill;
  @Field(() => Boolean, { description: 'Whether this bill was reported before.' }) replayed!: boolean;
}

const ReportBillResult = resultOf(
  'ReportBillResult',
  'What became of a bill.',
  BillReported,
  NotEnrolled,
  RuleMissing,
  SuspendedPartner,
  CreditLimitReached,
);
const BillConnection = connectionOf(Bill, 'Bill');

@ObjectType({ description: 'Mobile data that was redeemed.' })
@Access('OWN')
class DataPack {
  @Field(() => Int, { description: 'Gigabytes.' }) gb!: number;
  @Field(() => Item, { description: 'The item that was redeemed.' }) item!: Item;
  @Field(() => Date, { description: 'When it was delivered.' }) at!: Date;
  memberUid!: string;
  partnerId!: string;
}

export const reports = { kind: billKind, table: 'bill' };

@Resolver(() => Bill)
export class BillResolver {
  @Mutation(() => ReportBillResult, {
    description: 'Reports a bill: phone credit pays what it can and may (`billTerms`), and the bill earns points.',
  })
  @Scopes(reportScope)
  async reportBill(
    @Arg('input', () => ReportBillInput, { description: 'The bill.' }) input: ReportBillInput,
    @Ctx() context: Context<Bill>,
    @Info() info: GraphQLResolveInfo,
  ): Promise<BillReported | ReportRefusal> {
    const { partner, key } = reporter(info, context, input);
    const { billRef: ref, ...facts } = input;
    const outcome = await reportBill(context, key, { ...facts, partner, ref });
    if (outcome.kind === 'refused') return refusal(context.viewer.language, outcome.code);
    return as(BillReported, { bill: outcome.record, replayed: outcome.replayed });
  }

  @Query(() => BillConnection, { description: "Bills, latest first: a partner's own, or the member's own." })
  @Scopes(...readScopes)
  bills(@Args(() => PageArgs) args: PageArgs, @Ctx() context: Context<Bill>): Promise<Page<Bill>> {
    return pageOfReports(context, reports, args);
  }
}

@Resolver(() => Member)
export class MemberResolver {
  @FieldResolver(() => BillConnection, { nullable: true, description: 'Telephone bills, latest first; a partner sees its own.' })
  @Scopes(...readScopes)
  bills(@Root() { uid }: MemberKey, @Args(() => PageArgs) args: PageArgs, @Ctx() { loaders }: Context<Bill>): Promise<Page<Bill>> {
    return pageOfMember(loaders.reportsOf, uid, args);
  }

  @FieldResolver(() => FenScalar, {
    nullable: true,
    description: 'Phone credit that the next bills will use, each up to the share of `billTerms`; a partner sees its own.',
  })
  @Scopes(...readScopes)
  phoneCreditFen(@Root() { uid }: MemberKey, @Ctx() { loaders }: Context<Bill, CreditLoaders>): Promise<bigint> {
    return loaders.own.credit.load(uid);
  }

  @FieldResolver(() => [DataPack], { nullable: true, description: 'Data packs, latest first, the last hundred deliveries at the most.' })
  @Scopes(...readScopes)
  async dataPacks(@Root() { uid }: MemberKey, @Ctx() { loaders }: Context<Bill>): Promise<DataPack[]> {
    const held = (await loaders.entitlements.load(uid)).filter(({ kind }) => kind === 'DATA_PACK');
    return held.map(({ amount, quantity, item, deliveredAt, memberUid, partnerId }) => ({
      gb: amount * quantity,
      item: as(Item, { id: item }),
      at: deliveredAt,
      memberUid,
      partnerId,
    }));
  }
}
