import { Arg, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { validate as isUuid } from 'uuid';
import { covers, recipientOf } from '../../../../schema/viewer.js';
import { Access, Scopes } from '../../../kernel/access.js';
import { badInput, DomainError } from '../../../kernel/errors.js';
import { as } from '../../../kernel/union.js';
import type { Context } from '../../context.js';
import type { Programme } from '../../partners/programme.entity.js';
import { groupFloor } from '../publishing/gate-settings.js';
import type { AccrualRule } from '../rule.entity.js';
import { mustBeStaffFor } from '../staff.js';
import { monthsOf } from './months.js';
import { sampleOf } from './sample.js';
import { type Material, simulate, type Simulated } from './simulate.js';
import { MarginGuard, SamplePurchaseInput, SimulatedMember, SimulatedMonthsInput, SimulatedRule, Simulation } from './simulation.types.js';

const memberScope = 'ledger.read:own';

@Resolver(() => Simulation)
export class SimulateResolver {
  @Query(() => Simulation, {
    description:
      'Tries a rule, a draft or a published one, on made-up purchases or on past months, as if it had been in force. Staff only.',
  })
  @Scopes('rules.simulate:own')
  async simulate(
    @Arg('rule', () => ID, { description: 'The rule.' }) id: string,
    @Arg('sample', () => [SamplePurchaseInput], { nullable: true, description: 'Purchases in their order, 1 to 500; or `months`.' })
    sample: SamplePurchaseInput[] | null,
    @Arg('months', () => SimulatedMonthsInput, { nullable: true, description: 'Past months of the programme, at most 24; or `sample`.' })
    months: SimulatedMonthsInput | null,
    @Ctx() context: Context,
  ): Promise<Simulation> {
    const rule = isUuid(id) ? await context.loaders.rule.load(id) : null;
    if (!rule) throw badInput('There is no such rule', { argument: 'rule' });
    await mustBeStaffFor(context, 'rules.simulate', rule.programmeId);
    const programme = (await context.loaders.programme.load(rule.programmeId)) as Programme;
    const simulated = await simulate(context, rule, await materialOf(context, rule, programme, sample, months));
    if (simulated.givenPoints !== null) await mustBeGroup(context, simulated.sums.memberCount);
    return answer(context, rule, programme, simulated);
  }

  @FieldResolver(() => [SimulatedMember], { description: 'Members, who gets most by the rule first.' })
  @Access('PUBLIC', memberScope)
  byMember(
    @Root() { sums, issuerId }: Simulation,
    @Arg('first', () => Int, { defaultValue: 20, description: 'How many, 1 to 100.' }) first: number,
    @Ctx() { ids, viewer }: Context,
  ): SimulatedMember[] {
    if (first < 1 || first > 100) throw badInput('`first` is 1 to 100', { argument: 'first' });
    return sums.slice(0, first).map(({ member, points, currentPoints }) =>
      as(SimulatedMember, {
        member: ids.seal(member, recipientOf(viewer)),
        points,
        extraPoints: points - currentPoints,
        issuerId,
      }),
    );
  }
}

async function materialOf(
  context: Context,
  rule: AccrualRule,
  programme: Programme,
  sample: SamplePurchaseInput[] | null | undefined,
  months: SimulatedMonthsInput | null | undefined,
): Promise<Material> {
  if (Boolean(sample) === Boolean(months)) throw badInput('Name either a `sample` or `months`', { argument: 'sample' });
  if (months) return { kind: 'months', ...monthsOf(months, programme.zone) };
  return { kind: 'sample', purchases: await sampleOf(context, rule, programme, sample ?? []) };
}

/** Sums over few people tell what each of them bought; whoever may see each of them may see these too. */
async function mustBeGroup({ em, viewer }: Context, members: number): Promise<void> {
  if (covers(viewer.scopes, memberScope) || BigInt(members) >= (await groupFloor(em))) return;
  throw new DomainError('FORBIDDEN_OPERATION', 'Too few members bought in these months', { needs: [memberScope], has: viewer.scopes });
}

/** What a 32-bit number on the wire can say at the most. */
const int = 2n ** 31n - 1n;

async function answer({ loaders }: Context, rule: AccrualRule, programme: Programme, simulated: Simulated): Promise<Simulation> {
  const { sums, extraPoints, costFen, costBasisPoints, marginGuardBasisPoints: guard, liability, givenPoints } = simulated;
  const share = costBasisPoints === null ? null : Number(costBasisPoints > int ? int : costBasisPoints < -int ? -int : costBasisPoints);
  return as(Simulation, {
    rule,
    purchases: sums.purchases,
    members: sums.memberCount,
    salesFen: sums.salesFen,
    points: sums.points,
    currentPoints: sums.currentPoints,
    extraPoints,
    givenPoints,
    costFen,
    costBasisPointsOfSales: share,
    marginGuard: guard === null ? null : as(MarginGuard, { maxBasisPoints: guard, exceeded: share !== null && share > guard }),
    liabilityEffect: liability,
    rules: await Promise.all(
      sums.byRule.map(async ({ rule: id, points, withheld, credit }) =>
        as(SimulatedRule, { rule: await loaders.rule.load(id), points, withheld, credit }),
      ),
    ),
    sums: sums.byMember,
    issuerId: programme.issuerId,
  });
}
