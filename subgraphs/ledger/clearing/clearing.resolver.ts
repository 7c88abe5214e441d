import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Scopes } from '../../kernel/access.js';
import { actingFor } from '../../kernel/acting-for.js';
import { badInput, DomainError } from '../../kernel/errors.js';
import { writeKey } from '../../kernel/idempotency.js';
import { type Page, PageArgs } from '../../kernel/page.js';
import { sumOf } from '../../kernel/rational.js';
import { say } from '../../kernel/text.js';
import { as } from '../../kernel/union.js';
import { Partner } from '../partners/partner.entity.js';
import { configuredKey } from '../proof/signing-key.js';
import { closePeriod } from './close-period.js';
import type { Context } from './context.js';
import { lineId } from './line-id.js';
import { Obligation } from './obligation.entity.js';
import { periodId } from './period.js';
import { publishRoot } from './publish-root.js';
import {
  ClosePeriodResult,
  NotZeroSum,
  PeriodClosed,
  PeriodNotOver,
  SettlementNet,
  SettlementPeriod,
  Statement,
  StatementLine,
  StatementLineConnection,
} from './settlement.types.js';
import { linesOf, netsOfPeriod, periodFacts, statementOf } from './statement.js';

async function settlementPeriodOf({ em }: Context, id: string): Promise<SettlementPeriod> {
  const facts = await periodFacts(em, id);
  const nets = await netsOfPeriod(em, id, facts.status);
  return as(SettlementPeriod, {
    id,
    ...facts,
    nets: nets.map(({ netFen, ...net }) => as(SettlementNet, { ...net, fen: netFen })),
    totalFen: sumOf(nets.map((net) => net.netFen)),
  });
}

@Resolver()
export class ClearingResolver {
  @Query(() => Statement, { description: "A partner's own statement of a month; the operator's staff name the partner." })
  @Scopes('settlement.read:own')
  async statement(
    @Arg('period', () => ID, { description: 'A month as YYYY-MM.' }) period: string,
    @Arg('partner', () => ID, { nullable: true, description: 'Whose; the caller itself where absent.' }) named: string | undefined,
    @Ctx() { em, loaders, viewer }: Context,
  ): Promise<Statement> {
    const partner = actingFor(viewer, 'settlement.read', named);
    const id = periodId(period, 'period');
    if ((await loaders.partner.load(partner)) === null) throw badInput('There is no such partner', { argument: 'partner' });
    return as(Statement, { period: id, ...(await statementOf(em, id, partner)) });
  }

  @Query(() => SettlementPeriod, { description: 'A month of obligations between all partners, as it stands or as it was closed.' })
  @Scopes('settlement.read:all')
  settlementPeriod(
    @Arg('id', () => ID, { description: 'A month as YYYY-MM.' }) id: string,
    @Ctx() context: Context,
  ): Promise<SettlementPeriod> {
    return settlementPeriodOf(context, periodId(id, 'id'));
  }

  @Mutation(() => ClosePeriodResult, { description: 'Closes a month that is over and fixes what everyone pays and receives.' })
  @Scopes('settlement.close')
  async closePeriod(
    @Arg('id', () => ID, { description: 'A month as YYYY-MM.' }) id: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<PeriodClosed | PeriodNotOver | NotZeroSum> {
    const { em, viewer } = context;
    // The scope has no boundary of its own, and a period is everybody's.
    if (viewer.partner !== undefined) throw new DomainError('FORBIDDEN_OPERATION');
    const { outcome, replayed } = await closePeriod(em, writeKey(info, viewer), periodId(id, 'id'));
    if (outcome.kind === 'closed') {
      await publishRoot(em, outcome.period, await configuredKey());
      return as(PeriodClosed, { period: await settlementPeriodOf(context, outcome.period), replayed: replayed || outcome.before });
    }
    const { code } = outcome;
    if (code === 'PERIOD_NOT_OVER') {
      const message = say(viewer.language, '结算期尚未结束', 'The settlement period is not over yet');
      return as(PeriodNotOver, { code, message, endsAt: outcome.endsAt });
    }
    const message = say(viewer.language, '各方净额合计不为零', 'The nets do not sum to zero');
    return as(NotZeroSum, { code, message, totalFen: outcome.totalFen });
  }
}

@Resolver(() => Statement)
export class StatementResolver {
  @FieldResolver(() => Partner, { description: 'Whose statement it is.' })
  partner(@Root() { partner }: Statement, @Ctx() { loaders }: Context): Promise<Partner | null> {
    return loaders.partner.load(partner);
  }

  @FieldResolver(() => StatementLineConnection, { description: 'What it is made of, in order of time.' })
  lines(@Root() { period, partner }: Statement, @Args() page: PageArgs, @Ctx() { em }: Context): Promise<Page<StatementLine>> {
    return linesOf(em, period, partner, page);
  }
}

@Resolver(() => StatementLine)
export class StatementLineResolver {
  @FieldResolver(() => ID, { description: 'Names this line where it is proven or disputed.' })
  line(@Root() line: StatementLine): string {
    return lineId(line);
  }

  @FieldResolver(() => Partner, { description: 'The other side; on a fee, who bears it.' })
  counterparty(@Root() { counterparty }: StatementLine, @Ctx() { loaders }: Context): Promise<Partner | null> {
    return loaders.partner.load(counterparty);
  }

  @FieldResolver(() => Obligation, { description: 'The obligation behind the line.' })
  obligation(@Root() { id }: StatementLine, @Ctx() { loaders }: Context): Promise<Obligation | null> {
    return loaders.obligation.load(id);
  }
}

@Resolver(() => SettlementNet)
export class SettlementNetResolver {
  @FieldResolver(() => Partner, { description: 'Who pays or receives.' })
  partner(@Root() { partner }: SettlementNet, @Ctx() { loaders }: Context): Promise<Partner | null> {
    return loaders.partner.load(partner);
  }
}
