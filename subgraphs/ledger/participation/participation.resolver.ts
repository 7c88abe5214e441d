import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, FieldResolver, ID, Info, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Language } from '../../../schema/viewer.js';
import { Authenticated, Scopes } from '../../kernel/access.js';
import { mustActFor, mustBeOperator, mustBeStaff } from '../../kernel/acting-for.js';
import { now } from '../../kernel/clock.js';
import { badInput } from '../../kernel/errors.js';
import { writeKey } from '../../kernel/idempotency.js';
import { decode } from '../../kernel/json.js';
import { memberUidOf } from '../../kernel/member-ref.js';
import { NotEnrolled } from '../../kernel/refusal.js';
import { say } from '../../kernel/text.js';
import { as } from '../../kernel/union.js';
import { ProposedChange } from '../approvals/change.entity.js';
import { changeOf } from '../approvals/change.resolver.js';
import { ChangeProposed } from '../approvals/change.types.js';
import type { Context } from '../context.js';
import { Me } from '../member.stub.js';
import { Partner } from '../partners/partner.entity.js';
import { PointsDeltaScalar } from '../points/points-delta.js';
import { type Closed, closedToAll } from './gate.js';
import { proposeScheme, type SchemeTerms, switchParticipation } from './license-scheme.js';
import { holdingsOf, isOn, schemeOf } from './participation-store.js';
import {
  AcknowledgementMissing,
  AcknowledgeResult,
  GrantResult,
  HoldingsResult,
  LicenceMissing,
  ParticipationGranted,
  ParticipationHolding,
  ParticipationHoldings,
  ParticipationOff,
  ParticipationResult,
  ParticipationScheme,
  ParticipationSchemeInput,
  ParticipationSwitched,
  ReturnPromised,
  RiskAcknowledged,
  SchemeResult,
  SwitchResult,
} from './participation.types.js';
import { acknowledge, grantUnits } from './take-part.js';

const why = 'Why, 1 to 500 characters.';
const which = 'The scheme.';

/** Participation, off unless two people switched it on. There is no transfer of units and no payment for them, and nothing here could make one. */
@Resolver(() => ParticipationScheme)
export class ParticipationResolver {
  @Query(() => ParticipationResult, { description: 'A scheme with its licence and what it discloses.' })
  @Authenticated()
  async participation(
    @Arg('scheme', () => ID, { description: which }) id: string,
    @Ctx() { em, viewer }: Context,
  ): Promise<typeof ParticipationResult> {
    const scheme = await schemeOf(em, id);
    const closed = closedToAll({ on: await isOn(em), licence: scheme }, await now(em));
    return closed || !scheme
      ? closedAs(closed ?? { kind: 'refused', code: 'LICENCE_MISSING' }, viewer.language)
      : as(ParticipationScheme, scheme as never);
  }

  @Mutation(() => SwitchResult, {
    description:
      'Switches participation off at once; on only where somebody else approves it. For example, while it is off, and it is off until two people switch it on, a proposed scheme is refused.',
  })
  @Scopes('compliance.write:all')
  async switchParticipation(
    @Arg('on', () => Boolean, { description: 'Whether it is to be on.' }) on: boolean,
    @Arg('reason', () => String, { description: why }) reason: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<typeof SwitchResult> {
    mustBeOperator(context.viewer);
    const { outcome, replayed } = await switchParticipation(context, writeKey(info, context.viewer), { on, reason });
    return outcome.kind === 'switched'
      ? as(ParticipationSwitched, { on: outcome.on, replayed })
      : proposed(context, outcome.change, replayed);
  }

  @Mutation(() => SchemeResult, {
    description:
      'Proposes a scheme of a licensed issuer, or a new version of it; somebody else approves it. For example, a disclosure that says `guaranteed return` is refused; whoever has not acknowledged version 1 is given none.',
  })
  @Scopes('compliance.write:all')
  async proposeParticipation(
    @Arg('input', () => ParticipationSchemeInput, { description: 'The scheme.' }) { name, disclosure, ...input }: ParticipationSchemeInput,
    @Arg('reason', () => String, { description: why }) reason: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<typeof SchemeResult> {
    const { viewer } = context;
    mustBeOperator(viewer);
    const wish = { ...input, name: { ...name }, disclosure: { ...disclosure }, reason };
    const { outcome, replayed } = await proposeScheme(context, writeKey(info, viewer), wish);
    if (outcome.kind === 'proposed') return proposed(context, outcome.change, replayed);
    if (outcome.code === 'PARTICIPATION_OFF') return closedAs({ kind: 'refused', code: outcome.code }, viewer.language) as ParticipationOff;
    const { code, words } = outcome;
    return as(ReturnPromised, { code, words, message: say(viewer.language, '披露文本承诺了收益', 'The text promises a return') });
  }

  @Mutation(() => AcknowledgeResult, { description: 'A member says that it has read this version of the disclosure and knows the risk.' })
  @Scopes('me.redeem')
  async acknowledgeRisk(
    @Arg('scheme', () => ID, { description: which }) scheme: string,
    @Arg('version', () => Int, { description: 'The version that was read.' }) version: number,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<typeof AcknowledgeResult> {
    const { viewer } = context;
    const { uid: memberUid } = viewer;
    if (memberUid === undefined) throw badInput('Only a member acknowledges a risk', { argument: 'scheme' });
    const { outcome, replayed } = await acknowledge(context, writeKey(info, viewer), { scheme, version, memberUid });
    if (outcome.kind === 'done') return as(RiskAcknowledged, { replayed });
    return closedAs(outcome as Closed, viewer.language);
  }

  @Mutation(() => GrantResult, { description: 'Gives a member units of a scheme, or takes them back where negative. Staff of the issuer.' })
  @Scopes('ledger.adjust:own')
  async grantParticipation(
    @Arg('scheme', () => ID, { description: which }) scheme: string,
    @Arg('member', () => String, {
      description: "Pairwise id, or the partner's own customer number; the operator's staff write `partner/number`.",
    })
    member: string,
    @Arg('units', () => PointsDeltaScalar, { description: 'How many; negative to take back.' }) units: bigint,
    @Arg('reason', () => String, { description: why }) reason: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<typeof GrantResult> {
    const { em, viewer } = context;
    mustBeStaff(viewer);
    const key = writeKey(info, viewer);
    const known = await schemeOf(em, scheme);
    if (known) mustActFor(viewer, 'ledger.adjust', known.issuer);
    // While it is off nobody is looked up.
    const memberUid = (await isOn(em)) ? await memberUidOf(context, member) : null;
    const { outcome, replayed } = await grantUnits(context, key, { scheme, member, units, reason }, memberUid);
    if (outcome.kind === 'done') return as(ParticipationGranted, { units: outcome.units, replayed });
    if (outcome.code === 'NOT_ENROLLED')
      return as(NotEnrolled, { code: outcome.code, message: say(viewer.language, '没有这位会员', 'There is no such member') });
    return closedAs(outcome, viewer.language);
  }

  @FieldResolver(() => Partner, { description: 'The issuer, who has the licence.' })
  issuer(@Root() { issuer }: ParticipationScheme, @Ctx() { loaders }: Context): Promise<Partner | null> {
    return loaders.partner.load(issuer);
  }
}

@Resolver(() => Me)
export class MyParticipation {
  @FieldResolver(() => HoldingsResult, { nullable: true, description: 'Units of participation, which are no points.' })
  @Scopes('me.read')
  async participation(@Root() { uid }: Me, @Ctx() { em, viewer }: Context): Promise<typeof HoldingsResult | null> {
    if (uid === undefined) return null;
    if (!(await isOn(em))) return closedAs({ kind: 'refused', code: 'PARTICIPATION_OFF' }, viewer.language) as ParticipationOff;
    return as(ParticipationHoldings, { holdings: (await holdingsOf(em, uid)).map((each) => as(ParticipationHolding, each)) });
  }
}

/** What a second person agrees to. */
@Resolver(() => ProposedChange)
export class ProposedParticipation {
  @FieldResolver(() => ParticipationScheme, {
    nullable: true,
    description: 'For PARTICIPATION_SCHEME: what it says; its version is counted when it is made.',
  })
  participationScheme(@Root() { kind, body }: ProposedChange): ParticipationScheme | null {
    return kind === 'PARTICIPATION_SCHEME' ? as(ParticipationScheme, { ...decode<SchemeTerms>(body), version: 0 } as never) : null;
  }
}

const proposed = async (context: Context, id: string, replayed: boolean): Promise<ChangeProposed> =>
  as(ChangeProposed, { id, change: await changeOf(context, id), replayed });

/** Why not, in words. */
function closedAs(closed: Closed, language: Language): ParticipationOff | LicenceMissing | AcknowledgementMissing {
  switch (closed.code) {
    case 'PARTICIPATION_OFF':
      return as(ParticipationOff, { code: closed.code, message: say(language, '参与权功能未开启', 'Participation is switched off') });
    case 'LICENCE_MISSING':
      return as(LicenceMissing, { code: closed.code, message: say(language, '没有有效的许可', 'There is no licence in force for this') });
    case 'ACKNOWLEDGEMENT_MISSING': {
      const { code, version } = closed;
      return as(AcknowledgementMissing, {
        code,
        version,
        message: say(language, '会员尚未确认风险披露', 'The member has not acknowledged the risk'),
      });
    }
  }
}
