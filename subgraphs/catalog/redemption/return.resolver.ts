import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, ID, Info, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { Access, Scopes } from '../../kernel/access.js';
import { writeKey } from '../../kernel/idempotency.js';
import { Refusal } from '../../kernel/refusal.js';
import { FenScalar, PointsScalar } from '../../kernel/scalars.js';
import { say } from '../../kernel/text.js';
import { as, resultOf } from '../../kernel/union.js';
import { type Context, versionKey } from '../context.js';
import { Item } from '../items/item.entity.js';
import { ProgrammeStub } from '../programme.stub.js';
import { returnLines } from './return-lines.js';
import { ReturnReasonEnum } from './return-reason.js';
import type { ReturnReason } from './returns.js';

@InputType({ description: 'Pieces of one line that come back.' })
class ReturnLineInput {
  @Field(() => Int, { description: 'Number of the line.' }) line!: number;
  @Field(() => Int, { defaultValue: 1, description: 'Pieces.' }) quantity!: number;
}

@ObjectType({ description: 'Points that are back in the lot they came from.' })
@Access('PUBLIC')
class ReturnedLot {
  @Field(() => ID, { description: 'Id of the lot.' }) lot!: string;
  @Field(() => ProgrammeStub, { description: 'Whose points.' }) programme!: ProgrammeStub;
  @Field(() => PointsScalar, { description: 'How many.' }) points!: bigint;
  @Field(() => Date, { nullable: true, description: 'When they expire; absent where they never do.' }) expiresAt!: Date | null;
}

@ObjectType({
  description: 'Points earned on the returned goods that were spent, and stay with the member because the refund pays for them.',
})
@Access('PUBLIC')
class DeductedPoints {
  @Field(() => ProgrammeStub, { description: 'Whose points.' }) programme!: ProgrammeStub;
  @Field(() => PointsScalar, { description: 'How many.' }) points!: bigint;
  @Field(() => FenScalar, { description: 'What they had cost the shop, as far as refunds have paid for them now.' }) fen!: bigint;
}

@ObjectType({ description: 'The pieces are back, and what paid for them.' })
@Access('PUBLIC')
class LinesReturned {
  @Field(() => [ReturnedLot], { description: 'Points, by the lot they are back in.' }) restored!: ReturnedLot[];
  @Field(() => FenScalar, { description: 'Cash to pay back, less what is deducted.' }) cashFen!: bigint;
  @Field(() => FenScalar, { description: 'Cash that is not paid back, for points that were spent.' }) deductedFen!: bigint;
  @Field(() => [DeductedPoints], { description: 'What for, by programme.' }) deducted!: DeductedPoints[];
  @Field(() => PointsScalar, { description: 'Points earned on the returned goods that were taken back.' }) clawback!: bigint;
  @Field(() => PointsScalar, { description: 'Points that should have been taken back and were not there any more.' }) arrears!: bigint;
  @Field(() => PointsScalar, { description: 'Points owed from before that were taken out of what came back.' }) settled!: bigint;
  @Field(() => [Item], { description: 'What came back, line by line, as it was advertised when it was ordered.' }) advertised!: Item[];
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

@ObjectType({ description: 'What this line delivered does not come back for this reason.', implements: Refusal })
@Access('PUBLIC')
class ReasonNotAllowed extends Refusal {
  @Field(() => Int, { description: 'Number of the line.' }) line!: number;
}

@ObjectType({ description: 'Fewer pieces are left to return than wanted, or what they delivered is used up.', implements: Refusal })
@Access('PUBLIC')
class NothingLeft extends Refusal {
  @Field(() => Int, { nullable: true, description: 'Number of the line; absent where what was delivered is used up.' }) line!:
    | number
    | null;
}

const ReturnLinesResult = resultOf('ReturnLinesResult', 'What became of a return.', LinesReturned, ReasonNotAllowed, NothingLeft);

@Resolver()
export class ReturnResolver {
  @Mutation(() => ReturnLinesResult, {
    description: 'Takes pieces of a redemption back: points to the very lots they came from, and cash.',
  })
  @Scopes('redeem.reverse:own')
  async returnLines(
    @Arg('redemption', () => ID, { description: 'The redemption.' }) redemption: string,
    @Arg('lines', () => [ReturnLineInput], { description: 'What comes back.' }) lines: ReturnLineInput[],
    @Arg('reason', () => ReturnReasonEnum, { description: 'Why.' }) reason: ReturnReason,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<typeof ReturnLinesResult> {
    const { language } = context.viewer;
    const wish = { redemption, reason, lines: lines.map(({ line, quantity }) => ({ line, quantity })) };
    const { outcome, replayed } = await returnLines(context, writeKey(info, context.viewer), wish);
    if (outcome.kind === 'returned') {
      const { restored, clawback, arrears, deducted = [], settled = 0n } = outcome.answer;
      const lots = restored.map((lot) => as(ReturnedLot, { ...lot, programme: { id: lot.programme } }));
      const advertised = await advertisedIn(context, redemption, new Set(wish.lines.map(({ line }) => line)));
      const paidFor = deducted.map(({ programme, ...kept }) => as(DeductedPoints, { ...kept, programme: { id: programme } }));
      const { cashFen, deductedFen } = outcome;
      return as(LinesReturned, {
        restored: lots,
        cashFen,
        deductedFen,
        deducted: paidFor,
        clawback,
        arrears,
        settled,
        advertised,
        replayed,
      });
    }
    const { code } = outcome;
    if (code === 'REASON_NOT_ALLOWED')
      return as(ReasonNotAllowed, {
        code,
        message: say(language, '该类商品不适用此退货原因', 'What this line delivered does not come back for this reason'),
        line: outcome.line,
      });
    return as(NothingLeft, {
      code,
      message: say(language, '可退数量不足', 'Fewer pieces are left to return than wanted'),
      line: outcome.line,
    });
  }
}

const advertisedIn = async ({ loaders }: Context, redemption: string, wanted: ReadonlySet<number>): Promise<Item[]> => {
  const lines = (await loaders.redemptionLines.load(redemption)).filter(({ line }) => wanted.has(line));
  return Promise.all(
    lines.map(async ({ itemId, itemVersion }) => (await loaders.itemVersion.load(versionKey(itemId, itemVersion))) as Item),
  );
};
