import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, ID, Info, InputType, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { Access, Scopes } from '../../kernel/access.js';
import { actingFor, mustActFor } from '../../kernel/acting-for.js';
import { enumOf } from '../../kernel/enum.js';
import { DomainError } from '../../kernel/errors.js';
import { writeKey } from '../../kernel/idempotency.js';
import { PointsScalar } from '../../kernel/scalars.js';
import { as } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { Item } from '../items/item.entity.js';
import { earnedEver, programmeValues, purse } from '../ledger-port.js';
import { PartnerStub } from '../partner.stub.js';
import { ProgrammeStub } from '../programme.stub.js';
import { buyerOf } from '../quotes/cart.js';
import { type LadderBasis, stepsOf } from './ladder.js';
import { ladderOf, setLadder } from './set-ladder.js';

const LadderBasisEnum = enumOf<LadderBasis>('LadderBasis', 'What counts for the rungs of a ladder.', {
  BALANCE: 'The points that can be spent at the partner now.',
  LIFETIME: 'All points that were ever earned, less what was taken back.',
});

@ObjectType({ description: 'One rung of a ladder, for one member.' })
@Access('PUBLIC')
class LadderRung {
  @Field(() => Item, { description: 'What there is on it.' }) item!: Item;
  @Field(() => PointsScalar, { description: 'From how many points on.' }) threshold!: bigint;
  @Field(() => PointsScalar, { description: 'How many points are missing; 0 where it is reached.' }) missing!: bigint;
}

@ObjectType({ description: 'What a partner offers for more and more points, and how far a member is.' })
@Access('OWN')
export class Ladder {
  memberUid!: string;
  ownerId!: string;
  @Field(() => PartnerStub, { description: 'The partner.' }) owner!: PartnerStub;
  @Field(() => ProgrammeStub, { description: 'Whose points count.' }) programme!: ProgrammeStub;
  @Field(() => LadderBasisEnum, { description: 'Which of them count.' }) basis!: LadderBasis;
  @Field(() => PointsScalar, { description: 'How many of them the member has.' }) points!: bigint;
  @Field(() => [LadderRung], { description: 'The rungs, from the lowest up.' }) rungs!: LadderRung[];
  @Field(() => LadderRung, { nullable: true, description: 'The next rung to reach; absent where all are reached.' })
  next!: LadderRung | null;
}

@InputType({ description: 'One rung of a ladder.' })
class LadderRungInput {
  @Field(() => ID, { description: 'The item.' }) item!: string;
  @Field(() => PointsScalar, { nullable: true, description: 'From how many points on; its price of the moment where absent.' })
  thresholdPoints?: bigint | null;
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
    const { programme, basis, rungs } = terms;
    // What a member has of somebody else's points is not for a shop to read.
    if (viewer.partner !== undefined && (await programmeValues(context, [programme])).get(programme)?.issuer !== viewer.partner)
      throw new DomainError('FORBIDDEN_OPERATION', "Only the member reads how far it is with another issuer's points", { programme });
    const items = new Map<string, Item>();
    for (const item of await Promise.all(rungs.map(({ item: id }) => loaders.item.load(id)))) if (item) items.set(item.id, item);
    const points =
      basis === 'LIFETIME'
        ? await earnedEver(context, memberUid, programme)
        : ((await purse(context, memberUid, owner, [])).wallets.find((wallet) => wallet.programme === programme)?.available ?? 0n);
    const prices = new Map([...items].map(([id, item]) => [id, item.pricePoints]));
    const shown = stepsOf(rungs, prices, points).map((step) => as(LadderRung, { ...step, item: items.get(step.item) as Item }));
    const next = shown.find(({ missing }) => missing > 0n) ?? null;
    return as(Ladder, { memberUid, ownerId: owner, owner: { id: owner }, programme: { id: programme }, basis, points, rungs: shown, next });
  }

  @Mutation(() => LadderSet, {
    description:
      'Puts items of a partner in the order in which more points reach them, instead of its ladder of before. For example, with 2000 points the rung of 1000 is reached and the one of 6000 lacks 4000.',
  })
  @Scopes('catalog.write:own')
  async setLadder(
    @Arg('owner', () => ID, { nullable: true, description: 'The partner; the caller itself where absent.' }) owner: string | null,
    @Arg('programme', () => ID, { description: 'In whose points the items are priced.' }) programme: string,
    @Arg('basis', () => LadderBasisEnum, { defaultValue: 'BALANCE', description: 'Which points count.' }) basis: LadderBasis,
    @Arg('rungs', () => [LadderRungInput], { description: 'The items.' }) rungs: LadderRungInput[],
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<LadderSet> {
    const whose = actingFor(context.viewer, 'catalog.write', owner);
    const wish = {
      owner: whose,
      programme,
      basis,
      rungs: rungs.map(({ item, thresholdPoints }) => ({ item, thresholdPoints: thresholdPoints ?? null })),
    };
    const { replayed } = await setLadder(context, writeKey(info, context.viewer), wish);
    return as(LadderSet, { owner: { id: whose }, replayed });
  }
}
