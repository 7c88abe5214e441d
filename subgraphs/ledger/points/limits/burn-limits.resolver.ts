import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, FieldResolver, ID, Info, InputType, Mutation, ObjectType, Resolver, Root } from 'type-graphql';
import { Access, Scopes } from '../../../kernel/access.js';
import { mustActFor, mustBeStaff } from '../../../kernel/acting-for.js';
import { badInput } from '../../../kernel/errors.js';
import { writeKey } from '../../../kernel/idempotency.js';
import { PointsScalar } from '../../../kernel/scalars.js';
import { as } from '../../../kernel/union.js';
import type { Context } from '../../context.js';
import { Programme } from '../../partners/programme.entity.js';
import { burnLimitsOf } from './read-limits.js';
import { setBurnLimits } from './set-burn-limits.js';

const says = {
  transactionPoints: 'Most points in one redemption.',
  dailyPoints: "Most points in a calendar day of the programme's zone.",
  monthlyPoints: "Most points in a calendar month of the programme's zone.",
  yearlyPoints: "Most points in a calendar year of the programme's zone.",
  leastBalancePoints: 'Points that have to be there before any may be spent.',
} as const;

@InputType({ description: 'What one member may spend of a programme; what is left out is without bound.' })
class BurnLimitsInput {
  @Field(() => PointsScalar, { nullable: true, description: says.transactionPoints }) transactionPoints?: bigint | null;
  @Field(() => PointsScalar, { nullable: true, description: says.dailyPoints }) dailyPoints?: bigint | null;
  @Field(() => PointsScalar, { nullable: true, description: says.monthlyPoints }) monthlyPoints?: bigint | null;
  @Field(() => PointsScalar, { nullable: true, description: says.yearlyPoints }) yearlyPoints?: bigint | null;
  @Field(() => PointsScalar, { nullable: true, description: says.leastBalancePoints }) leastBalancePoints?: bigint | null;
}

@ObjectType({ description: 'What one member may spend of a programme; what is absent is without bound.' })
@Access('PUBLIC')
class ProgrammeBurnLimits {
  @Field(() => PointsScalar, { nullable: true, description: says.transactionPoints }) transactionPoints!: bigint | null;
  @Field(() => PointsScalar, { nullable: true, description: says.dailyPoints }) dailyPoints!: bigint | null;
  @Field(() => PointsScalar, { nullable: true, description: says.monthlyPoints }) monthlyPoints!: bigint | null;
  @Field(() => PointsScalar, { nullable: true, description: says.yearlyPoints }) yearlyPoints!: bigint | null;
  @Field(() => PointsScalar, { nullable: true, description: says.leastBalancePoints }) leastBalancePoints!: bigint | null;
}

@ObjectType({ description: 'The limits hold for redemptions from now on, in every process within a second.' })
@Access('PUBLIC')
class BurnLimitsSet {
  @Field(() => Programme, { description: 'The programme.' }) programme!: Programme;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

@Resolver(() => Programme)
export class BurnLimitsResolver {
  @Mutation(() => BurnLimitsSet, {
    description:
      "Sets what one member may spend of a programme's points; all limits anew. Staff only. For example, with `dailyPoints: 500` a member with 800 points spends 500 of them today and the others tomorrow.",
  })
  @Scopes('programmes.write:own')
  async setBurnLimits(
    @Arg('programme', () => ID, { description: 'The programme.' }) id: string,
    @Arg('limits', () => BurnLimitsInput, { description: 'The limits.' }) input: BurnLimitsInput,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<BurnLimitsSet> {
    const { viewer, loaders } = context;
    mustBeStaff(viewer);
    const programme = await loaders.programme.load(id);
    if (!programme) throw badInput('There is no such programme', { argument: 'programme' });
    mustActFor(viewer, 'programmes.write', programme.issuerId);
    const limits = {
      transactionPoints: input.transactionPoints ?? null,
      dailyPoints: input.dailyPoints ?? null,
      monthlyPoints: input.monthlyPoints ?? null,
      yearlyPoints: input.yearlyPoints ?? null,
      leastBalancePoints: input.leastBalancePoints ?? null,
    };
    const { replayed } = await setBurnLimits(context, writeKey(info, viewer), { programme: id, issuer: programme.issuerId, limits });
    return as(BurnLimitsSet, { programme, replayed });
  }

  @FieldResolver(() => ProgrammeBurnLimits, {
    nullable: true,
    description: 'What one member may spend of it; absent where nothing is bounded.',
  })
  async burnLimits(@Root() { id }: Programme, @Ctx() { em }: Context): Promise<ProgrammeBurnLimits | null> {
    return (await burnLimitsOf(em)).get(id) ?? null;
  }
}
