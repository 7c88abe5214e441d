import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Language } from '../../../schema/viewer.js';
import { Scopes } from '../../kernel/access.js';
import { mustActFor, mustBeOperator, mustBeStaff } from '../../kernel/acting-for.js';
import { badInput } from '../../kernel/errors.js';
import { writeKey } from '../../kernel/idempotency.js';
import { decode } from '../../kernel/json.js';
import { memberUidOf } from '../../kernel/member-ref.js';
import { connectionOf, decodeIdCursor, encodeCursor, type Page, PageArgs, pageLimit, pageOf } from '../../kernel/page.js';
import { NotEnrolled, SelfApproval } from '../../kernel/refusal.js';
import { PointsScalar } from '../../kernel/scalars.js';
import { say } from '../../kernel/text.js';
import { as } from '../../kernel/union.js';
import type { CreditLimitBody } from '../clearing/credit/set-credit-limit.js';
import type { PackTermsBody } from '../clearing/packs/pack-terms.js';
import type { SettlementAccountBody } from '../clearing/settlement-account.js';
import type { Context } from '../context.js';
import type { EstimateBody } from '../liability/estimates.js';
import { Member } from '../member.stub.js';
import { Partner } from '../partners/partner.entity.js';
import { Programme } from '../partners/programme.entity.js';
import { PointValueInput } from '../partners/programme.resolver.js';
import { PointsDeltaScalar } from '../points/points-delta.js';
import type { GrantBody } from '../rights/grant.js';
import type { Role } from '../rights/withdraw-role.js';
import { type AdjustmentBody, proposeAdjustment } from './adjustment.js';
import { type LimitBody, proposeAdjustmentLimit } from './adjustment-limit.js';
import { ChangeKind, ChangeState, ProposedChange } from './change.entity.js';
import {
  AdjustmentTerms,
  AdjustProposed,
  AdjustResult,
  AlreadyDecided,
  Approved,
  ApproveResult,
  ChangeProposed,
  CreditLimitTerms,
  EstimateTerms,
  GrantTerms,
  InsufficientPoints,
  OverLimit,
  PackTermsProposed,
  RateTerms,
  Rejected,
  RejectResult,
  RoleTerms,
  SettlementAccountTerms,
} from './change.types.js';
import { approve, type DecideOutcome, reject } from './decide-change.js';
import { proposeRate, type RateBody } from './rate.js';

const ProposedChangeConnection = connectionOf(ProposedChange, 'ProposedChange');

/** The change as it stands now; only ever asked with the id of one that was just written. */
export const changeOf = ({ em }: Pick<Context, 'em'>, id: string): Promise<ProposedChange> =>
  em.findOneOrFail(ProposedChange, { id }, { refresh: true });

async function programmeOf({ loaders }: Context, id: string): Promise<Programme> {
  const programme = await loaders.programme.load(id);
  if (!programme) throw badInput('There is no such programme', { argument: 'programme' });
  return programme;
}

@Resolver(() => ProposedChange)
export class ChangeResolver {
  @Query(() => ProposedChangeConnection, {
    description: 'Changes that take two people, newest first; staff of a partner see what they may decide.',
  })
  @Scopes('ledger.approve:own', 'ledger.adjust:own', 'grants.admin', 'compliance.read:all')
  async proposedChanges(
    @Args() page: PageArgs,
    @Arg('state', () => ChangeState, { nullable: true, description: 'Only those that stand so.' }) state: ChangeState | null,
    @Arg('kind', () => ChangeKind, { nullable: true, description: 'Only those about this.' }) kind: ChangeKind | null,
    @Ctx() { em, viewer }: Context,
  ): Promise<Page<ProposedChange>> {
    const after = decodeIdCursor(page.after);
    const where = {
      ...(after === undefined ? {} : { id: { $lt: after } }),
      ...(state ? { state } : {}),
      ...(kind ? { kind } : {}),
      ...(viewer.partner === undefined ? {} : { partnerId: viewer.partner, operatorOnly: false }),
    };
    const found = await em.find(ProposedChange, where, { orderBy: { id: 'desc' }, limit: pageLimit(page) });
    return pageOf(found, page, ({ id }) => encodeCursor(id));
  }

  @Mutation(() => AdjustResult, {
    description: "Proposes a correction of a member's points; nothing moves before somebody else approves it. Staff only.",
  })
  @Scopes('ledger.adjust:own')
  async adjust(
    @Arg('member', () => String, {
      description: "Pairwise id, or the partner's own customer number; the operator's staff write `partner/number`.",
    })
    member: string,
    @Arg('programme', () => ID, { description: 'Points of which programme.' }) id: string,
    @Arg('points', () => PointsDeltaScalar, { description: 'Points that the member gets, or loses where negative.' }) points: bigint,
    @Arg('reason', () => String, { description: 'Why, 1 to 500 characters.' }) reason: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AdjustProposed | NotEnrolled | OverLimit> {
    const { viewer } = context;
    mustBeStaff(viewer);
    const { issuerId: issuer } = await programmeOf(context, id);
    mustActFor(viewer, 'ledger.adjust', issuer);
    const memberUid = await memberUidOf(context, member);
    const request = { member, programme: id, points, reason };
    const { outcome, replayed } = await proposeAdjustment(context, writeKey(info, viewer), request, { memberUid, issuer });
    if (outcome.kind === 'proposed') return as(AdjustProposed, { adjustment: await changeOf(context, outcome.change), replayed });
    const { code } = outcome;
    if (code === 'NOT_ENROLLED') return nobody(viewer.language);
    return tooMany(viewer.language, outcome.limit);
  }

  @Mutation(() => ChangeProposed, {
    description:
      'Proposes how many points one correction may move; somebody else approves it. For example, with a limit of 1000 points a correction by 1001 is refused.',
  })
  @Scopes('partners.admin')
  async setAdjustmentLimit(
    @Arg('points', () => PointsScalar, { description: 'Points at the most, either way.' }) points: bigint,
    @Arg('reason', () => String, { description: 'Why, 1 to 500 characters.' }) reason: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ChangeProposed> {
    mustBeOperator(context.viewer);
    const { outcome, replayed } = await proposeAdjustmentLimit(context, writeKey(info, context.viewer), { points, reason });
    return as(ChangeProposed, { id: outcome.change, change: await changeOf(context, outcome.change), replayed });
  }

  @Mutation(() => ChangeProposed, {
    description:
      'Proposes what points of a programme are worth from an instant on; somebody else approves it. Quotes keep their rate. For example, points worth 1 fen that are to be worth 2 from 1 January 2027 on are worth 1 until then.',
  })
  @Scopes('programmes.write:own')
  async proposeRate(
    @Arg('programme', () => ID, { description: 'The programme.' }) programme: string,
    @Arg('value', () => PointValueInput, { description: 'What a point is worth.' }) value: PointValueInput,
    @Arg('validFrom', () => Date, { description: 'From when; from the approval where that is later.' }) validFrom: Date,
    @Arg('reason', () => String, { description: 'Why, 1 to 500 characters.' }) reason: string,
    @Arg('issuePrice', () => PointValueInput, {
      nullable: true,
      description: 'What other partners owe per point that they grant; as it is where absent.',
    })
    issuePrice: PointValueInput | null | undefined,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ChangeProposed> {
    const { viewer } = context;
    mustBeStaff(viewer);
    const { issuerId } = await programmeOf(context, programme);
    mustActFor(viewer, 'programmes.write', issuerId);
    const input = { programme, value: { ...value }, issuePrice: issuePrice ? { ...issuePrice } : null, validFrom, reason };
    const { outcome, replayed } = await proposeRate(context, writeKey(info, viewer), input, issuerId);
    return as(ChangeProposed, { id: outcome.change, change: await changeOf(context, outcome.change), replayed });
  }

  @Mutation(() => ApproveResult, { description: 'Agrees to a change that somebody else proposed, and makes it. Staff only.' })
  @Scopes('ledger.approve:own')
  async approve(
    @Arg('id', () => ID, { description: 'The change.' }) id: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Approved | ApprovalRefusal> {
    const { viewer } = context;
    mustBeStaff(viewer);
    const { outcome, replayed } = await approve(context, writeKey(info, viewer), id);
    if (outcome.kind === 'refused') return refusedAs(context, outcome);
    return as(Approved, { state: ChangeState.APPROVED, change: await changeOf(context, outcome.change), replayed });
  }

  @Mutation(() => RejectResult, { description: 'Turns a change down, or takes back what one proposed oneself. Staff only.' })
  @Scopes('ledger.approve:own', 'ledger.adjust:own', 'programmes.write:own', 'grants.admin', 'compliance.write:all', 'partners.admin')
  async reject(
    @Arg('id', () => ID, { description: 'The change.' }) id: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Rejected | AlreadyDecided> {
    const { viewer } = context;
    mustBeStaff(viewer);
    const { outcome, replayed } = await reject(context, writeKey(info, viewer), id);
    if (outcome.kind === 'refused') return (await refusedAs(context, outcome)) as AlreadyDecided;
    return as(Rejected, { state: ChangeState.REJECTED, change: await changeOf(context, outcome.change), replayed });
  }

  @FieldResolver(() => Partner, { nullable: true, description: 'The partner whose programme or rights it is about.' })
  partner(@Root() { partnerId }: ProposedChange, @Ctx() { loaders }: Context): Promise<Partner | null> | null {
    return partnerId === null ? null : loaders.partner.load(partnerId);
  }

  @FieldResolver(() => AdjustmentTerms, { nullable: true, description: 'For ADJUSTMENT: what it says.' })
  async adjustment(@Root() { kind, body }: ProposedChange, @Ctx() { loaders }: Context): Promise<AdjustmentTerms | null> {
    if (kind !== 'ADJUSTMENT') return null;
    const { memberUid, programme, points } = decode<AdjustmentBody>(body);
    return as(AdjustmentTerms, { member: as(Member, { uid: memberUid }), programme: await loaders.programme.load(programme), points });
  }

  @FieldResolver(() => RateTerms, { nullable: true, description: 'For RATE: what it says.' })
  async rate(@Root() { kind, body }: ProposedChange, @Ctx() { loaders }: Context): Promise<RateTerms | null> {
    if (kind !== 'RATE') return null;
    const { programme, ...terms } = decode<RateBody>(body);
    return as(RateTerms, { ...terms, programme: await loaders.programme.load(programme) });
  }

  @FieldResolver(() => PackTermsProposed, { nullable: true, description: 'For PACK_TERMS: what it says.' })
  async packTerms(@Root() { kind, body }: ProposedChange, @Ctx() { loaders }: Context): Promise<PackTermsProposed | null> {
    if (kind !== 'PACK_TERMS') return null;
    const { programme, ...terms } = decode<PackTermsBody>(body);
    return as(PackTermsProposed, { ...terms, programme: await loaders.programme.load(programme) });
  }

  @FieldResolver(() => EstimateTerms, { nullable: true, description: 'For REDEMPTION_ESTIMATE: what it says.' })
  async redemptionEstimate(@Root() { kind, body }: ProposedChange, @Ctx() { loaders }: Context): Promise<EstimateTerms | null> {
    if (kind !== 'REDEMPTION_ESTIMATE') return null;
    const { programme, rate, validFrom } = decode<EstimateBody>(body);
    return as(EstimateTerms, { programme: await loaders.programme.load(programme), basisPoints: rate, validFrom });
  }

  @FieldResolver(() => CreditLimitTerms, { nullable: true, description: 'For CREDIT_LIMIT: what it says.' })
  creditLimit(@Root() { kind, body }: ProposedChange): CreditLimitTerms | null {
    return kind === 'CREDIT_LIMIT' ? as(CreditLimitTerms, decode<CreditLimitBody>(body)) : null;
  }

  @FieldResolver(() => SettlementAccountTerms, { nullable: true, description: 'For SETTLEMENT_ACCOUNT: what it says.' })
  settlementAccount(@Root() { kind, body }: ProposedChange): SettlementAccountTerms | null {
    return kind === 'SETTLEMENT_ACCOUNT' ? as(SettlementAccountTerms, decode<SettlementAccountBody>(body)) : null;
  }

  @FieldResolver(() => GrantTerms, { nullable: true, description: 'For GRANT: what it says.' })
  grant(@Root() { kind, body }: ProposedChange): GrantTerms | null {
    if (kind !== 'GRANT') return null;
    const { grants, until } = decode<GrantBody>(body);
    return as(GrantTerms, { scopes: grants.map(({ scope }) => scope), until });
  }

  @FieldResolver(() => RoleTerms, { nullable: true, description: 'For ROLE_RESTORATION: what it says.' })
  role(@Root() { kind, body }: ProposedChange): RoleTerms | null {
    if (kind !== 'ROLE_RESTORATION') return null;
    const { subject, scope } = decode<Role>(body);
    return as(RoleTerms, { subject, scope });
  }

  @FieldResolver(() => PointsScalar, { nullable: true, description: 'For ADJUSTMENT_LIMIT: how many points one correction may move.' })
  limitPoints(@Root() { kind, body }: ProposedChange): bigint | null {
    return kind === 'ADJUSTMENT_LIMIT' ? decode<LimitBody>(body).points : null;
  }
}

type ApprovalRefusal = SelfApproval | AlreadyDecided | InsufficientPoints | NotEnrolled | OverLimit;

const nobody = (language: Language): NotEnrolled =>
  as(NotEnrolled, { code: 'NOT_ENROLLED', message: say(language, '没有这位会员', 'There is no such member') });

const tooMany = (language: Language, limit: bigint): OverLimit =>
  as(OverLimit, {
    code: 'OVER_LIMIT',
    limit,
    message: say(language, '超过单次调整上限', 'One correction may not move so many points'),
  });

async function refusedAs(context: Context, outcome: Extract<DecideOutcome, { kind: 'refused' }>): Promise<ApprovalRefusal> {
  const { language } = context.viewer;
  const { code } = outcome;
  switch (code) {
    case 'SELF_APPROVAL':
      return as(SelfApproval, { code, message: say(language, '不能批准自己提出的变更', 'Nobody approves what they proposed') });
    case 'ALREADY_DECIDED': {
      const { state, decidedAt } = outcome;
      return as(AlreadyDecided, { code, state, decidedAt, message: say(language, '该变更已有决定', 'This change was decided on before') });
    }
    case 'NOT_ENROLLED':
      return nobody(language);
    case 'OVER_LIMIT':
      return tooMany(language, outcome.limit);
    case 'INSUFFICIENT_POINTS': {
      const { missing, missingFen } = outcome;
      const programme = await programmeOf(context, outcome.programme);
      return as(InsufficientPoints, {
        code,
        programme,
        missing,
        missingFen,
        message: say(language, '积分不足', 'The member has too few points'),
      });
    }
  }
}
