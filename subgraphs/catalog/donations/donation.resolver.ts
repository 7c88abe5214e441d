import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Owner } from '../../../schema/decide.js';
import { Access, Scopes } from '../../kernel/access.js';
import { invariant } from '../../kernel/invariant.js';
import { sumOf } from '../../kernel/rational.js';
import { writeKey } from '../../kernel/idempotency.js';
import { connectionOf, decodeIdCursor, encodeCursor, type Page, PageArgs, pageLimit, pageOf } from '../../kernel/page.js';
import { PointsScalar } from '../../kernel/scalars.js';
import { say } from '../../kernel/text.js';
import { as } from '../../kernel/union.js';
import { type Context, visibleTo } from '../context.js';
import { Me } from '../me.stub.js';
import { MemberStub } from '../member.stub.js';
import { PartnerStub } from '../partner.stub.js';
import { ProgrammeStub } from '../programme.stub.js';
import { shownFailure, shownRefusal } from '../redemption/refusals.js';
import { failureOf } from '../redemption/saga.js';
import { cancelDonation } from './cancel-donation.js';
import { Cause } from './cause.entity.js';
import { donate, type DonateRefusal } from './donate.js';
import { Donation, DonationState } from './donation.entity.js';
import {
  BelowMinimum,
  CancelDonationResult,
  CancelledBefore,
  CauseClosed,
  CutOffOver,
  Donated,
  DonateResult,
  DonationCancelled,
} from './donation.types.js';

const DonationConnection = connectionOf(Donation, 'Donation');

/** Whose a donation is; the charity sees it, and who gave it only where the member agreed. */
export const ownerOfDonation = ({ memberUid, charityId }: Donation): Owner => ({ member: memberUid, partners: [charityId] });

/** Donors by key: shown by a field that asked for the member's consent. */
export const ownerOfDonor = ({ uid }: MemberStub, { viewer }: Context): Owner => ({
  member: uid,
  partners: viewer.partner === undefined ? [] : [viewer.partner],
});

@Resolver(() => Donation)
export class DonationResolver {
  @Query(() => DonationConnection, { description: 'Donations, the latest first; a charity sees its own.' })
  @Scopes('catalog.write:own', 'compliance.read:all')
  donations(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('cause', () => ID, { nullable: true, description: 'Only those for this cause.' }) cause: string | null,
    @Ctx() context: Context,
  ): Promise<Page<Donation>> {
    const { partner } = context.viewer;
    return donationsWhere(context, page, {
      ...(partner === undefined ? {} : { charityId: partner }),
      ...(cause === null || cause === undefined ? {} : { causeId: cause }),
    });
  }

  @Mutation(() => DonateResult, {
    description:
      "Gives a member's own points away: irrevocable once the time for second thoughts is over. The charity is not told who gave.",
  })
  @Scopes('me.redeem')
  async donate(
    @Arg('cause', () => ID, { description: 'What for.' }) cause: string,
    @Arg('programme', () => ID, { description: 'Points of which programme.' }) programme: string,
    @Arg('points', () => PointsScalar, { description: 'How many.' }) points: bigint,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<typeof DonateResult> {
    const { viewer } = context;
    const { outcome, replayed } = await donate(context, writeKey(info, viewer), { cause, programme, points });
    if (outcome.kind === 'refused') return refusedAs(context, outcome);
    const failure = failureOf(outcome.row);
    if (failure) return shownFailure(failure, viewer.language) as typeof DonateResult;
    const donation = await donationOf(context, outcome.row.id);
    return as(Donated, { donation, receipt: donation.receipt, fen: donation.fen, replayed });
  }

  @Mutation(() => CancelDonationResult, {
    description: 'Takes a donation back while there is time; the points go to the very lots they came from.',
  })
  @Scopes('me.redeem')
  async cancelDonation(
    @Arg('donation', () => ID, { description: 'The donation.' }) id: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<typeof CancelDonationResult> {
    const { language } = context.viewer;
    const { outcome, replayed } = await cancelDonation(context, writeKey(info, context.viewer), id);
    if (outcome.kind === 'returned') {
      const points = sumOf(outcome.answer.restored.map((lot) => lot.points));
      return as(DonationCancelled, { donation: await donationOf(context, id), points, replayed });
    }
    switch (outcome.code) {
      case 'CUT_OFF_OVER': {
        const { code, endedAt } = outcome;
        return as(CutOffOver, { code, endedAt, message: say(language, '已过撤销期限，捐赠不可撤销', 'The donation is irrevocable now') });
      }
      case 'CANCELLED_BEFORE':
      case 'NOTHING_LEFT':
      case 'REASON_NOT_ALLOWED': {
        const code = 'CANCELLED_BEFORE';
        return as(CancelledBefore, { code, message: say(language, '该捐赠已撤销', 'The donation was cancelled before') });
      }
    }
  }

  @FieldResolver(() => Cause, { description: 'What for, as it was said then.' })
  cause(@Root() { causeId, causeVersion }: Donation, @Ctx() { em }: Context): Promise<Cause> {
    return em.findOneOrFail(Cause, { id: causeId, version: causeVersion });
  }

  @FieldResolver(() => PartnerStub, { description: 'The charity.' })
  charity(@Root() { charityId }: Donation): PartnerStub {
    return { id: charityId };
  }

  @FieldResolver(() => ProgrammeStub, { description: 'Whose points.' })
  programme(@Root() { programmeId }: Donation): ProgrammeStub {
    return { id: programmeId };
  }

  @FieldResolver(() => MemberStub, {
    nullable: true,
    description: 'Who gave; the charity is told where the member agreed (PII), nobody else is.',
  })
  @Access('PII')
  donor(@Root() { memberUid }: Donation): MemberStub {
    return as(MemberStub, { uid: memberUid });
  }

  @FieldResolver(() => DonationState, { description: 'Where it stands.' })
  async state(@Root() { id }: Donation, @Ctx() { loaders }: Context): Promise<keyof typeof DonationState> {
    const [redemption, [line]] = await Promise.all([loaders.redemption.load(id), loaders.redemptionLines.load(id)]);
    invariant(redemption && line, 'a donation is a redemption');
    if (redemption.step === 'RELEASED') return 'FAILED';
    if (redemption.step !== 'COMPLETED') return 'PENDING';
    return line.returnedQuantity > 0 ? 'CANCELLED' : 'GIVEN';
  }
}

@Resolver(() => Me)
export class MyDonations {
  @FieldResolver(() => DonationConnection, { nullable: true, description: "The member's donations, the latest first." })
  @Scopes('me.read')
  donations(@Root() _me: Me, @Args(() => PageArgs) page: PageArgs, @Ctx() context: Context): Promise<Page<Donation>> | null {
    const { uid } = context.viewer;
    return uid === undefined ? null : donationsWhere(context, page, { memberUid: uid });
  }
}

async function donationsWhere({ em }: Context, page: PageArgs, where: object): Promise<Page<Donation>> {
  const before = decodeIdCursor(page.after);
  const found = await em.find(
    Donation,
    { ...where, ...(before === undefined ? {} : { id: { $lt: before } }) },
    { orderBy: { id: 'desc' }, limit: pageLimit(page), disableIdentityMap: true },
  );
  return pageOf(found, page, ({ id }) => encodeCursor(id));
}

/** Read anew, for the saga has just changed it. */
async function donationOf({ em, loaders, viewer }: Context, id: string): Promise<Donation> {
  loaders.redemption.clear(id);
  loaders.redemptionLines.clear(id);
  const { memberUid } = visibleTo(viewer);
  return em.findOneOrFail(Donation, { id, ...(memberUid === undefined ? {} : { memberUid }) }, { disableIdentityMap: true });
}

function refusedAs({ viewer: { language } }: Context, outcome: DonateRefusal): typeof DonateResult {
  switch (outcome.code) {
    case 'INSUFFICIENT_POINTS':
      return shownRefusal(outcome, language) as typeof DonateResult;
    case 'BELOW_MINIMUM': {
      const { code, minimumFen, minimumPoints } = outcome;
      return as(BelowMinimum, {
        code,
        minimumFen,
        minimumPoints,
        message: say(language, '低于最低捐赠额', 'The cause takes no donation so small'),
      });
    }
    case 'CAUSE_CLOSED': {
      const { code, opensAt } = outcome;
      return as(CauseClosed, { code, opensAt, message: say(language, '该公益项目当前不接受捐赠', 'The cause takes no donations now') });
    }
  }
}
