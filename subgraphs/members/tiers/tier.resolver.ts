import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import { recipientOf } from '../../../schema/viewer.js';
import { Access, Internal, Scopes } from '../../kernel/access.js';
import { actingFor, mustBeStaff } from '../../kernel/acting-for.js';
import { writeKey } from '../../kernel/idempotency.js';
import { openCursor, type Page, PageArgs, pageLimit, pageOf, sealCursor } from '../../kernel/page.js';
import { NotEnrolled } from '../../kernel/refusal.js';
import { rows } from '../../kernel/sql.js';
import { say } from '../../kernel/text.js';
import { as } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { findMember } from '../find-member.js';
import { Me } from '../me.resolver.js';
import { Member } from '../member.entity.js';
import { setAutomatedDecisions } from './automated-decisions.js';
import { assignTier, decideTier } from './decide-tier.js';
import { findPotential } from './find-potential.js';
import type { Potential } from './potential.js';
import { reasonsIn, viewOf } from './proposal-view.js';
import { proposeOnce } from './propose-tiers.js';
import { standingAt, type Standing, stored } from './read-tiers.js';
import { ladderOf, setTiers } from './set-tiers.js';
import { TierLadder, TierProposal } from './tier.entity.js';
import {
  AssignTierResult,
  AutomatedDecisionsSet,
  DecideTierResult,
  HighPotential,
  HighPotentialConnection,
  SetTiersInput,
  TierAlreadyDecided,
  TierAssigned,
  TierDecided,
  TierNotHigher,
  TierOfMember,
  TiersProposed,
  TiersSet,
  TierStanding,
} from './tier.types.js';

@Resolver()
export class TierResolver {
  @Mutation(() => TiersSet, {
    description:
      "Publishes a new version of a partner's tiers; everybody may read them. For example, who spent 1000 yuan in the last 90 days and 400 in the 90 days before grew by 25000 basis points; with `ratioBasisPoints: 20000` one tier up is proposed.",
  })
  @Scopes('tiers.write:own')
  async setTiers(
    @Arg('input', () => SetTiersInput, { description: 'Steps, windows, growth.' }) input: SetTiersInput,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TiersSet> {
    const partner = actingFor(context.viewer, 'tiers.write', input.partner);
    const tiers = input.tiers.map(({ id, name, rank, service }) => ({
      id,
      name: { ...name },
      rank,
      service: service ? { ...service } : null,
    }));
    const ladder = { ...input, partner, tiers, minimumFen: input.minimumFen };
    const { outcome, replayed } = await setTiers(context, writeKey(info, context.viewer), ladder);
    return { ladder: await context.em.fork().findOneOrFail(TierLadder, { partner, version: outcome.version }), replayed };
  }

  @Query(() => TierLadder, { nullable: true, description: "A partner's tiers, as disclosed to everybody; null where it has none." })
  @Access('PUBLIC')
  tiers(@Arg('partner', () => ID, { description: 'The partner.' }) partner: string, @Ctx() { em }: Context): Promise<TierLadder | null> {
    return ladderOf(em, partner);
  }

  @Query(() => HighPotentialConnection, {
    description:
      'Members whose spending at the partner grew by the ratio of its tiers, from the two windows that end now. Nobody else is named.',
  })
  @Scopes('insight.read:own')
  async highPotential(
    @Arg('partner', () => ID, { nullable: true, description: 'The partner; the own one where absent.' }) named: string | undefined,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<HighPotential>> {
    const { viewer, em, ids } = context;
    const partner = actingFor(viewer, 'insight.read', named);
    const limit = pageLimit(page);
    const reader = `highPotential ${partner} ${recipientOf(viewer)}`;
    const after = openCursor(ids, page.after, reader);
    const ladder = await ladderOf(em, partner);
    const found: Potential[] = [];
    if (ladder) {
      for await (const batch of findPotential(context, viewer, ladder)) {
        found.push(...batch.filter(({ memberUid }) => after === null || memberUid > after));
        if (found.length >= limit) break;
      }
    }
    const known = (await context.loaders.member.loadMany(found.map(({ memberUid }) => memberUid))).filter((one) => one instanceof Member);
    const proposals = await latestProposals(
      context,
      partner,
      known.map(({ uid }) => uid),
    );
    const rowsOfPage = found.flatMap((potential) => {
      const member = known.find(({ uid }) => uid === potential.memberUid);
      return member && ladder ? [{ potential, member, ladder, proposal: proposals.get(member.uid) ?? null }] : [];
    });
    return pageOf(
      rowsOfPage.map(({ potential, member, ladder: terms, proposal }) =>
        as(HighPotential, {
          pid: ids.seal(member.uid, recipientOf(viewer)),
          member,
          memberUid: member.uid,
          partnerId: partner,
          ratioBasisPoints: Number(potential.ratioBasisPoints),
          reasons: reasonsIn(viewer.language, stored(potential.reasons, terms.windowDays)),
          proposal: proposal && viewOf(proposal, terms, viewer.language),
        }),
      ),
      page,
      ({ memberUid }) => sealCursor(ids, memberUid, reader),
    );
  }

  @Mutation(() => TiersProposed, {
    description: 'Looks at the windows that end now, and proposes or makes one step up; the same growth counts once.',
  })
  @Scopes('tiers.write:own')
  async proposeTiers(
    @Arg('partner', () => ID, { nullable: true, description: 'The partner; the own one where absent.' }) named: string | undefined,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TiersProposed> {
    const partner = actingFor(context.viewer, 'tiers.write', named);
    const { outcome, replayed } = await proposeOnce(context, writeKey(info, context.viewer), partner);
    return as(TiersProposed, { proposed: outcome.proposed, raised: outcome.raised, replayed });
  }

  @Mutation(() => DecideTierResult, { description: 'Accepts or declines one step up; a person decides.' })
  @Scopes('tiers.write:own')
  async decideTier(
    @Arg('proposal', () => ID, { description: 'Id of the proposal.' }) id: string,
    @Arg('accept', () => Boolean, { description: 'Whether the member rises.' }) accept: boolean,
    @Arg('partner', () => ID, { nullable: true, description: 'The partner; the own one where absent.' }) named: string | undefined,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<typeof DecideTierResult> {
    const { viewer, em } = context;
    mustBeStaff(viewer);
    const partner = actingFor(viewer, 'tiers.write', named);
    const { outcome, replayed } = await decideTier(context, writeKey(info, viewer), id, partner, accept);
    if (outcome.kind === 'refused' && outcome.code === 'NOT_HIGHER') {
      const message = say(viewer.language, '会员现有等级不低于该提议', 'The member is as high already');
      return as(TierNotHigher, { code: outcome.code, message, tier: outcome.tier });
    }
    if (outcome.kind === 'refused') {
      const message = say(viewer.language, '该提议已有决定', 'This proposal is decided already');
      return as(TierAlreadyDecided, { code: outcome.code, message, state: outcome.state });
    }
    const proposal = await em.fork().findOneOrFail(TierProposal, { id: outcome.id });
    return as(TierDecided, { proposal: viewOf(proposal, await ladderOf(em, partner), viewer.language), replayed });
  }

  @Mutation(() => AssignTierResult, { description: 'Puts a member on a step by hand, with a reason that the member reads.' })
  @Scopes('tiers.write:own')
  async assignTier(
    @Arg('member', () => String, { description: 'Whom: pairwise id, own customer number, or `partner/number` for staff.' }) ref: string,
    @Arg('tier', () => ID, { description: 'Name of the step.' }) tier: string,
    @Arg('reason', () => String, { description: 'Why, 1 to 200 characters; the member reads it.' }) note: string,
    @Arg('partner', () => ID, { nullable: true, description: 'The partner; the own one where absent.' }) named: string | undefined,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TierAssigned | NotEnrolled> {
    const { viewer, em } = context;
    mustBeStaff(viewer);
    const partner = actingFor(viewer, 'tiers.write', named);
    const memberUid = await findMember(context, ref);
    const { outcome, replayed } = await assignTier(context, writeKey(info, viewer), { memberUid, ref, partner, tier, note });
    // The member may have been forgotten since this was answered first.
    if (outcome.kind === 'refused' || memberUid === null)
      return as(NotEnrolled, { code: 'NOT_ENROLLED', message: say(viewer.language, '没有这位会员', 'There is no such member') });
    const standing = (await standingAt(em.fork() as typeof em, memberUid, partner)) as Standing;
    return as(TierAssigned, { standing: await standingView(context, standing), replayed });
  }

  @Mutation(() => AutomatedDecisionsSet, {
    description: 'Lets a partner decide about the tier without a person, or objects to it; the next decision knows it.',
  })
  @Scopes('me.consent')
  async setAutomatedDecisions(
    @Arg('partner', () => ID, { description: 'The partner.' }) partner: string,
    @Arg('allowed', () => Boolean, { description: 'Whether it may.' }) allowed: boolean,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AutomatedDecisionsSet> {
    const { viewer } = context;
    const memberUid = viewer.uid as string; // only a member's token carries the scope
    const { replayed } = await setAutomatedDecisions(context, writeKey(info, viewer), { memberUid, partner, allowed });
    return { allowed, replayed };
  }

  @Query(() => TierOfMember, {
    nullable: true,
    description: 'For other subgraphs: the step a member is on at a partner; null where it has no tiers.',
  })
  @Internal()
  async tierOf(
    @Arg('memberUid', () => ID, { description: 'The member.' }) memberUid: string,
    @Arg('partner', () => ID, { description: 'The partner.' }) partner: string,
    @Ctx() { em }: Context,
  ): Promise<TierOfMember | null> {
    const standing = await standingAt(em, memberUid, partner);
    return standing && { name: standing.tier.id, rank: standing.tier.rank };
  }
}

@Resolver(() => Me)
export class MyTiers {
  @FieldResolver(() => [TierStanding], {
    nullable: true,
    description: 'Where the caller stands at partners that have tiers, and why; absent where the caller is no member.',
  })
  @Access('OWN', 'me.read')
  async tiers(@Root() { viewer }: Me, @Ctx() context: Context): Promise<TierStanding[] | null> {
    const { uid } = viewer;
    if (uid === undefined) return null;
    const links = await context.loaders.links.load(uid);
    const standings = await Promise.all(links.map(({ partner }) => standingAt(context.em, uid, partner)));
    return Promise.all(standings.filter((one) => one !== null).map((one) => standingView(context, one)));
  }
}

@Resolver(() => Member)
export class MemberTierOf {
  @FieldResolver(() => TierStanding, {
    nullable: true,
    description: 'Where the member stands at the calling partner; null where it has no tiers.',
  })
  @Access('OWN', 'member.read:own')
  async tier(@Root() { uid }: Member, @Ctx() context: Context): Promise<TierStanding | null> {
    const { partner } = context.viewer;
    const standing = partner === undefined ? null : await standingAt(context.em, uid, partner);
    return standing && standingView(context, standing);
  }
}

async function standingView(context: Context, { memberUid, partner, tier, since, reasons, automated }: Standing): Promise<TierStanding> {
  const { em, viewer } = context;
  const objects = await rows(em, 'select 1 as objects from decision_opt_out where member_uid = ? and partner = ?', [memberUid, partner]);
  return as(TierStanding, {
    memberUid,
    partner: { id: partner },
    tier,
    since,
    reasons: reasonsIn(viewer.language, reasons),
    automated,
    automatedDecisions: objects.length === 0,
  });
}

async function latestProposals({ em }: Context, partner: string, memberUids: readonly string[]): Promise<Map<string, TierProposal>> {
  const found = await em.find(TierProposal, { partner, memberUid: { $in: [...memberUids] } }, { orderBy: { id: 'asc' } });
  return new Map(found.map((proposal) => [proposal.memberUid, proposal]));
}
