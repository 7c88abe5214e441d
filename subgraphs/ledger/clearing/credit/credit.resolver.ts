import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Scopes } from '../../../kernel/access.js';
import { actingFor, mustBeOperator, readingFor } from '../../../kernel/acting-for.js';
import { badInput } from '../../../kernel/errors.js';
import { writeKey } from '../../../kernel/idempotency.js';
import { decodeIdCursor, encodeCursor, type Page, PageArgs, pageLimit, pageOf } from '../../../kernel/page.js';
import { FenScalar } from '../../../kernel/scalars.js';
import { as } from '../../../kernel/union.js';
import { ProposedChange } from '../../approvals/change.entity.js';
import { ChangeProposed } from '../../approvals/change.types.js';
import { Partner } from '../../partners/partner.entity.js';
import { alertsOf } from '../alerts.js';
import type { Context } from '../context.js';
import { Statement } from '../settlement.types.js';
import { creditOf } from './credit-store.js';
import { CreditAlert, CreditAlertConnection, CreditStanding } from './credit.types.js';
import { proposeCreditLimit } from './set-credit-limit.js';

const standingOf = async ({ em }: Context, partner: string): Promise<CreditStanding | null> => {
  const credit = await creditOf(em, partner);
  return credit && as(CreditStanding, credit);
};

/** More alerts than this a month are read as a list. */
const alertsOnStatement = 100;

@Resolver(() => Statement)
export class StatementCreditResolver {
  @FieldResolver(() => CreditStanding, {
    nullable: true,
    description: 'How the partner stands now; absent where it may owe without a limit.',
  })
  credit(@Root() { partner }: Statement, @Ctx() context: Context): Promise<CreditStanding | null> {
    return standingOf(context, partner);
  }

  @FieldResolver(() => [CreditAlert], { description: 'What the partner was told of in that month, the first hundred.' })
  async alerts(@Root() { partner, period }: Statement, @Ctx() { em }: Context): Promise<CreditAlert[]> {
    return (await alertsOf(em, { partner, month: period, limit: alertsOnStatement })).map((alert) => as(CreditAlert, alert));
  }
}

@Resolver(() => CreditAlert)
export class CreditResolver {
  @Query(() => CreditStanding, { nullable: true, description: 'How much a partner may owe, and owes; absent where nobody limited it.' })
  @Scopes('settlement.read:own')
  credit(
    @Arg('partner', () => ID, { nullable: true, description: 'Whose; the caller itself where absent.' }) named: string | undefined,
    @Ctx() context: Context,
  ): Promise<CreditStanding | null> {
    return standingOf(context, actingFor(context.viewer, 'settlement.read', named));
  }

  @Query(() => CreditAlertConnection, { description: "A partner's alerts, oldest first; the operator's staff read those of all." })
  @Scopes('settlement.read:own')
  async creditAlerts(
    @Args() page: PageArgs,
    @Arg('partner', () => ID, { nullable: true, description: 'Whose only; a partner reads its own.' }) named: string | undefined,
    @Ctx() { em, viewer }: Context,
  ): Promise<Page<CreditAlert>> {
    const partner = readingFor(viewer, 'settlement.read', named);
    const after = decodeIdCursor(page.after);
    const found = await alertsOf(em, { partner, after: after ?? null, limit: pageLimit(page) });
    return pageOf(
      found.map((alert) => as(CreditAlert, alert)),
      page,
      ({ id }) => encodeCursor(id),
    );
  }

  @Mutation(() => ChangeProposed, {
    description:
      'Proposes how much a partner may owe the others; somebody else approves it. For example, a shop that may owe 5.00 and owes 4.00 is refused 200 points more, and is warned from 4.00 on.',
  })
  @Scopes('partners.admin')
  async proposeCreditLimit(
    @Arg('partner', () => ID, { description: 'The partner.' }) partner: string,
    @Arg('limitFen', () => FenScalar, {
      nullable: true,
      description: 'How much at the most; absent: without a limit, as everybody begins.',
    })
    limitFen: bigint | null | undefined,
    @Arg('alertFen', () => FenScalar, {
      nullable: true,
      description: 'From how much on it is told; four fifths of the limit where absent.',
    })
    alertFen: bigint | null | undefined,
    @Arg('reason', () => String, { description: 'Why, 1 to 500 characters.' }) reason: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ChangeProposed> {
    const { em, viewer, loaders } = context;
    mustBeOperator(viewer);
    if ((await loaders.partner.load(partner)) === null) throw badInput('There is no such partner', { argument: 'partner' });
    const input = { partner, limitFen: limitFen ?? null, alertFen: alertFen ?? null, reason };
    const { outcome, replayed } = await proposeCreditLimit(context, writeKey(info, viewer), input);
    const change = await em.findOneOrFail(ProposedChange, { id: outcome.change }, { refresh: true });
    return as(ChangeProposed, { id: outcome.change, change, replayed });
  }

  @FieldResolver(() => Partner, { description: 'Who was told.' })
  partner(@Root() { partner }: CreditAlert, @Ctx() { loaders }: Context): Promise<Partner | null> {
    return loaders.partner.load(partner);
  }
}
