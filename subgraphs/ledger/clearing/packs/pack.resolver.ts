import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { validate } from 'uuid';
import { covers } from '../../../../schema/viewer.js';
import { Scopes } from '../../../kernel/access.js';
import { actingFor, mustActFor, mustBeStaff, readingFor } from '../../../kernel/acting-for.js';
import { now } from '../../../kernel/clock.js';
import { badInput, DomainError } from '../../../kernel/errors.js';
import { writeKey } from '../../../kernel/idempotency.js';
import { decodeIdCursor, encodeCursor, type Page, PageArgs, pageLimit, pageOf } from '../../../kernel/page.js';
import { type CreditLimitReached, SuspendedPartner } from '../../../kernel/refusal.js';
import { PointsScalar } from '../../../kernel/scalars.js';
import { say } from '../../../kernel/text.js';
import { as } from '../../../kernel/union.js';
import { ProposedChange } from '../../approvals/change.entity.js';
import { ChangeProposed } from '../../approvals/change.types.js';
import { Partner } from '../../partners/partner.entity.js';
import { Programme } from '../../partners/programme.entity.js';
import { PointValueInput } from '../../partners/programme.resolver.js';
import type { Context } from '../context.js';
import { limitReached } from '../credit/credit.types.js';
import { buyPack, setPackAlert } from './buy-pack.js';
import { packById, packsOf, type StoredPack } from './pack-store.js';
import { packTermsOf, proposePackTerms } from './pack-terms.js';
import { BuyPackResult, PackAlertSet, PackBought, PackConnection, PackTerms, PackTooSmall, PrepaidPack } from './pack.types.js';

async function shown({ em, loaders }: Context, packs: readonly StoredPack[]): Promise<PrepaidPack[]> {
  const instant = await now(em);
  return Promise.all(
    packs.map(async ({ partner, programme, left, expiresAt, ...pack }) => {
      const ended = expiresAt !== null && instant >= expiresAt;
      return as(PrepaidPack, {
        ...pack,
        expiresAt,
        partnerId: partner,
        programmeId: programme,
        issuerId: (await loaders.programme.load(programme))?.issuerId ?? partner,
        leftPoints: left,
        state: ended ? 'ENDED' : left > 0n ? 'OPEN' : 'USED_UP',
      });
    }),
  );
}

async function programmeOf({ loaders }: Context, id: string): Promise<Programme> {
  const programme = await loaders.programme.load(id);
  if (!programme) throw badInput('There is no such programme', { argument: 'programme' });
  return programme;
}

@Resolver(() => PrepaidPack)
export class PackResolver {
  @Query(() => PackConnection, {
    description: "Packs that a partner bought or sold, oldest first; the operator's staff read those of all.",
  })
  @Scopes('settlement.read:own')
  async packs(
    @Args() page: PageArgs,
    @Arg('partner', () => ID, { nullable: true, description: 'Whose only; a partner reads its own.' }) named: string | undefined,
    @Arg('programme', () => ID, { nullable: true, description: 'Of this programme only.' }) programme: string | undefined,
    @Ctx() context: Context,
  ): Promise<Page<PrepaidPack>> {
    const { em, viewer } = context;
    const partner = readingFor(viewer, 'settlement.read', named);
    const after = decodeIdCursor(page.after);
    const found = await packsOf(em, { partner, programme: programme ?? null, after: after ?? null, limit: pageLimit(page) });
    return pageOf(await shown(context, found), page, ({ id }) => encodeCursor(id));
  }

  @Query(() => PackTerms, {
    description: 'What points of a programme cost in advance; for its issuer and for those whose customers earn them.',
  })
  @Scopes('settlement.read:own')
  async packTerms(@Arg('programme', () => ID, { description: 'The programme.' }) id: string, @Ctx() context: Context): Promise<PackTerms> {
    const { em, viewer, loaders } = context;
    const programme = await programmeOf(context, id);
    const own = viewer.partner === undefined ? null : await loaders.partner.load(viewer.partner);
    const mayKnow = own ? own.id === programme.issuerId || own.earnProgrammeId === id : covers(viewer.scopes, 'settlement.read:all');
    if (!mayKnow) throw new DomainError('FORBIDDEN_OPERATION');
    return as(PackTerms, await packTermsOf(em, programme));
  }

  @Mutation(() => BuyPackResult, {
    description: "Buys points of the programme that the partner's customers earn; they draw on it before anything is owed for them.",
  })
  @Scopes('packs.buy:own')
  async buyPack(
    @Arg('programme', () => ID, { description: 'The programme.' }) programme: string,
    @Arg('points', () => PointsScalar, { description: 'How many points.' }) points: bigint,
    @Arg('alertPoints', () => PointsScalar, { defaultValue: 0n, description: 'With so many left or fewer the partner is told.' })
    alertPoints: bigint,
    @Arg('partner', () => ID, { nullable: true, description: 'Who buys; the caller itself where absent.' }) named: string | undefined,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<PackBought | PackTooSmall | SuspendedPartner | CreditLimitReached> {
    const { em, viewer } = context;
    const partner = actingFor(viewer, 'packs.buy', named);
    const { outcome, replayed } = await buyPack(em, writeKey(info, viewer), {
      partner,
      programme,
      points,
      alertPoints,
    });
    if (outcome.kind === 'bought') return as(PackBought, { pack: await packOf(context, outcome.pack), replayed });
    const { code } = outcome;
    switch (code) {
      case 'SUSPENDED_PARTNER':
        return as(SuspendedPartner, { code, message: say(viewer.language, '该伙伴已被暂停', 'The partner is suspended') });
      case 'PACK_TOO_SMALL':
        return as(PackTooSmall, { ...outcome, message: say(viewer.language, '低于最小购买量', 'The issuer sells no pack so small') });
      case 'CREDIT_LIMIT_REACHED':
        return limitReached(viewer, partner, outcome);
    }
  }

  @Mutation(() => PackAlertSet, {
    description:
      'Says from how few points left on the partner is told. For example, with `alertPoints: 100` the partner is told once 100 or fewer points of the pack are left.',
  })
  @Scopes('packs.buy:own')
  async setPackAlert(
    @Arg('pack', () => ID, { description: 'The pack.' }) id: string,
    @Arg('alertPoints', () => PointsScalar, { description: 'From so many points on.' }) alertPoints: bigint,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<PackAlertSet> {
    const { em, viewer } = context;
    const pack = validate(id) ? await packById(em, id) : null;
    // Another partner's pack is as unknown as one that never was.
    if (!pack || (viewer.partner !== undefined && viewer.partner !== pack.partner))
      throw badInput('There is no such pack', { argument: 'pack' });
    mustActFor(viewer, 'packs.buy', pack.partner);
    const { replayed } = await setPackAlert(em, writeKey(info, viewer), { pack: id, alertPoints });
    return as(PackAlertSet, { pack: await packOf(context, id), replayed });
  }

  @Mutation(() => ChangeProposed, {
    description:
      'Proposes what packs of a programme cost from the approval on; somebody else approves it. Packs keep their terms. For example, at 9 fen for 10 points a pack of 1000 costs 9.00, and one of 99 is too small where `minPoints` is 100.',
  })
  @Scopes('programmes.write:own')
  async proposePackTerms(
    @Arg('programme', () => ID, { description: 'The programme.' }) programme: string,
    @Arg('price', () => PointValueInput, { description: 'What points cost in advance.' }) price: PointValueInput,
    @Arg('minPoints', () => PointsScalar, { defaultValue: 1n, description: 'The smallest pack.' }) minPoints: bigint,
    @Arg('months', () => Int, { nullable: true, description: 'For how many months a pack can be drawn on; absent: for ever.' })
    months: number | null | undefined,
    @Arg('reason', () => String, { description: 'Why, 1 to 500 characters.' }) reason: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ChangeProposed> {
    const { em, viewer } = context;
    mustBeStaff(viewer);
    const { issuerId } = await programmeOf(context, programme);
    mustActFor(viewer, 'programmes.write', issuerId);
    const input = { programme, price: { ...price }, minPoints, months: months ?? null, reason };
    const { outcome, replayed } = await proposePackTerms(context, writeKey(info, viewer), input, issuerId);
    const change = await em.findOneOrFail(ProposedChange, { id: outcome.change }, { refresh: true });
    return as(ChangeProposed, { id: outcome.change, change, replayed });
  }

  @FieldResolver(() => Partner, { description: 'Who bought it.' })
  partner(@Root() { partnerId }: PrepaidPack, @Ctx() { loaders }: Context): Promise<Partner | null> {
    return loaders.partner.load(partnerId);
  }

  @FieldResolver(() => Programme, { description: 'Whose points they are.' })
  programme(@Root() { programmeId }: PrepaidPack, @Ctx() { loaders }: Context): Promise<Programme | null> {
    return loaders.programme.load(programmeId);
  }
}

const packOf = async (context: Context, id: string): Promise<PrepaidPack> =>
  (await shown(context, [(await packById(context.em.fork(), id)) as StoredPack]))[0] as PrepaidPack;
