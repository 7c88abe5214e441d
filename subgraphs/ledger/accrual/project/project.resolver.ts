import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import { Access } from '../../../kernel/access.js';
import { now } from '../../../kernel/clock.js';
import { badInput } from '../../../kernel/errors.js';
import type { Context } from '../../context.js';
import { expiryPolicyOf, valueOf } from '../../partners/programme.entity.js';
import { inForce, type Rule } from '../rules.js';
import { project, type Projection } from './projection.js';
import { ProjectionInput, PlanProjection } from './projection.types.js';

const maxPoints = 2n ** 53n - 1n;

@Resolver()
export class ProjectResolver {
  @Query(() => PlanProjection, {
    description:
      'What so much a month comes to: when each threshold is reached, and what is realised, what is left. By the published rules.',
  })
  @Access('PUBLIC')
  async projection(
    @Arg('input', () => ProjectionInput, { description: 'The plan.' }) input: ProjectionInput,
    @Ctx() { em, loaders }: Context,
  ): Promise<PlanProjection> {
    mustBeSound(input);
    const programme = await loaders.programme.load(input.programme);
    if (!programme) throw badInput('There is no such programme', { argument: 'input.programme' });
    const published = await loaders.rulesOf.load(programme.id);
    const { basis, category, certificate, cardProduct, event } = input;
    const onBasis = (rule: Rule): Rule => (basis && rule.kind === 'BASE' ? { ...rule, basis } : rule);
    const projection = project(
      { ...input, from: input.from ?? (await now(em)), facts: { category, certificate, registered: true, cardProduct, event } },
      { rulesAt: (at) => inForce(published, at).map(onBasis), policy: expiryPolicyOf(programme), value: valueOf(programme) },
    );
    return answer(projection);
  }
}

function answer({ reached, realisedFen, residualFen, credit, ...rest }: Projection): PlanProjection {
  const totalFen = realisedFen + residualFen + credit.unusedFen;
  if (totalFen > maxPoints || rest.earnedPoints > maxPoints)
    throw badInput('This comes to more than a whole number on the wire can say', { argument: 'input' });
  return {
    ...rest,
    months: [...rest.months],
    reached: reached.map(({ threshold: { name, points, fen }, month, at, times }) => ({
      name,
      month,
      at,
      times,
      points: points * times,
      fen: fen * times,
    })),
    realisedFen,
    residualFen,
    totalFen,
    credit,
  };
}

function mustBeSound({ months, monthlyFen, thresholds, openingPoints, from }: ProjectionInput): void {
  if (months < 1 || months > 120) throw badInput('`months` is 1 to 120', { argument: 'input.months' });
  if (monthlyFen > 100_000_000_000n) throw badInput('`monthlyFen` is at most 100000000000', { argument: 'input.monthlyFen' });
  if (openingPoints > 1_000_000_000_000n) throw badInput('`openingPoints` is at most 1000000000000', { argument: 'input.openingPoints' });
  if (from && (from < new Date('2000-01-01T00:00:00Z') || from > new Date('2200-01-01T00:00:00Z')))
    throw badInput('`from` lies in this century or the next', { argument: 'input.from' });
  if (thresholds.length > 20) throw badInput('There are at most 20 thresholds', { argument: 'input.thresholds' });
  for (const { name, points, fen } of thresholds)
    if (name.length === 0 || name.length > 100 || points < 1n || fen > 100_000_000_000n)
      throw badInput('A threshold has a name of 1 to 100 characters, at least 1 point, and at most 100000000000 fen', {
        argument: 'input.thresholds',
      });
}
