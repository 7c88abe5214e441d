import { Arg, Ctx, Field, ID, ObjectType, Query, Resolver } from 'type-graphql';
import { Access, Inaccessible, Internal } from '../../../kernel/access.js';
import { PointsScalar } from '../../../kernel/scalars.js';
import { rows } from '../../../kernel/sql.js';
import { as } from '../../../kernel/union.js';
import type { Context } from '../../context.js';
import { mustBeUuid } from '../hold.resolver.js';
import { poolOf } from '../one-trip.js';
import { bindingLimit, type BurnPeriod } from './burn-room.js';
import { burnLimitsOf } from './read-limits.js';
import { type SpentRow, spentOf, spentSql } from './spent.js';

@ObjectType({ description: 'The limit that keeps a member from its points now.' })
@Inaccessible()
@Access('INTERNAL')
class BindingLimit {
  @Field(() => String, { description: 'What it counts over.' }) period!: BurnPeriod;
  @Field(() => PointsScalar, { description: 'Its number.' }) max!: bigint;
  @Field(() => PointsScalar, { description: 'What is left within it.' }) left!: bigint;
  @Field(() => Date, { nullable: true, description: 'When it begins anew; absent where time changes nothing.' }) resetsAt!: Date | null;
}

const units: Readonly<Partial<Record<BurnPeriod, string>>> = { DAY: 'day', MONTH: 'month', YEAR: 'year' };

@Resolver()
export class BindingLimitResolver {
  @Query(() => BindingLimit, { nullable: true, description: 'For other subgraphs: what to tell a member of its own limits.' })
  @Internal()
  async bindingLimit(
    @Arg('memberUid', () => ID, { description: 'The member.' }) memberUid: string,
    @Arg('programme', () => ID, { description: 'The programme.' }) programme: string,
    @Ctx() { em }: Context,
  ): Promise<BindingLimit | null> {
    const limits = (await burnLimitsOf(em)).get(programme);
    if (!limits) return null;
    const spent = await (await poolOf(em)).query<SpentRow>(spentSql, [mustBeUuid(memberUid, 'memberUid'), programme, limits.zone]);
    const found = bindingLimit(limits, spentOf(spent.rows[0] as SpentRow));
    if (!found) return null;
    const unit = units[found.period];
    const [next] = unit
      ? await rows<{ at: string }>(
          em,
          `select (date_trunc('${unit}', clock() at time zone ?) + interval '1 ${unit}') at time zone ? as at`,
          [limits.zone, limits.zone],
        )
      : [];
    return as(BindingLimit, { ...found, resetsAt: next ? new Date(next.at) : null });
  }
}
