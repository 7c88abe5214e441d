import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, Info, Int, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { Access, Scopes } from '../../../kernel/access.js';
import { mustBeOperator } from '../../../kernel/acting-for.js';
import { badInput } from '../../../kernel/errors.js';
import { writeKey } from '../../../kernel/idempotency.js';
import { PointsScalar } from '../../../kernel/scalars.js';
import { as } from '../../../kernel/union.js';
import type { Context } from '../../context.js';
import { gateSettings, setGateSettings } from './gate-settings.js';

@ObjectType({ description: 'What the operator bounds rules by.' })
@Access('PUBLIC')
class RuleGates {
  @Field(() => PointsScalar, { description: 'Points that a bank may give for the opening of an account; 0 where nobody said otherwise.' })
  openingBonusCapPoints!: bigint;
  @Field(() => Int, {
    description: 'Fewest members over whom sums of past purchases are told to who may not see each of them; 5 where nobody said otherwise.',
  })
  simulationGroupFloor!: number;
}

@ObjectType({
  description:
    'The gates hold for drafts and publications from now on, and what a bank may give for an opening for purchases that are reported from now on too.',
})
@Access('PUBLIC')
class RuleGatesSet {
  @Field(() => RuleGates, { description: 'What holds now.' }) gates!: RuleGates;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

@Resolver()
export class GateResolver {
  @Query(() => RuleGates, { description: 'What the operator bounds rules by.' })
  @Access('PUBLIC')
  ruleGates(@Ctx() { em }: Context): Promise<RuleGates> {
    return gatesOf(em);
  }

  @Mutation(() => RuleGatesSet, {
    description:
      "Sets what the operator bounds rules by; the operator's own staff only. For example, with `openingBonusCapPoints: 100` a bank may give 100 points for the opening of an account, and not 101.",
  })
  @Scopes('partners.admin')
  async setRuleGates(
    @Arg('openingBonusCapPoints', () => PointsScalar, {
      nullable: true,
      description: 'Points that a bank may give for the opening of an account; as it is where absent.',
    })
    openingBonusCapPoints: bigint | null,
    @Arg('simulationGroupFloor', () => Int, { nullable: true, description: 'Fewest members, 1 to 10000; as it is where absent.' })
    floor: number | null,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<RuleGatesSet> {
    mustBeOperator(context.viewer);
    if (floor !== null && floor !== undefined && (floor < 1 || floor > 10_000))
      throw badInput('`simulationGroupFloor` is 1 to 10000', { argument: 'simulationGroupFloor' });
    const simulationGroupFloor = floor === null || floor === undefined ? null : BigInt(floor);
    const { replayed } = await setGateSettings(context, writeKey(info, context.viewer), { openingBonusCapPoints, simulationGroupFloor });
    return as(RuleGatesSet, { gates: await gatesOf(context.em), replayed });
  }
}

const gatesOf = async (em: Context['em']): Promise<RuleGates> => {
  const { openingBonusCapPoints, simulationGroupFloor } = await gateSettings(em);
  return { openingBonusCapPoints, simulationGroupFloor: Number(simulationGroupFloor) };
};
