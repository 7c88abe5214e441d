import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, ID, Info, Mutation, ObjectType, Resolver } from 'type-graphql';
import { Access, Scopes } from '../../kernel/access.js';
import { actingFor } from '../../kernel/acting-for.js';
import { badInput } from '../../kernel/errors.js';
import { writeKey } from '../../kernel/idempotency.js';
import { Refusal } from '../../kernel/refusal.js';
import { PointsScalar } from '../../kernel/scalars.js';
import { say } from '../../kernel/text.js';
import { as, resultOf } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { Accrual } from './accrual.entity.js';
import { confirmPending } from './confirm-pending.js';

@ObjectType({ description: 'Points that waited for the event may be spent from now on.' })
@Access('PUBLIC')
class PendingConfirmed {
  @Field(() => Accrual, { description: 'The accrual of the purchase.' }) accrual!: Accrual;
  @Field(() => PointsScalar, { description: 'Points that waited.' }) points!: bigint;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

@ObjectType({ description: 'No points of the purchase wait for this event, or they waited too long.', implements: Refusal })
@Access('PUBLIC')
class NothingPending extends Refusal {}

const ConfirmPendingResult = resultOf('ConfirmPendingResult', 'What became of a confirmed event.', PendingConfirmed, NothingPending);

@Resolver()
export class ConfirmPendingResolver {
  @Mutation(() => ConfirmPendingResult, {
    description: 'Says that what points of a purchase wait for has happened, such as the end of the return period or of the journey.',
  })
  @Scopes('ledger.accrue:own')
  async confirmPending(
    @Arg('purchaseRef', () => String, { description: "The partner's own number of the purchase." }) purchaseRef: string,
    @Arg('event', () => String, { description: 'The event, as the rule names it.' }) event: string,
    @Arg('partner', () => ID, { nullable: true, description: 'The partner that sold; the caller where absent.' }) named: string | null,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<PendingConfirmed | NothingPending> {
    const { viewer, loaders } = context;
    const partner = actingFor(viewer, 'ledger.accrue', named);
    if (event.length === 0 || event.length > 100) throw badInput('`event` is 1 to 100 characters', { argument: 'event' });
    const { outcome, replayed } = await confirmPending(context, writeKey(info, viewer), { partner, purchaseRef, event });
    if (outcome.kind === 'refused') {
      const message = say(viewer.language, '该消费没有等待此事件的积分', 'No points of this purchase wait for this event');
      return as(NothingPending, { code: outcome.code, message });
    }
    return as(PendingConfirmed, { accrual: (await loaders.accrual.load(outcome.accrual)) as Accrual, points: outcome.points, replayed });
  }
}
