import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Field, FieldResolver, ID, Info, InputType, Int, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import type { Trade } from '../../../schema/roster.js';
import { Access, Scopes } from '../../kernel/access.js';
import { mustBeOperator } from '../../kernel/acting-for.js';
import { writeKey } from '../../kernel/idempotency.js';
import { connectionOf, decodeCursor, encodeCursor, type Page, PageArgs, pageLimit, pageOf } from '../../kernel/page.js';
import { Refusal } from '../../kernel/refusal.js';
import { say, TextInput } from '../../kernel/text.js';
import { as, resultOf } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { createPartner } from './create-partner.js';
import { FeeBearer, Partner, TradeEnum } from './partner.entity.js';
import { Programme } from './programme.entity.js';
import { setEarnProgramme } from './set-earn-programme.js';

@InputType({ description: 'A company that joins the coalition.' })
class CreatePartnerInput {
  @Field(() => ID, { description: 'Short name of a–z, 0–9 and -, such as `telecom`.' }) id!: string;
  @Field(() => TextInput, { description: 'Name in both languages.' }) name!: TextInput;
  @Field(() => TradeEnum, { nullable: true, description: 'Its trade, if it reports purchases or delivers.' }) trade?: Trade | null;
  @Field(() => ID, { nullable: true, description: 'Programme in which its purchases accrue where a report names none.' })
  earnProgramme?: string | null;
  @Field(() => Int, { defaultValue: 200, description: 'Fee on redemptions with points of other issuers, in basis points, 0 to 10000.' })
  feeBasisPoints!: number;
  @Field(() => FeeBearer, { defaultValue: FeeBearer.ACCEPTOR, description: 'Who bears that fee.' }) feeBorneBy!: FeeBearer;
}

@ObjectType({ description: 'The partner is part of the coalition.' })
@Access('PUBLIC')
class PartnerCreated {
  @Field(() => Partner, { description: 'The partner.' }) partner!: Partner;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

@ObjectType({ description: 'Another partner has this id.', implements: Refusal })
@Access('PUBLIC')
class PartnerExists extends Refusal {}

const CreatePartnerResult = resultOf('CreatePartnerResult', 'What became of a new partner.', PartnerCreated, PartnerExists);

@ObjectType({ description: "The partner's purchases accrue in this programme." })
@Access('PUBLIC')
class EarnProgrammeSet {
  @Field(() => Partner, { description: 'The partner.' }) partner!: Partner;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

const PartnerConnection = connectionOf(Partner, 'Partner');

@Resolver(() => Partner)
export class PartnerResolver {
  @Query(() => Partner, { nullable: true, description: 'A partner by its id.' })
  @Access('PUBLIC')
  partner(@Arg('id', () => ID, { description: 'Short name.' }) id: string, @Ctx() { loaders }: Context): Promise<Partner | null> {
    return loaders.partner.load(id);
  }

  @Query(() => PartnerConnection, { description: 'All partners by id.' })
  @Access('PUBLIC')
  async partners(@Args() page: PageArgs, @Ctx() { em }: Context): Promise<Page<Partner>> {
    const after = decodeCursor(page.after, 1);
    const found = await em.find(Partner, after ? { id: { $gt: after[0] as string } } : {}, {
      orderBy: { id: 'asc' },
      limit: pageLimit(page),
    });
    return pageOf(found, page, ({ id }) => encodeCursor(id));
  }

  @Mutation(() => CreatePartnerResult, {
    description:
      "Adds a partner to the coalition. For example, at `feeBasisPoints: 200` borne by the acceptor, 300.00 owed for another issuer's points are 294.00 to the acceptor and 6.00 to the operator.",
  })
  @Scopes('partners.admin')
  async createPartner(
    @Arg('input', () => CreatePartnerInput, { description: 'Who joins.' }) input: CreatePartnerInput,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<PartnerCreated | PartnerExists> {
    const { viewer, loaders } = context;
    mustBeOperator(viewer);
    const { outcome, replayed } = await createPartner(context, writeKey(info, viewer), input);
    if (outcome.kind === 'refused') {
      return as(PartnerExists, { code: outcome.code, message: say(viewer.language, '该伙伴编号已被使用', 'This partner id is taken') });
    }
    return as(PartnerCreated, { partner: (await loaders.partner.load(outcome.partner)) as Partner, replayed });
  }

  @Mutation(() => EarnProgrammeSet, {
    description:
      'Says in which programme a partner\'s purchases accrue where a report names none. For example, after `programme: "COAL-P"` a basket of 10.00 earns 10 of the coalition\'s points, for which the shop owes it their price.',
  })
  @Scopes('partners.admin')
  async setEarnProgramme(
    @Arg('partner', () => ID, { description: 'The partner.' }) partner: string,
    @Arg('programme', () => ID, { description: 'The programme.' }) programme: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<EarnProgrammeSet> {
    mustBeOperator(context.viewer);
    const { outcome, replayed } = await setEarnProgramme(context, writeKey(info, context.viewer), { partner, programme });
    return as(EarnProgrammeSet, {
      partner: (await context.loaders.partner.clear(outcome.partner).load(outcome.partner)) as Partner,
      replayed,
    });
  }

  @FieldResolver(() => Programme, { nullable: true, description: 'Programme in which its purchases accrue where a report names none.' })
  earnProgramme(@Root() { earnProgrammeId }: Partner, @Ctx() { loaders }: Context): Promise<Programme | null> | null {
    return earnProgrammeId === null ? null : loaders.programme.load(earnProgrammeId);
  }

  @FieldResolver(() => [Programme], { description: 'The programmes that it issues.' })
  programmes(@Root() { id }: Partner, @Ctx() { loaders }: Context): Promise<Programme[]> {
    return loaders.programmesOf.load(id);
  }
}
