import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Field, FieldResolver, Info, InputType, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { Access, Scopes } from '../../kernel/access.js';
import { connectionOf, type Page, PageArgs } from '../../kernel/page.js';
import { CreditLimitReached, NotEnrolled, Refusal, RuleMissing, SuspendedPartner } from '../../kernel/refusal.js';
import { say } from '../../kernel/text.js';
import { as, resultOf } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { Accrual } from '../foreign.stub.js';
import type { MemberKey } from '../member.stub.js';
import { pageOfMember, pageOfReports, type pagesByMember } from '../report-pages.js';
import { readScopes, refusal, reporter, ReportInput, type ReportRefusal, reportScope } from '../report-result.js';
import type { Basket } from './basket.entity.js';
import { mayKnowDay } from './day-of-gift.js';
import { Engagement, EngagementKind } from './engagement.entity.js';
import { yearOf } from './gift-days.js';
import type { GreetingLoader } from './greetings/greeting.resolver.js';
import { Member } from './member.stub.js';
import { engagementKind, reportEngagement } from './report-engagement.js';

@InputType({ description: 'What a member did beside buying.' })
class ReportEngagementInput extends ReportInput {
  @Field(() => EngagementKind, { description: 'What it was; a birthday is never reported.' }) kind!: EngagementKind;
  @Field(() => String, {
    description: "The partner's own number of the proof: of the lecture, the survey, the suggestion; each counts once for a member.",
  })
  proofRef!: string;
}

@ObjectType({ description: 'The engagement is recorded and its points are granted, as far as the month has room.' })
@Access('PUBLIC')
class EngagementReported {
  @Field(() => Engagement, { description: 'The engagement.' }) engagement!: Engagement;
  @Field(() => Boolean, { description: 'Whether it was reported before; then nothing is granted again.' }) replayed!: boolean;
}

@ObjectType({ description: 'There is no proof of it: a suggestion that is adopted must have been reported.', implements: Refusal })
@Access('PUBLIC')
class ProofMissing extends Refusal {}

const ReportEngagementResult = resultOf(
  'ReportEngagementResult',
  'What became of an engagement.',
  EngagementReported,
  ProofMissing,
  NotEnrolled,
  RuleMissing,
  SuspendedPartner,
  CreditLimitReached,
);
const EngagementConnection = connectionOf(Engagement, 'Engagement');

export const engagements = { kind: engagementKind, table: 'engagement' };
export interface EngagementLoaders {
  /** A page of engagements per member. */
  readonly pages: ReturnType<typeof pagesByMember<Engagement>>;
  /** What came with gifts. */
  readonly greeting: GreetingLoader;
}
type RetailContext = Context<Basket, EngagementLoaders>;

@Resolver(() => Engagement)
export class EngagementResolver {
  @Mutation(() => ReportEngagementResult, {
    description: 'Reports what a member did beside buying; the published EVENT rule of the same name says what it earns.',
  })
  @Scopes(reportScope)
  async reportEngagement(
    @Arg('input', () => ReportEngagementInput, { description: 'The engagement.' }) input: ReportEngagementInput,
    @Ctx() context: RetailContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<EngagementReported | ProofMissing | ReportRefusal> {
    const { partner, key } = reporter(info, context, input);
    const outcome = await reportEngagement(context, key, { ...input, partner });
    if (outcome.kind === 'reported') return as(EngagementReported, { engagement: outcome.record, replayed: outcome.replayed });
    const { language } = context.viewer;
    if (outcome.code !== 'PROOF_MISSING') return refusal(language, outcome.code);
    return as(ProofMissing, { code: outcome.code, message: say(language, '没有这条建议的记录', 'No such suggestion was reported') });
  }

  @Query(() => EngagementConnection, { description: "Engagements, latest first: a partner's own, or the member's own." })
  @Scopes(...readScopes)
  engagements(@Args(() => PageArgs) args: PageArgs, @Ctx() context: RetailContext): Promise<Page<Engagement>> {
    return pageOfReports(context, engagements, args);
  }

  @FieldResolver(() => String, {
    description: "The partner's own number of the proof; of a birthday the day, or the record's id where that is closed to the viewer.",
  })
  async proofRef(@Root() engagement: Engagement, @Ctx() context: RetailContext): Promise<string> {
    return (await mayKnowDay(engagement, context)) ? engagement.proofRef : engagement.id;
  }

  @FieldResolver(() => Date, {
    description: 'When it happened; of a birthday the beginning of the year where the day is closed to the viewer.',
  })
  async at(@Root() engagement: Engagement, @Ctx() context: RetailContext): Promise<Date> {
    return (await mayKnowDay(engagement, context)) ? engagement.at : yearOf(engagement.at);
  }

  @FieldResolver(() => Accrual, {
    nullable: true,
    description: 'The points that it earned; null where it earns none, or none yet, or where they would tell a day that is closed.',
  })
  async accrual(@Root() engagement: Engagement, @Ctx() context: RetailContext): Promise<Accrual | null> {
    return (await mayKnowDay(engagement, context)) ? engagement.accrual() : null;
  }
}

@Resolver(() => Member)
export class MemberEngagements {
  @FieldResolver(() => EngagementConnection, { nullable: true, description: 'Engagements, latest first; a partner sees its own.' })
  @Scopes(...readScopes)
  engagements(
    @Root() { uid }: MemberKey,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { loaders }: RetailContext,
  ): Promise<Page<Engagement>> {
    return pageOfMember(loaders.own.pages, uid, args);
  }
}
