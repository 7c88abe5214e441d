import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Field, FieldResolver, ID, Info, InputType, Int, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { Access, Scopes } from '../../kernel/access.js';
import { mustActFor, mustBeStaff } from '../../kernel/acting-for.js';
import { badInput } from '../../kernel/errors.js';
import { DisclosureMissing, disclosureMissing } from '../../kernel/gate-refusals.js';
import { writeKey } from '../../kernel/idempotency.js';
import { connectionOf, decodeCursor, encodeCursor, type Page, PageArgs, pageLimit, pageOf } from '../../kernel/page.js';
import { Refusal } from '../../kernel/refusal.js';
import { FenScalar, PointsScalar } from '../../kernel/scalars.js';
import { say, TextInput } from '../../kernel/text.js';
import { as, resultOf } from '../../kernel/union.js';
import { AccrualRule } from '../accrual/rule.entity.js';
import type { Context } from '../context.js';
import { createProgramme } from './create-programme.js';
import { Partner } from './partner.entity.js';
import {
  Acceptance,
  AcceptanceScope,
  ExpiryMode,
  ExpiryPolicy,
  expiryPolicyOf,
  PointValue,
  Programme,
  ProgrammeKind,
  ReturnPolicy,
  Unrecovered,
} from './programme.entity.js';
import { setProgrammeTerms } from './set-programme-terms.js';
import { setReturnPolicy } from './set-return-policy.js';

@InputType({ description: 'So many fen for so many points.' })
export class PointValueInput {
  @Field(() => FenScalar, { description: 'Fen …' }) fen!: bigint;
  @Field(() => PointsScalar, { description: '… for this many points.' }) points!: bigint;
}

@InputType({ description: 'When points expire.' })
class ExpiryPolicyInput {
  @Field(() => ExpiryMode, { description: 'How points run out.' }) mode!: ExpiryMode;
  @Field(() => Int, {
    nullable: true,
    description: 'Months after earning, for ROLLING; after the last activity, for SLIDING; what points live at the least, for CALENDAR.',
  })
  months?: number | null;
  @Field(() => Boolean, { defaultValue: false, description: 'Whether they stay usable to the end of that month.' })
  roundToMonthEnd!: boolean;
  @Field(() => Boolean, { defaultValue: false, description: 'Whether they stay usable to the end of that year.' })
  roundToYearEnd!: boolean;
  @Field(() => String, { nullable: true, description: 'For CALENDAR: the last usable day of each year, as `MM-DD`.' })
  monthDay?: string | null;
}

@InputType({ description: 'What members are told of a programme, in words.' })
class ProgrammeDisclosureInput {
  @Field(() => String, { nullable: true, description: 'How points are earned: so many for so much.' }) ratio?: string | null;
  @Field(() => String, { nullable: true, description: 'How long they are valid.' }) validity?: string | null;
  @Field(() => String, { nullable: true, description: 'What limits their use.' }) limits?: string | null;
}

@InputType({ description: 'Where points may be spent.' })
class AcceptanceInput {
  @Field(() => AcceptanceScope, { description: 'How widely.' }) scope!: AcceptanceScope;
  @Field(() => [ID], { defaultValue: [], description: 'For GROUP: the partners besides the issuer.' }) partners!: string[];
}

@InputType({ description: 'What becomes of points when goods come back.' })
class ReturnPolicyInput {
  @Field(() => Int, {
    nullable: true,
    defaultValue: 30,
    description: 'Days for which points come back whose lot expired meanwhile; null: they do not come back.',
  })
  graceDays!: number | null;
  @Field(() => Unrecovered, {
    defaultValue: Unrecovered.ARREARS,
    description: 'What becomes of points that were earned on returned goods and are not there any more.',
  })
  unrecovered!: Unrecovered;
}

@InputType({ description: 'A new programme.' })
class CreateProgrammeInput {
  @Field(() => ID, { description: 'Short name of A–Z, 0–9 and -, such as `TEL-P`.' }) id!: string;
  @Field(() => ID, { description: 'The partner that issues the points and owes their value.' }) issuer!: string;
  @Field(() => TextInput, { description: 'Name in both languages.' }) name!: TextInput;
  @Field(() => PointValueInput, { description: 'What a point is worth.' }) value!: PointValueInput;
  @Field(() => ProgrammeKind, { defaultValue: ProgrammeKind.POINTS, description: 'Points or miles.' }) kind!: ProgrammeKind;
  @Field(() => ProgrammeDisclosureInput, { nullable: true, description: 'What members are told of it.' })
  disclosure?: ProgrammeDisclosureInput | null;
  @Field(() => String, { defaultValue: 'Asia/Shanghai', description: 'Time zone of expiry.' }) zone!: string;
  @Field(() => ExpiryPolicyInput, { description: 'When points expire.' }) expiry!: ExpiryPolicyInput;
  @Field(() => AcceptanceInput, { description: 'Where points may be spent.' }) acceptance!: AcceptanceInput;
  @Field(() => ReturnPolicyInput, {
    defaultValue: { graceDays: 30, unrecovered: Unrecovered.ARREARS },
    description: 'What becomes of points when goods come back.',
  })
  returnPolicy!: ReturnPolicyInput;
  @Field(() => PointValueInput, {
    nullable: true,
    description: 'What other partners owe per point that they grant; the value where absent.',
  })
  issuePrice?: PointValueInput | null;
}

@ObjectType({ description: 'The programme exists.' })
@Access('PUBLIC')
class ProgrammeCreated {
  @Field(() => Programme, { description: 'The programme.' }) programme!: Programme;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

@ObjectType({ description: 'Another programme has this id.', implements: Refusal })
@Access('PUBLIC')
class ProgrammeExists extends Refusal {}

const CreateProgrammeResult = resultOf('CreateProgrammeResult', 'What became of a new programme.', ProgrammeCreated, ProgrammeExists);
@ObjectType({ description: 'The terms hold from now on.' })
@Access('PUBLIC')
class ProgrammeTermsSet {
  @Field(() => Programme, { description: 'The programme.' }) programme!: Programme;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

const SetProgrammeTermsResult = resultOf(
  'SetProgrammeTermsResult',
  'What became of the terms of a programme.',
  ProgrammeTermsSet,
  DisclosureMissing,
);

@ObjectType({ description: 'The return policy holds from now on.' })
@Access('PUBLIC')
class ReturnPolicySet {
  @Field(() => Programme, { description: 'The programme.' }) programme!: Programme;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

const ProgrammeConnection = connectionOf(Programme, 'Programme');

@Resolver(() => Programme)
export class ProgrammeResolver {
  @Query(() => Programme, { nullable: true, description: 'A programme by its id.' })
  @Access('PUBLIC')
  programme(@Arg('id', () => ID, { description: 'Short name.' }) id: string, @Ctx() { loaders }: Context): Promise<Programme | null> {
    return loaders.programme.load(id);
  }

  @Query(() => ProgrammeConnection, { description: 'All programmes by id.' })
  @Access('PUBLIC')
  async programmes(@Args() page: PageArgs, @Ctx() { em }: Context): Promise<Page<Programme>> {
    const after = decodeCursor(page.after, 1);
    const found = await em.find(Programme, after ? { id: { $gt: after[0] as string } } : {}, {
      orderBy: { id: 'asc' },
      limit: pageLimit(page),
    });
    return pageOf(found, page, ({ id }) => encodeCursor(id));
  }

  @Mutation(() => CreateProgrammeResult, {
    description:
      'Adds a programme of an issuer. For example, points of a programme with `months: 12` that are earned on 21 November 2026 at 10:00 are gone from 21 November 2027, 10:00 on.',
  })
  @Scopes('programmes.write:own')
  async createProgramme(
    @Arg('input', () => CreateProgrammeInput, { description: 'The programme and its terms.' }) input: CreateProgrammeInput,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ProgrammeCreated | ProgrammeExists> {
    const { viewer, loaders } = context;
    mustActFor(viewer, 'programmes.write', input.issuer);
    const { outcome, replayed } = await createProgramme(context, writeKey(info, viewer), input);
    if (outcome.kind === 'refused') {
      return as(ProgrammeExists, {
        code: outcome.code,
        message: say(viewer.language, '该积分计划编号已被使用', 'This programme id is taken'),
      });
    }
    return as(ProgrammeCreated, { programme: (await loaders.programme.load(outcome.programme)) as Programme, replayed });
  }

  @Mutation(() => SetProgrammeTermsResult, {
    description:
      'Sets what members are told of a programme, and what its rules may cost. Staff only. For example, miles without a disclosed ratio have no rule published; with `ratio: "1 mile per 2 yuan"`, validity and limits they have, and none of the three is taken back while a published rule is not over.',
  })
  @Scopes('programmes.write:own')
  async setProgrammeTerms(
    @Arg('programme', () => ID, { description: 'The programme.' }) id: string,
    @Arg('disclosure', () => ProgrammeDisclosureInput, {
      nullable: true,
      description: 'What members are told; what is absent is as it is, and an empty text takes a part back.',
    })
    disclosure: ProgrammeDisclosureInput | null,
    @Arg('marginGuardBasisPoints', () => Int, {
      nullable: true,
      description: 'What a rule may cost at the most, in basis points of sales, 0 to 10000; -1 for no bound; as it is where absent.',
    })
    marginGuardBasisPoints: number | null,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ProgrammeTermsSet | DisclosureMissing> {
    const { viewer, loaders, em } = context;
    mustBeStaff(viewer);
    const programme = await loaders.programme.load(id);
    if (!programme) throw badInput('There is no such programme', { argument: 'programme' });
    mustActFor(viewer, 'programmes.write', programme.issuerId);
    const input = { programme: id, disclosure, marginGuardBasisPoints };
    const { outcome, replayed } = await setProgrammeTerms(context, writeKey(info, viewer), input);
    if (outcome.kind === 'refused') return disclosureMissing(outcome.missing, viewer.language);
    return as(ProgrammeTermsSet, { programme: (await em.refresh(programme)) ?? programme, replayed });
  }

  @Mutation(() => ReturnPolicySet, {
    description:
      'Sets what becomes of points when goods come back, from now on; also of goods that were bought before. Staff only. For example, with `unrecovered: CASH_REFUND` a member who spent the 200 points of a purchase of 200.00 and returns it gets 198.00 back, and owes no points.',
  })
  @Scopes('programmes.write:own')
  async setReturnPolicy(
    @Arg('programme', () => ID, { description: 'The programme.' }) id: string,
    @Arg('returnPolicy', () => ReturnPolicyInput, { description: 'The whole policy; what is not named is as it is for new programmes.' })
    returnPolicy: ReturnPolicyInput,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ReturnPolicySet> {
    const { viewer, loaders, em } = context;
    mustBeStaff(viewer);
    const programme = await loaders.programme.load(id);
    if (!programme) throw badInput('There is no such programme', { argument: 'programme' });
    mustActFor(viewer, 'programmes.write', programme.issuerId);
    const { graceDays, unrecovered } = returnPolicy;
    const { replayed } = await setReturnPolicy(context, writeKey(info, viewer), { programme: id, graceDays, unrecovered });
    return as(ReturnPolicySet, { programme: (await em.refresh(programme)) ?? programme, replayed });
  }

  @FieldResolver(() => Partner, { description: 'The partner that issues the points and owes their value.' })
  issuer(@Root() { issuerId }: Programme, @Ctx() { loaders }: Context): Promise<Partner | null> {
    return loaders.partner.load(issuerId);
  }

  @FieldResolver(() => PointValue, { description: 'What points are worth.' })
  value(@Root() { valueFen, valuePoints }: Programme): PointValue {
    return { fen: valueFen, points: valuePoints };
  }

  @FieldResolver(() => ExpiryPolicy, { description: 'When points expire.' })
  expiry(@Root() programme: Programme): ExpiryPolicy {
    return expiryPolicyOf(programme);
  }

  @FieldResolver(() => Acceptance, { description: 'Where points may be spent.' })
  acceptance(@Root() { acceptanceScope, acceptancePartners }: Programme): Acceptance {
    return { scope: acceptanceScope, partners: acceptancePartners };
  }

  @FieldResolver(() => ReturnPolicy, { description: 'What becomes of points when goods come back.' })
  returnPolicy(@Root() { returnGraceDays, returnUnrecovered }: Programme): ReturnPolicy {
    return { graceDays: returnGraceDays, unrecovered: returnUnrecovered };
  }

  @FieldResolver(() => [AccrualRule], { description: 'Its published accrual rules, every version.' })
  rules(@Root() { id }: Programme, @Ctx() { loaders }: Context): Promise<AccrualRule[]> {
    return loaders.rulesOf.load(id);
  }
}
