import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, ID, Info, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { validate as isUuid } from 'uuid';
import { Access, Inaccessible, Internal } from '../../kernel/access.js';
import { enumOf } from '../../kernel/enum.js';
import { badInput } from '../../kernel/errors.js';
import { writeKey } from '../../kernel/idempotency.js';
import { CreditLimitReached, HoldExpired, MemberFrozen, Refusal, SuspendedPartner } from '../../kernel/refusal.js';
import { FenScalar, PointsScalar } from '../../kernel/scalars.js';
import { say } from '../../kernel/text.js';
import { as, resultOf } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { captureHold, type HoldRef, type PinOutcome, pinHold, releaseHold } from './end-hold.js';
import type { HoldState as HoldStateName } from './holds.js';
import { burnPoints, placeHold, type TakeRefusal } from './place-hold.js';
import { renewAfterSpending } from './spending-renews.js';

const HoldState = enumOf<HoldStateName>('HoldState', 'Where a hold stands.', {
  OPEN: 'Points are set aside until it runs out.',
  PINNED: 'Points are set aside until it is captured or released.',
  CAPTURED: 'The points are spent.',
  RELEASED: 'The points went back to their lots.',
  EXPIRED: 'It ran out and the points went back to their lots.',
});

@InputType({ description: 'What a redemption takes in one programme.' })
@Inaccessible()
export class LegInput {
  @Field(() => ID, { description: 'The programme.' }) programme!: string;
  @Field(() => PointsScalar, { description: 'Points.' }) points!: bigint;
  @Field(() => FenScalar, { description: 'Money that they cover.' }) fen!: bigint;
}

@InputType({ description: 'Points to spend at once for one redemption.' })
@Inaccessible()
class BurnPointsInput {
  @Field(() => ID, { description: 'Id of the hold, made by the caller.' }) hold!: string;
  @Field(() => ID, { description: 'The redemption.' }) redemption!: string;
  @Field(() => ID, { description: 'The member.' }) memberUid!: string;
  @Field(() => ID, { description: 'The partner at which the points are spent.' }) acceptor!: string;
  @Field(() => [LegInput], { description: 'All of them, or none is taken.' }) legs!: LegInput[];
}

@InputType({ description: 'Points to set aside for one redemption.' })
@Inaccessible()
class PlaceHoldInput extends BurnPointsInput {
  @Field(() => Date, { nullable: true, description: 'When it runs out; absent: only when its redemption ends it.' })
  expiresAt?: Date | null;
}

@ObjectType({ description: 'The points are set aside.' })
@Inaccessible()
@Access('INTERNAL')
class HoldPlaced {
  @Field(() => ID, { description: 'The hold.' }) hold!: string;
  @Field(() => Date, { nullable: true, description: 'When it runs out.' }) expiresAt!: Date | null;
  @Field(() => Boolean, { description: 'Whether it was placed before.' }) replayed!: boolean;
}

@ObjectType({ description: 'The hold has no time limit any more.' })
@Inaccessible()
@Access('INTERNAL')
class HoldPinned {
  @Field(() => ID, { description: 'The hold.' }) hold!: string;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

@ObjectType({ description: 'What a capture made one partner owe another.' })
@Inaccessible()
@Access('INTERNAL')
class CapturedObligation {
  @Field(() => ID, { description: 'The obligation.' }) id!: string;
  @Field(() => ID, { description: 'The partner that owes.' }) debtor!: string;
  @Field(() => ID, { description: 'The partner that is owed.' }) creditor!: string;
  @Field(() => FenScalar, { description: 'Value.' }) fen!: bigint;
  @Field(() => FenScalar, { description: 'Fee on it.' }) feeFen!: bigint;
}

@ObjectType({ description: 'The points are spent.' })
@Inaccessible()
@Access('INTERNAL')
class HoldCaptured {
  @Field(() => ID, { description: 'The hold.' }) hold!: string;
  @Field(() => [CapturedObligation], { description: 'Who owes whom for them.' }) obligations!: readonly CapturedObligation[];
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

@ObjectType({ description: 'The points are back in their lots.' })
@Inaccessible()
@Access('INTERNAL')
class HoldReleased {
  @Field(() => Boolean, { description: 'Always true.' }) released!: boolean;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

@ObjectType({ description: 'The hold is over already.', implements: Refusal })
@Inaccessible()
@Access('INTERNAL')
class HoldEnded extends Refusal {
  @Field(() => HoldState, { description: 'How it ended.' }) state!: HoldStateName;
}

@ObjectType({ description: 'The member has fewer usable points than this asks for.', implements: Refusal })
@Inaccessible()
@Access('INTERNAL')
class PointsMissing extends Refusal {
  @Field(() => ID, { nullable: true, description: 'Programme in which points are missing.' }) programme?: string | null;
  @Field(() => PointsScalar, { description: 'How many points are missing.' }) missing!: bigint;
  @Field(() => FenScalar, { nullable: true, description: 'What the missing points would have covered, in fen.' }) missingFen?:
    | bigint
    | null;
}

const PlaceHoldResult = resultOf(
  'PlaceHoldResult',
  'What became of a hold.',
  HoldPlaced,
  PointsMissing,
  MemberFrozen,
  SuspendedPartner,
  CreditLimitReached,
);
const BurnPointsResult = resultOf(
  'BurnPointsResult',
  'What became of spending points.',
  HoldCaptured,
  PointsMissing,
  MemberFrozen,
  SuspendedPartner,
  CreditLimitReached,
);
const PinHoldResult = resultOf('PinHoldResult', 'What became of pinning a hold.', HoldPinned, HoldExpired, HoldEnded);
const CaptureHoldResult = resultOf('CaptureHoldResult', 'What became of a capture.', HoldCaptured, HoldExpired, HoldEnded);
const ReleaseHoldResult = resultOf('ReleaseHoldResult', 'What became of a release.', HoldReleased, HoldEnded);
/** Unions can carry no decorator; nothing outside the graph reaches these. */
export const internalUnions = ['PlaceHoldResult', 'BurnPointsResult', 'PinHoldResult', 'CaptureHoldResult', 'ReleaseHoldResult'];

@Resolver()
export class HoldResolver {
  @Mutation(() => PlaceHoldResult, { description: 'For the catalog: sets points aside, every leg or none.' })
  @Internal()
  async placeHold(
    @Arg('input', () => PlaceHoldInput, { description: 'What to set aside.' }) input: PlaceHoldInput,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<HoldPlaced | PointsMissing | MemberFrozen | SuspendedPartner | CreditLimitReached> {
    for (const argument of ['hold', 'redemption', 'memberUid'] as const) mustBeUuid(input[argument], argument);
    const { outcome, replayed } = await placeHold(context, writeKey(info, context.viewer), input);
    return outcome.kind === 'placed'
      ? as(HoldPlaced, { ...outcome, replayed: replayed || outcome.before })
      : takeRefusalOf(context, outcome);
  }

  @Mutation(() => BurnPointsResult, {
    description: 'For other subgraphs: spends points at once, every leg or none, where nothing has to be delivered first.',
  })
  @Internal()
  async burnPoints(
    @Arg('input', () => BurnPointsInput, { description: 'What to spend.' }) input: BurnPointsInput,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<HoldCaptured | PointsMissing | MemberFrozen | SuspendedPartner | CreditLimitReached> {
    for (const argument of ['hold', 'redemption', 'memberUid'] as const) mustBeUuid(input[argument], argument);
    const { outcome, replayed } = await burnPoints(context, writeKey(info, context.viewer), input);
    if (outcome.kind === 'captured') await renewAfterSpending(context, input.hold);
    return outcome.kind === 'captured'
      ? as(HoldCaptured, { ...outcome, replayed: replayed || outcome.before === true })
      : takeRefusalOf(context, outcome);
  }

  @Mutation(() => PinHoldResult, { description: 'For the catalog: takes the time limit off a hold, before delivery starts.' })
  @Internal()
  async pinHold(
    @Arg('hold', () => ID, { description: 'The hold.' }) hold: string,
    @Arg('memberUid', () => ID, { nullable: true, description: 'Its member, where the caller knows it.' }) memberUid:
      | string
      | null
      | undefined,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<HoldPinned | HoldExpired | HoldEnded> {
    const { outcome, replayed } = await pinHold(context, writeKey(info, context.viewer), refOf(hold, memberUid));
    return outcome.kind === 'refused' ? refusalOf(context, outcome) : as(HoldPinned, { hold, replayed });
  }

  @Mutation(() => CaptureHoldResult, { description: 'For the catalog: burns the points of a hold and writes down who owes whom.' })
  @Internal()
  async captureHold(
    @Arg('hold', () => ID, { description: 'The hold.' }) hold: string,
    @Arg('memberUid', () => ID, { nullable: true, description: 'Its member, where the caller knows it.' }) memberUid:
      | string
      | null
      | undefined,
    @Arg('legs', () => [LegInput], {
      nullable: true,
      description: 'How much of each programme, where it is less than was held; the rest goes back to its lots.',
    })
    legs: LegInput[] | null | undefined,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<HoldCaptured | HoldExpired | HoldEnded> {
    const { outcome, replayed } = await captureHold(context, writeKey(info, context.viewer), refOf(hold, memberUid), legs);
    if (outcome.kind === 'captured') await renewAfterSpending(context, hold);
    return outcome.kind === 'refused'
      ? refusalOf(context, outcome)
      : as(HoldCaptured, { hold, obligations: outcome.obligations, replayed });
  }

  @Mutation(() => ReleaseHoldResult, { description: 'For the catalog: gives the points of a hold back.' })
  @Internal()
  async releaseHold(
    @Arg('hold', () => ID, { description: 'The hold.' }) hold: string,
    @Arg('memberUid', () => ID, { nullable: true, description: 'Its member, where the caller knows it.' }) memberUid:
      | string
      | null
      | undefined,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<HoldReleased | HoldEnded> {
    const { outcome, replayed } = await releaseHold(context, writeKey(info, context.viewer), refOf(hold, memberUid));
    if (outcome.kind !== 'refused') return as(HoldReleased, { released: true, replayed });
    return ended(context, outcome.code === 'HOLD_EXPIRED' ? HoldState.EXPIRED : outcome.state);
  }
}

const refOf = (hold: string, memberUid: string | null | undefined): HoldRef => ({
  hold: mustBeUuid(hold, 'hold'),
  memberUid: memberUid == null ? null : mustBeUuid(memberUid, 'memberUid'),
});

function takeRefusalOf(
  { viewer: { language } }: Context,
  outcome: TakeRefusal,
): PointsMissing | MemberFrozen | SuspendedPartner | CreditLimitReached {
  switch (outcome.code) {
    case 'INSUFFICIENT_POINTS':
      return as(PointsMissing, { ...outcome, message: say(language, '积分不足', 'There are not enough points') });
    case 'MEMBER_FROZEN':
      return as(MemberFrozen, { ...outcome, message: say(language, '该会员的积分已被冻结', "The member's points are frozen") });
    case 'SUSPENDED_PARTNER':
      return as(SuspendedPartner, { ...outcome, message: say(language, '该伙伴已被暂停', 'The partner is suspended') });
    case 'CREDIT_LIMIT_REACHED':
      // Nobody learns here what the issuer owes or may owe.
      return as(CreditLimitReached, { code: outcome.code, message: say(language, '该积分暂不能在其他商户使用', creditStop) });
  }
}

const creditStop = 'Points of this programme cannot be spent at other partners for now';

function refusalOf(context: Context, outcome: Extract<PinOutcome, { kind: 'refused' }>): HoldExpired | HoldEnded {
  if (outcome.code === 'HOLD_ENDED') return ended(context, outcome.state);
  const message = say(context.viewer.language, '冻结已过期，积分已退回', 'The hold ran out and its points are available again');
  return as(HoldExpired, { code: outcome.code, message, expiredAt: outcome.expiredAt });
}

const ended = ({ viewer }: Context, state: HoldStateName): HoldEnded =>
  as(HoldEnded, { code: 'HOLD_ENDED', message: say(viewer.language, '该冻结已结束', 'The hold is over already'), state });

export function mustBeUuid(id: string, argument: string): string {
  if (!isUuid(id)) throw badInput(`\`${argument}\` is not an id`, { argument });
  return id;
}
