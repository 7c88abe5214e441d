import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, ID, Info, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { Access, Inaccessible, Internal } from '../../kernel/access.js';
import { writeKey } from '../../kernel/idempotency.js';
import { Refusal } from '../../kernel/refusal.js';
import { FenScalar, PointsScalar } from '../../kernel/scalars.js';
import { say } from '../../kernel/text.js';
import { as, resultOf } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { LegInput, mustBeUuid } from './hold.resolver.js';
import { returnPoints } from './return-points.js';

@InputType({ description: 'Goods of a redemption, as purchases name them.' })
@Inaccessible()
class ReturnedGoodsInput {
  @Field(() => String, { description: 'Their number; each once.' }) sku!: string;
  @Field(() => Int, { description: 'Pieces that come back now.' }) returned!: number;
  @Field(() => Int, { description: 'Pieces that were redeemed.' }) quantity!: number;
  @Field(() => FenScalar, { description: 'Price of all pieces.' }) fen!: bigint;
}

@InputType({ description: 'What comes back of a redemption.' })
@Inaccessible()
class ReturnPointsInput {
  @Field(() => ID, { description: 'Id of the return, made by the caller.' }) return!: string;
  @Field(() => ID, { description: 'The redemption.' }) redemption!: string;
  @Field(() => [LegInput], { description: 'Points that come back, and the money that they had covered.' }) legs!: LegInput[];
  @Field(() => FenScalar, { description: 'Cash that comes back now.' }) cashFen!: bigint;
  @Field(() => FenScalar, { description: 'Cash that was paid for the whole redemption.' }) cashTotalFen!: bigint;
  @Field(() => [ReturnedGoodsInput], {
    defaultValue: [],
    description: 'All goods of the redemption, so that what is taken back is what these earned.',
  })
  goods!: ReturnedGoodsInput[];
}

@ObjectType({ description: 'Points that are back in a lot.' })
@Inaccessible()
@Access('INTERNAL')
class RestoredPoints {
  @Field(() => ID, { description: 'The lot.' }) lot!: string;
  @Field(() => ID, { description: 'The programme.' }) programme!: string;
  @Field(() => PointsScalar, { description: 'Points.' }) points!: bigint;
  @Field(() => Date, { nullable: true, description: 'When they expire.' }) expiresAt!: Date | null;
}

@ObjectType({ description: 'Points that could not be taken back and that the refund pays for.' })
@Inaccessible()
@Access('INTERNAL')
class PointsDeducted {
  @Field(() => ID, { description: 'The programme.' }) programme!: string;
  @Field(() => PointsScalar, { description: 'Points that stay with the member.' }) points!: bigint;
  @Field(() => FenScalar, { description: 'Cash that is not paid back for them.' }) fen!: bigint;
}

@ObjectType({ description: 'The points are back.' })
@Inaccessible()
@Access('INTERNAL')
class PointsReturned {
  @Field(() => [RestoredPoints], { description: 'Where they went.' }) restored!: readonly RestoredPoints[];
  @Field(() => PointsScalar, { description: 'Points earned with the returned goods that were taken back.' }) clawback!: bigint;
  @Field(() => PointsScalar, { description: 'Points of these that could not be taken and are deducted from the next ones earned.' })
  arrears!: bigint;
  @Field(() => [PointsDeducted], { description: 'Points of these that are deducted from the cash instead, by programme.' })
  deducted!: readonly PointsDeducted[];
  @Field(() => PointsScalar, { description: 'Points owed from before that were taken out of what came back.' }) settled!: bigint;
  @Field(() => Boolean, { description: 'Whether this return was made before.' }) replayed!: boolean;
}

@ObjectType({ description: 'Everything of this redemption was returned before, or more is asked back than is left.', implements: Refusal })
@Inaccessible()
@Access('INTERNAL')
class NothingToReturn extends Refusal {}

const ReturnPointsResult = resultOf('ReturnPointsResult', 'What became of a return.', PointsReturned, NothingToReturn);
export const returnUnion = 'ReturnPointsResult';

@Resolver()
export class ReturnResolver {
  @Mutation(() => ReturnPointsResult, { description: 'For the catalog: gives points of returned goods back to their lots.' })
  @Internal()
  async returnPoints(
    @Arg('input', () => ReturnPointsInput, { description: 'What comes back.' }) input: ReturnPointsInput,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<PointsReturned | NothingToReturn> {
    mustBeUuid(input.return, 'return');
    mustBeUuid(input.redemption, 'redemption');
    const { viewer } = context;
    const { outcome, replayed } = await returnPoints(context, writeKey(info, viewer), input);
    if (outcome.kind === 'refused')
      return as(NothingToReturn, { code: outcome.code, message: say(viewer.language, '没有可退的内容', 'Nothing is left to return') });
    const { restored, clawback, arrears, deducted = [], settled = 0n, before } = outcome;
    return as(PointsReturned, { restored, clawback, arrears, deducted, settled, replayed: replayed || before });
  }
}
