import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, Info, Int, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { Access, Scopes } from '../../kernel/access.js';
import { mustBeOperator } from '../../kernel/acting-for.js';
import { writeKey } from '../../kernel/idempotency.js';
import { as } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { closingPolicy, setClosingPolicy } from './closing-policy.js';

@ObjectType({ description: 'Whether months are closed by themselves.' })
@Access('FINANCE')
export class SettlementClosing {
  @Field(() => Boolean, { description: 'Whether a month that is over is closed without anybody asking for it.' }) automatic!: boolean;
  @Field(() => Int, { description: 'How many days after its end.' }) daysAfter!: number;
}

@ObjectType({ description: 'Months are closed so from now on.' })
@Access('PUBLIC')
class SettlementClosingSet {
  @Field(() => SettlementClosing, { description: 'As it is now.' }) closing!: SettlementClosing;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

@Resolver()
export class ClosingResolver {
  @Query(() => SettlementClosing, { description: 'Whether months are closed by themselves; not unless the operator says so.' })
  @Scopes('settlement.read:all')
  async settlementClosing(@Ctx() { em }: Context): Promise<SettlementClosing> {
    return as(SettlementClosing, await closingPolicy(em));
  }

  @Mutation(() => SettlementClosingSet, {
    description:
      'Says whether months are closed by themselves. Only staff of the operator. For example, with `daysAfter: 5` November is open until the end of 5 December and closed by itself from 6 December, 00:00 on.',
  })
  @Scopes('settlement.close')
  async setSettlementClosing(
    @Arg('automatic', () => Boolean, { description: 'Whether.' }) automatic: boolean,
    @Arg('daysAfter', () => Int, { defaultValue: 5, description: 'How many days after the end of the month, 0 to 60.' }) daysAfter: number,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<SettlementClosingSet> {
    const { em, viewer } = context;
    mustBeOperator(viewer);
    const { replayed } = await setClosingPolicy(em, writeKey(info, viewer), { automatic, daysAfter });
    return as(SettlementClosingSet, { closing: as(SettlementClosing, await closingPolicy(em)), replayed });
  }
}
