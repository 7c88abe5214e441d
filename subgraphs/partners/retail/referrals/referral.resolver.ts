import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, ID, Info, InputType, Int, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { Access, Scopes } from '../../../kernel/access.js';
import { actingFor } from '../../../kernel/acting-for.js';
import { writeKey } from '../../../kernel/idempotency.js';
import { NotEnrolled, Refusal } from '../../../kernel/refusal.js';
import { FenScalar } from '../../../kernel/scalars.js';
import { say } from '../../../kernel/text.js';
import { as, resultOf } from '../../../kernel/union.js';
import type { Context } from '../../context.js';
import { referMember } from './refer-member.js';
import { chosenTerms } from './referral.js';
import { setReferralTerms, termsOf } from './set-referral-terms.js';

@InputType({ description: 'Who brought whom.' })
class ReferMemberInput {
  @Field(() => ID, { nullable: true, description: 'Partner to which the new member came; the caller itself where absent.' })
  partner?: string;
  @Field(() => String, { description: 'Who brought: pairwise id, own customer number, or `partner/number` for the operator.' })
  referrerRef!: string;
  @Field(() => String, { description: 'Who came, who has bought nothing at the partner yet.' }) referredRef!: string;
}

@InputType({ description: 'What a referral asks for before it is rewarded.' })
class ReferralTermsInput {
  @Field(() => ID, { nullable: true, description: 'The partner; the own one where absent.' }) partner?: string;
  @Field(() => FenScalar, { defaultValue: chosenTerms.minimumFen, description: 'Least cash of the first purchase.' }) minimumFen!: bigint;
  @Field(() => Int, { defaultValue: chosenTerms.withinDays, description: 'Days from the referral in which it must be bought.' })
  withinDays!: number;
  @Field(() => Int, { defaultValue: chosenTerms.waitDays, description: 'Days in which the purchase must not be taken back.' })
  waitDays!: number;
  @Field(() => Int, { defaultValue: 1, description: 'Levels that are rewarded: one, and any other number is refused.' }) levels!: number;
}

@ObjectType({ description: 'What a referral asks for, as disclosed to everybody; one level only.' })
@Access('PUBLIC')
class ReferralTermsOf {
  @Field(() => FenScalar, { description: 'Least cash of the first purchase.' }) minimumFen!: bigint;
  @Field(() => Int, { description: 'Days from the referral in which it must be bought.' }) withinDays!: number;
  @Field(() => Int, { description: 'Days in which the purchase must not be taken back.' }) waitDays!: number;
}

@ObjectType({ description: 'The terms hold for referrals from now on.' })
@Access('PUBLIC')
class ReferralTermsSet {
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

@ObjectType({ description: 'Only who brought a buyer is rewarded; rewards for recruiters of recruiters are refused.', implements: Refusal })
@Access('PUBLIC')
class MultiLevelRefused extends Refusal {}

@ObjectType({ description: 'The referral is kept; the reward follows the first purchase.' })
@Access('PUBLIC')
class MemberReferred {
  @Field(() => ID, { description: 'Id of the referral; the engagement that rewards it names it as its proof.' }) id!: string;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

@ObjectType({ description: 'Nobody brings themselves.', implements: Refusal })
@Access('PUBLIC')
class OwnReferral extends Refusal {}

@ObjectType({ description: 'The member has bought at the partner before.', implements: Refusal })
@Access('PUBLIC')
class NotNew extends Refusal {}

@ObjectType({ description: 'Somebody brought the member already.', implements: Refusal })
@Access('PUBLIC')
class AlreadyReferred extends Refusal {}

const SetReferralTermsResult = resultOf('SetReferralTermsResult', 'What became of new terms.', ReferralTermsSet, MultiLevelRefused);
const ReferMemberResult = resultOf(
  'ReferMemberResult',
  'What became of a referral.',
  MemberReferred,
  OwnReferral,
  NotNew,
  AlreadyReferred,
  NotEnrolled,
);

@Resolver()
export class ReferralResolver {
  @Mutation(() => ReferMemberResult, {
    description: 'Keeps who brought a new member; the published EVENT rule REFERRAL rewards it after a purchase.',
  })
  @Scopes('purchase.report:own')
  async referMember(
    @Arg('input', () => ReferMemberInput, { description: 'The referral.' }) input: ReferMemberInput,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<MemberReferred | OwnReferral | NotNew | AlreadyReferred | NotEnrolled> {
    const { viewer } = context;
    const partner = actingFor(viewer, 'purchase.report', input.partner);
    const { outcome, replayed } = await referMember(context, writeKey(info, viewer), { ...input, partner });
    if (outcome.kind === 'referred') return as(MemberReferred, { id: outcome.id, replayed });
    const { code } = outcome;
    const [type, zh, en] = {
      NOT_ENROLLED: [NotEnrolled, '没有这位会员', 'There is no such member'] as const,
      OWN_REFERRAL: [OwnReferral, '不能推荐自己', 'Nobody brings themselves'] as const,
      NOT_NEW: [NotNew, '该会员此前已有消费', 'The member has bought here before'] as const,
      ALREADY_REFERRED: [AlreadyReferred, '该会员已被推荐', 'Somebody brought the member already'] as const,
    }[code];
    return as(type, { code, message: say(viewer.language, zh, en) });
  }

  @Mutation(() => SetReferralTermsResult, {
    description:
      "Says what referrals at a partner ask for from now on. For example, with `minimumFen: 10000` a friend's first purchase of 100.00 counts, and `levels: 2` is refused.",
  })
  @Scopes('rules.write:own')
  async setReferralTerms(
    @Arg('input', () => ReferralTermsInput, { description: 'The terms.' }) input: ReferralTermsInput,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ReferralTermsSet | MultiLevelRefused> {
    const { viewer } = context;
    const partner = actingFor(viewer, 'rules.write', input.partner);
    const { outcome, replayed } = await setReferralTerms(context, writeKey(info, viewer), { ...input, partner });
    if (outcome.kind === 'set') return as(ReferralTermsSet, { replayed });
    const message = say(
      viewer.language,
      '只奖励直接推荐人，不得多级返利',
      'Only who brought a buyer is rewarded, never who brought the bringer',
    );
    return as(MultiLevelRefused, { code: outcome.code, message });
  }

  @Query(() => ReferralTermsOf, { description: 'What a referral at a partner asks for.' })
  @Access('PUBLIC')
  referralTerms(
    @Arg('partner', () => ID, { description: 'The partner.' }) partner: string,
    @Ctx() { em }: Context,
  ): Promise<ReferralTermsOf> {
    return termsOf(em, partner);
  }
}
