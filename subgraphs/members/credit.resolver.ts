import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, FieldResolver, ID, Info, InputType, Int, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { Access, Inaccessible, Internal, Scopes } from '../kernel/access.js';
import { actingFor } from '../kernel/acting-for.js';
import { enumOf } from '../kernel/enum.js';
import { writeKey } from '../kernel/idempotency.js';
import { NotEnrolled } from '../kernel/refusal.js';
import { say } from '../kernel/text.js';
import { as, resultOf } from '../kernel/union.js';
import type { Context } from './context.js';
import { type BenefitKind, benefitsOf, type CreditBand } from './credit-band.js';
import { CreditTerms } from './credit-record.entity.js';
import { benefitText } from './credit-text.js';
import { findMember } from './find-member.js';
import { Me } from './me.resolver.js';
import { Member } from './member.entity.js';
import { type CreditFor, creditOf, currentTerms } from './read-credit.js';
import { recordCredit } from './record-credit.js';
import { setCreditTerms } from './set-credit-terms.js';

const BandEnum = enumOf<CreditBand>('CreditBand', 'What a credit record amounts to.', {
  BASE: 'The band of everybody.',
  TRUSTED: 'A good record, which the member agreed to use.',
});
const BenefitKindEnum = enumOf<BenefitKind>('CreditBenefitKind', 'What a band gives.', {
  ACCRUAL_MULTIPLIER: 'More points for the same purchase.',
  THRESHOLD_FACTOR: 'Fewer points for the same benefit.',
  EXCLUSIVE_ACCESS: 'Offers that are open to the trusted.',
});

@InputType({ description: 'What the credit body says of a member.' })
class RecordCreditInput {
  @Field(() => String, { description: 'Whom: pairwise id, own customer number, or `partner/number` for staff.' }) member!: string;
  @Field(() => Int, { nullable: true, description: 'Score, 0 to 1000000; it is kept and never shown.' }) score?: number;
  @Field(() => BandEnum, { nullable: true, description: 'Band, where the body gives one itself.' }) band?: CreditBand;
  @Field(() => String, { description: 'Where it comes from.' }) source!: string;
  @Field(() => Date, { nullable: true, description: 'Of when it is; now where absent.' }) at?: Date;
}

@InputType({ description: 'What a credit band shall give.' })
class CreditTermsInput {
  @Field(() => Int, { defaultValue: 700, description: 'Lowest score that counts as trusted.' }) trustedFromScore!: number;
  @Field(() => Int, { defaultValue: 12_500, description: 'Points of the trusted, 10000 to 100000 basis points.' })
  multiplierBasisPoints!: number;
  @Field(() => Int, { defaultValue: 9_000, description: 'Thresholds for the trusted, 1 to 10000 basis points.' })
  thresholdBasisPoints!: number;
}

@ObjectType({ description: 'What the credit body said is kept.' })
@Access('PUBLIC')
class CreditRecorded {
  @Field(() => Date, { description: 'Of when the record is.' }) at!: Date;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

@ObjectType({ description: 'The terms hold from now on.' })
@Access('PUBLIC')
class CreditTermsSet {
  @Field(() => CreditTerms, { description: 'The new version.' }) terms!: CreditTerms;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

@ObjectType({ description: 'One benefit of a band.' })
@Access('PUBLIC')
class CreditBenefit {
  @Field(() => BenefitKindEnum, { description: 'What kind.' }) kind!: BenefitKind;
  @Field(() => String, { description: 'One sentence in the language of the request.' }) text!: string;
  @Field(() => Int, { nullable: true, description: 'How much, in basis points of the usual; absent where it is no amount.' })
  basisPoints!: number | null;
}

@ObjectType({ description: 'Consent to the use of the credit record.' })
@Access('PUBLIC')
class CreditConsent {
  @Field(() => Date, { description: 'Since when it holds.' }) since!: Date;
  @Field(() => Date, { nullable: true, description: 'First instant at which it no longer holds; absent where until withdrawn.' })
  until!: Date | null;
}

@ObjectType({ description: 'What a good credit record gives a member; never the score, and never less than everybody has.' })
@Access('CREDIT')
export class Credit {
  @Field(() => BandEnum, { description: 'The band.' }) band!: CreditBand;
  @Field(() => Date, { nullable: true, description: 'Of when the record is; absent where none is used.' }) since!: Date | null;
  @Field(() => CreditConsent, { nullable: true, description: 'The consent under which the record is used; absent where there is none.' })
  consent!: CreditConsent | null;
  memberUid!: string;
  multiplierBasisPoints!: number;
  thresholdBasisPoints!: number;
}

@ObjectType({ description: 'For other subgraphs: what a member has from a band at one recipient.' })
@Inaccessible()
@Access('INTERNAL')
class CreditBandTerms {
  @Field(() => BandEnum, { description: 'The band.' }) band!: CreditBand;
  @Field(() => Int, { description: 'Points, in basis points of the usual.' }) multiplierBasisPoints!: number;
  @Field(() => Int, { description: 'Thresholds, in basis points of the usual.' }) thresholdBasisPoints!: number;
}

const RecordCreditResult = resultOf('RecordCreditResult', 'What became of a credit record.', CreditRecorded, NotEnrolled);

const asCredit = (credit: CreditFor | null): Credit | null => credit && as(Credit, credit as Credit);

@Resolver(() => Credit)
export class CreditResolver {
  @Mutation(() => RecordCreditResult, { description: 'Keeps what the credit body says of a member.' })
  @Scopes('credit.write:own')
  async recordCredit(
    @Arg('input', () => RecordCreditInput, { description: 'The record.' }) input: RecordCreditInput,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CreditRecorded | NotEnrolled> {
    const { viewer } = context;
    const recordedBy = actingFor(viewer, 'credit.write', viewer.partner ?? 'operator');
    const { member, ...saying } = input;
    const memberUid = await findMember(context, member);
    const { outcome, replayed } = await recordCredit(context, writeKey(info, viewer), { ...saying, memberUid, recordedBy });
    if (outcome.kind === 'recorded') return as(CreditRecorded, { at: outcome.at, replayed });
    return as(NotEnrolled, { code: outcome.code, message: say(viewer.language, '没有这位会员', 'There is no such member') });
  }

  @Mutation(() => CreditTermsSet, {
    description:
      'Publishes a new version of what a credit band gives. For example, with `multiplierBasisPoints: 12500` a purchase of 1,000 yuan gives a trusted member who agreed 1,250 points and everybody else 1,000.',
  })
  @Scopes('credit.write:all')
  async setCreditTerms(
    @Arg('input', () => CreditTermsInput, { description: 'The terms.' }) input: CreditTermsInput,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CreditTermsSet> {
    const { outcome, replayed } = await setCreditTerms(context, writeKey(info, context.viewer), { ...input });
    return { terms: as(CreditTerms, outcome), replayed };
  }

  @Query(() => CreditTerms, { description: 'What a credit band gives, as disclosed to everybody.' })
  @Access('PUBLIC')
  creditTerms(@Ctx() { em }: Context): Promise<CreditTerms> {
    return currentTerms(em);
  }

  @Query(() => CreditBandTerms, {
    description: 'For other subgraphs: what a member has from a band at a recipient; the base without consent.',
  })
  @Internal()
  async creditBand(
    @Arg('memberUid', () => ID, { description: 'The member.' }) memberUid: string,
    @Arg('recipient', () => ID, { description: 'The partner.' }) recipient: string,
    @Ctx() { em }: Context,
  ): Promise<CreditBandTerms> {
    return (await creditOf(em, [memberUid], recipient))[0] as CreditFor;
  }

  @FieldResolver(() => [CreditBenefit], { description: 'What the band gives.' })
  benefits(@Root() credit: Credit, @Ctx() { viewer }: Context): CreditBenefit[] {
    return benefitsOf(credit).map(({ kind, basisPoints }) => ({
      kind,
      basisPoints,
      text: benefitText(viewer.language, kind, basisPoints),
    }));
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'How to have more, where the member has not agreed to the use of the record.',
  })
  invitation(@Root() { consent }: Credit, @Ctx() { viewer }: Context): string | null {
    if (consent !== null) return null;
    return say(
      viewer.language,
      '同意使用信用记录，即可享受守信权益',
      'Agree to the use of your credit record and have the benefits of a good one',
    );
  }
}

@Resolver(() => Me)
export class MyCredit {
  @FieldResolver(() => Credit, { nullable: true, description: 'What a good credit record gives; absent where the caller is no member.' })
  @Access('CREDIT', 'me.read')
  async credit(@Root() { viewer }: Me, @Ctx() { loaders }: Context): Promise<Credit | null> {
    return viewer.uid === undefined ? null : asCredit(await loaders.credit.load(viewer.uid));
  }
}

@Resolver(() => Member)
export class MemberCredit {
  @FieldResolver(() => Credit, {
    nullable: true,
    description: 'What a good credit record gives the member, as far as agreed with the caller.',
  })
  @Access('CREDIT')
  async credit(@Root() { uid }: Member, @Ctx() { loaders }: Context): Promise<Credit | null> {
    return asCredit(await loaders.credit.load(uid));
  }
}
