import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, ID, Info, InputType, Int, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { Access, Scopes } from '../../kernel/access.js';
import { actingFor, mustActFor } from '../../kernel/acting-for.js';
import { dayMs, now } from '../../kernel/clock.js';
import { enumOf } from '../../kernel/enum.js';
import { DomainError } from '../../kernel/errors.js';
import { writeKey } from '../../kernel/idempotency.js';
import { PointsScalar } from '../../kernel/scalars.js';
import { as } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { Item } from '../items/item.entity.js';
import { earnedEver, programmeValues, purchasesSince, purse } from '../ledger-port.js';
import { PartnerStub } from '../partner.stub.js';
import { ProgrammeStub } from '../programme.stub.js';
import { buyerOf } from '../quotes/cart.js';
import { type LadderBasis, stepsOf } from './ladder.js';
import { ladderOf, type LadderTerms, setLadder } from './set-ladder.js';

const LadderBasisEnum = enumOf<LadderBasis>('LadderBasis', 'What counts for the rungs of a ladder.', {
  BALANCE: 'The points that can be spent at the partner now.',
  LIFETIME: 'All points that were ever earned, less what was taken back.',
  PURCHASES: 'Purchases at the partner in the last days, without those that went back whole.',
});

@ObjectType({ description: 'One rung of a ladder, for one member.' })
@Access('PUBLIC')
class LadderRung {
  @Field(() => Item, { description: 'What there is on it.' }) item!: Item;
  @Field(() => PointsScalar, { description: 'From how many points on; how many purchases, where these count.' }) threshold!: bigint;
  @Field(() => PointsScalar, { description: 'How many of them are missing; 0 where it is reached.' }) missing!: bigint;
}

@ObjectType({ description: 'What a partner offers for more and more points, and how far a member is.' })
@Access('OWN')
export class Ladder {
  memberUid!: string;
  ownerId!: string;
  @Field(() => PartnerStub, { description: 'The partner.' }) owner!: PartnerStub;
  @Field(() => ProgrammeStub, { description: 'Whose points count.' }) programme!: ProgrammeStub;
  @Field(() => LadderBasisEnum, { description: 'What counts.' }) basis!: LadderBasis;
  @Field(() => Int, { nullable: true, description: 'Of how many days purchases count; absent where points do.' }) windowDays!:
    | number
    | null;
  @Field(() => PointsScalar, {
    nullable: true,
    description: 'How many points the member has of those that count; absent where purchases do.',
  })
  points!: bigint | null;
  @Field(() => Int, { nullable: true, description: 'How many purchases the member made that count; absent where points do.' })
  purchases!: number | null;
  @Field(() => [LadderRung], { description: 'The rungs, from the lowest up.' }) rungs!: LadderRung[];
  @Field(() => LadderRung, { nullable: true, description: 'The next rung to reach; absent where all are reached.' })
  next!: LadderRung | null;
}

@InputType({ description: 'One rung of a ladder.' })
class LadderRungInput {
  @Field(() => ID, { description: 'The item.' }) item!: string;
  @Field(() => PointsScalar, { nullable: true, description: 'From how many points on; its price of the moment where absent.' })
  thresholdPoints?: bigint | null;
  @Field(() => Int, { nullable: true, description: 'From how many purchases on, where these count.' })
  thresholdPurchases?: number | null;
}

@ObjectType({ description: 'Members see the ladder from now on.' })
@Access('PUBLIC')
class LadderSet {
  @Field(() => PartnerStub, { description: 'The partner whose ladder it is.' }) owner!: PartnerStub;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

@Resolver()
export class LadderResolver {
  @Query(() => Ladder, {
    nullable: true,
    description: 'What a partner offers for more and more points, and what is missing to each; null where it has no ladder.',
  })
  @Scopes('me.read', 'redeem.quote:own')
  async ladder(
    @Arg('owner', () => ID, { description: 'The partner.' }) owner: string,
    @Arg('memberRef', () => String, { nullable: true, description: 'The member; a member means itself.' }) memberRef: string | null,
    @Ctx() context: Context,
  ): Promise<Ladder | null> {
    const { viewer, em, loaders } = context;
    if (viewer.kind !== 'member') mustActFor(viewer, 'redeem.quote', owner);
    const memberUid = await buyerOf(context, memberRef ?? null);
    const terms = await ladderOf(em, owner);
    if (!terms || memberUid === null) return null;
    const { programme, basis, rungs, windowDays = null } = terms;
    // What a member has of somebody else's points is not for a shop to read.
    if (
      viewer.partner !== undefined &&
      basis !== 'PURCHASES' &&
      (await programmeValues(context, [programme])).get(programme)?.issuer !== viewer.partner
    )
      throw new DomainError('FORBIDDEN_OPERATION', "Only the member reads how far it is with another issuer's points", { programme });
    const items = new Map<string, Item>();
    for (const item of await Promise.all(rungs.map(({ item: id }) => loaders.item.load(id)))) if (item) items.set(item.id, item);
    const reached = await reachedBy(context, memberUid, terms);
    const has = windowDays === null ? { points: reached, purchases: null } : { points: null, purchases: Number(reached) };
    const prices = new Map([...items].map(([id, item]) => [id, item.pricePoints]));
    const shown = stepsOf(rungs, prices, reached).map((step) => as(LadderRung, { ...step, item: items.get(step.item) as Item }));
    const next = shown.find(({ missing }) => missing > 0n) ?? null;
    return as(Ladder, {
      memberUid,
      ownerId: owner,
      owner: { id: owner },
      programme: { id: programme },
      basis,
      windowDays,
      ...has,
      rungs: shown,
      next,
    });
  }

  @Mutation(() => LadderSet, {
    description:
      'Puts items of a partner in the order in which more points reach them, instead of its ladder of before. For example, with 2000 points the rung of 1000 is reached and the one of 6000 lacks 4000.',
  })
  @Scopes('catalog.write:own')
  async setLadder(
    @Arg('owner', () => ID, { nullable: true, description: 'The partner; the caller itself where absent.' }) owner: string | null,
    @Arg('programme', () => ID, { description: 'In whose points the items are priced.' }) programme: string,
    @Arg('basis', () => LadderBasisEnum, { defaultValue: 'BALANCE', description: 'What counts.' }) basis: LadderBasis,
    @Arg('rungs', () => [LadderRungInput], { description: 'The items.' }) rungs: LadderRungInput[],
    @Arg('windowDays', () => Int, { nullable: true, description: 'Of how many days purchases count, where these do: 1 to 3660.' })
    windowDays: number | null,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<LadderSet> {
    const whose = actingFor(context.viewer, 'catalog.write', owner);
    const wish = {
      owner: whose,
      programme,
      basis,
      ...(windowDays === null ? {} : { windowDays }),
      rungs: rungs.map(({ item, thresholdPoints, thresholdPurchases }) =>
        typeof thresholdPurchases === 'number'
          ? { item, thresholdPoints: thresholdPoints ?? null, thresholdPurchases }
          : { item, thresholdPoints: thresholdPoints ?? null },
      ),
    };
    const { replayed } = await setLadder(context, writeKey(info, context.viewer), wish);
    return as(LadderSet, { owner: { id: whose }, replayed });
  }
}

async function reachedBy(context: Context, memberUid: string, { owner, programme, basis, windowDays }: LadderTerms): Promise<bigint> {
  if (basis === 'PURCHASES')
    return purchasesSince(context, memberUid, owner, new Date((await now(context.em)).getTime() - (windowDays ?? 0) * dayMs));
  if (basis === 'LIFETIME') return earnedEver(context, memberUid, programme);
  return (await purse(context, memberUid, owner, [])).wallets.find((wallet) => wallet.programme === programme)?.available ?? 0n;
}
