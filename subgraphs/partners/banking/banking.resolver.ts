import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Field, FieldResolver, Info, InputType, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { Access, Scopes } from '../../kernel/access.js';
import { connectionOf, type Page, PageArgs } from '../../kernel/page.js';
import { CreditLimitReached, NotEnrolled, RuleMissing, SuspendedPartner } from '../../kernel/refusal.js';
import { FenScalar } from '../../kernel/scalars.js';
import { as, resultOf } from '../../kernel/union.js';
import type { Context } from '../context.js';
import type { MemberKey } from '../member.stub.js';
import { pageOfMember, pageOfReports } from '../report-pages.js';
import { readScopes, refusal, reporter, ReportInput, type ReportRefusal, reportScope } from '../report-result.js';
import { CardProduct, CardTransactionKind } from './card-kinds.js';
import { CardTransaction } from './card-transaction.entity.js';
import { Member } from './member.stub.js';
import { cardTransactionKind, reportCardTransaction } from './report-card-transaction.js';

@InputType({ description: 'What happened on a bank card.' })
class ReportCardTransactionInput extends ReportInput {
  @Field(() => String, { description: "The bank's own number of the transaction; a transaction counts once." }) transactionRef!: string;
  @Field(() => CardTransactionKind, { description: 'What happened; only SPEND earns points.' }) kind!: CardTransactionKind;
  @Field(() => CardProduct, { defaultValue: CardProduct.STANDARD, description: 'Kind of card.' }) cardProduct!: CardProduct;
  @Field(() => FenScalar, { description: 'Amount, above zero but for an OPENING.' }) amountFen!: bigint;
  @Field(() => String, { nullable: true, description: 'Category of the merchant, which accrual rules may ask for.' }) category?: string;
  @Field(() => String, { nullable: true, description: 'Certificate of what was bought, such as organic produce.' }) certificate?: string;
}

@ObjectType({ description: 'The transaction is recorded; if it was spending, its points are granted.' })
@Access('PUBLIC')
class CardTransactionReported {
  @Field(() => CardTransaction, { description: 'The transaction.' }) cardTransaction!: CardTransaction;
  @Field(() => Boolean, { description: 'Whether this transaction was reported before.' }) replayed!: boolean;
}

const ReportCardTransactionResult = resultOf(
  'ReportCardTransactionResult',
  'What became of a card transaction.',
  CardTransactionReported,
  NotEnrolled,
  RuleMissing,
  SuspendedPartner,
  CreditLimitReached,
);
const CardTransactionConnection = connectionOf(CardTransaction, 'CardTransaction');

export const reports = { kind: cardTransactionKind, table: 'card_transaction' };

@Resolver(() => CardTransaction)
export class CardTransactionResolver {
  @Mutation(() => ReportCardTransactionResult, {
    description: 'Reports what happened on a card. Spending earns points; nothing else does.',
  })
  @Scopes(reportScope)
  async reportCardTransaction(
    @Arg('input', () => ReportCardTransactionInput, { description: 'The transaction.' }) input: ReportCardTransactionInput,
    @Ctx() context: Context<CardTransaction>,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CardTransactionReported | ReportRefusal> {
    const { partner, key } = reporter(info, context, input);
    const { transactionRef: ref, ...facts } = input;
    const outcome = await reportCardTransaction(context, key, { ...facts, partner, ref });
    if (outcome.kind === 'refused') return refusal(context.viewer.language, outcome.code);
    return as(CardTransactionReported, { cardTransaction: outcome.record, replayed: outcome.replayed });
  }

  @Query(() => CardTransactionConnection, { description: "Card transactions, latest first: a bank's own, or the member's own." })
  @Scopes(...readScopes)
  cardTransactions(@Args(() => PageArgs) args: PageArgs, @Ctx() context: Context<CardTransaction>): Promise<Page<CardTransaction>> {
    return pageOfReports(context, reports, args);
  }
}

@Resolver(() => Member)
export class MemberResolver {
  @FieldResolver(() => CardTransactionConnection, { nullable: true, description: 'Card transactions, latest first; a bank sees its own.' })
  @Scopes(...readScopes)
  cardTransactions(
    @Root() { uid }: MemberKey,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { loaders }: Context<CardTransaction>,
  ): Promise<Page<CardTransaction>> {
    return pageOfMember(loaders.reportsOf, uid, args);
  }
}
