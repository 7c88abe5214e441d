/// <reference lib="esnext.temporal" />
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, ID, Info, Int, Mutation, Query, Resolver } from 'type-graphql';
import { Scopes } from '../../kernel/access.js';
import { mustActFor, mustBeStaff } from '../../kernel/acting-for.js';
import { now } from '../../kernel/clock.js';
import { badInput } from '../../kernel/errors.js';
import { writeKey } from '../../kernel/idempotency.js';
import { as } from '../../kernel/union.js';
import { ProposedChange } from '../approvals/change.entity.js';
import { ChangeProposed } from '../approvals/change.types.js';
import type { Context } from '../context.js';
import type { Programme } from '../partners/programme.entity.js';
import { type Estimate, estimatesOf, proposeEstimate } from './estimates.js';
import {
  ExpiringLiability,
  Liability,
  LiabilityMovement,
  LiabilityRollForward,
  PointsMovement,
  RedemptionEstimate,
} from './liability.types.js';
import { liabilityAt, rollForwardOf } from './read-liability.js';

/** The programme, if the viewer may read the finances of its issuer. */
async function ownProgramme({ loaders, viewer }: Context, id: string): Promise<Programme> {
  const programme = await loaders.programme.load(id);
  if (!programme) throw badInput('There is no such programme', { argument: 'programme' });
  mustActFor(viewer, 'finance.read', programme.issuerId);
  return programme;
}

const shown = ({ rate, ...estimate }: Estimate & { readonly effectFen?: bigint }, issuerId: string): RedemptionEstimate =>
  as(RedemptionEstimate, { ...estimate, basisPoints: Number(rate), effectFen: estimate.effectFen ?? null, issuerId });

@Resolver()
export class LiabilityResolver {
  @Query(() => Liability, { description: 'What the issuer owes for the points of a programme that are out.' })
  @Scopes('finance.read:own')
  async liability(
    @Arg('programme', () => ID, { description: 'The programme.' }) id: string,
    @Arg('at', () => Date, { nullable: true, description: 'At which instant, not in the future; now where absent.' })
    named: Date | null | undefined,
    @Ctx() context: Context,
  ): Promise<Liability> {
    const programme = await ownProgramme(context, id);
    const { issuerId } = programme;
    const instant = await now(context.em);
    const at = named ?? instant;
    if (at > instant) throw badInput('`at` lies in the future', { argument: 'at' });
    const { byExpiry, expectedRate, ...facts } = await liabilityAt(context.em, programme, at);
    const expiring = byExpiry.map((month) => as(ExpiringLiability, { ...month, issuerId }));
    return as(Liability, { ...facts, at, issuerId, expectedRate: Number(expectedRate), byExpiry: expiring });
  }

  @Query(() => LiabilityRollForward, { description: 'How the points and the contract liability of a month came about.' })
  @Scopes('finance.read:own')
  async liabilityRollForward(
    @Arg('programme', () => ID, { description: 'The programme.' }) id: string,
    @Arg('period', () => ID, { description: 'A month as YYYY-MM that has begun.' }) period: string,
    @Ctx() context: Context,
  ): Promise<LiabilityRollForward> {
    const programme = await ownProgramme(context, id);
    const { issuerId, zone } = programme;
    if (!/^2\d{3}-(0[1-9]|1[0-2])$/.test(period)) throw badInput('A period is a month, such as 2026-11', { argument: 'period' });
    const instant = await now(context.em);
    const begin = Temporal.PlainDate.from(`${period}-01`).toZonedDateTime(zone);
    const [from, end] = [begin, begin.add({ months: 1 })].map(({ epochMilliseconds }) => new Date(epochMilliseconds)) as [Date, Date];
    if (from > instant) throw badInput('The month has not begun', { argument: 'period' });
    const over = instant >= end;
    const rolled = await rollForwardOf(context.em, programme, { from, until: over ? end : instant, inclusive: !over });
    return as(LiabilityRollForward, {
      period,
      over,
      issuerId,
      points: as(PointsMovement, { ...rolled.points, issuerId }),
      fen: as(LiabilityMovement, { ...rolled.fen, issuerId }),
      reestimates: rolled.reestimates.map((estimate) => shown(estimate, issuerId)),
    });
  }

  @Query(() => [RedemptionEstimate], {
    description: 'What share of its points was, is and will be expected to be redeemed, in order of time.',
  })
  @Scopes('finance.read:own')
  async redemptionEstimates(
    @Arg('programme', () => ID, { description: 'The programme.' }) id: string,
    @Ctx() context: Context,
  ): Promise<RedemptionEstimate[]> {
    const { issuerId } = await ownProgramme(context, id);
    return (await estimatesOf(context.em, id)).map((estimate) => shown(estimate, issuerId));
  }

  @Mutation(() => ChangeProposed, {
    description:
      'Proposes what share of points is expected to be redeemed; somebody else approves it. What changes in hindsight is caught up at once. For example, of 1000 points that are expected to be spent to 80 per cent, 200 are breakage.',
  })
  @Scopes('programmes.write:own')
  async proposeRedemptionEstimate(
    @Arg('programme', () => ID, { description: 'The programme.' }) programme: string,
    @Arg('basisPoints', () => Int, { description: 'The share, 0 to 10000.' }) rate: number,
    @Arg('validFrom', () => Date, { description: 'From when; from the approval where that is later.' }) validFrom: Date,
    @Arg('reason', () => String, { description: 'Why, 1 to 500 characters.' }) reason: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ChangeProposed> {
    const { em, viewer, loaders } = context;
    mustBeStaff(viewer);
    const issuer = (await loaders.programme.load(programme))?.issuerId;
    if (issuer === undefined) throw badInput('There is no such programme', { argument: 'programme' });
    mustActFor(viewer, 'programmes.write', issuer);
    const { outcome, replayed } = await proposeEstimate(context, writeKey(info, viewer), { programme, rate, validFrom, reason }, issuer);
    const change = await em.findOneOrFail(ProposedChange, { id: outcome.change }, { refresh: true });
    return as(ChangeProposed, { id: outcome.change, change, replayed });
  }
}
