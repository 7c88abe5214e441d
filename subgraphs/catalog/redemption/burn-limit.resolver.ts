import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { BurnLimit, type BurnLimitPeriodName, burnLimitSays } from '../../kernel/burn-limit.js';
import { as } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { bindingLimit } from '../ledger-port.js';
import { InsufficientPoints } from './results.js';

@Resolver(() => InsufficientPoints)
export class BurnLimitOfRefusalResolver {
  /** As it is now, asked only where a member wants to know: what a limit leaves is what was spent elsewhere, which is no shop's business. */
  @FieldResolver(() => BurnLimit, { nullable: true, description: burnLimitSays })
  async limit(@Root() { programme }: InsufficientPoints, @Ctx() context: Context): Promise<BurnLimit | null> {
    const { kind, uid } = context.viewer;
    if (kind !== 'member' || uid === undefined || programme.id === '') return null;
    const found = await bindingLimit(context, uid, programme.id);
    return found && as(BurnLimit, { ...found, period: found.period as BurnLimitPeriodName });
  }
}
