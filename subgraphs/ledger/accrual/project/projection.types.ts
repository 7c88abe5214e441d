import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Access } from '../../../kernel/access.js';
import { enumOf } from '../../../kernel/enum.js';
import { FenScalar, PointsScalar } from '../../../kernel/scalars.js';
import { AccrualBasis } from '../rule.entity.js';
import type { ThresholdUse as ThresholdUseName } from './projection.js';

export const ThresholdUse = enumOf<ThresholdUseName>('ThresholdUse', 'What is done once there are so many points.', {
  NOTE: 'Nothing; the day on which it is reached first is told.',
  REDEEM: 'They are spent, each time anew.',
  CREDIT: 'They become credit, each time anew, which pays a part of the next month.',
});

@InputType({ description: 'Something to have for so many points.' })
class ThresholdInput {
  @Field(() => String, { description: 'Name, such as that of an item.' }) name!: string;
  @Field(() => PointsScalar, { description: 'Points that it takes, at least 1.' }) points!: bigint;
  @Field(() => FenScalar, { description: 'What it is worth.' }) fen!: bigint;
  @Field(() => ThresholdUse, { defaultValue: ThresholdUse.REDEEM, description: 'What is done once it is reached.' })
  use!: ThresholdUseName;
}

@InputType({ description: 'A plan: so much every month, and what its points are for.' })
export class ProjectionInput {
  @Field(() => ID, { description: 'The programme.' }) programme!: string;
  @Field(() => FenScalar, { description: 'What is spent every month, however it is paid; at most 1,000,000,000.00 yuan.' })
  monthlyFen!: bigint;
  @Field(() => Int, { defaultValue: 12, description: 'For how many months, 1 to 120.' }) months!: number;
  @Field(() => Date, {
    nullable: true,
    description: 'When the first purchase is made; now where absent. The others follow month by month.',
  })
  from?: Date | null;
  @Field(() => PointsScalar, { defaultValue: 0, description: 'Points that are there already.' }) openingPoints!: bigint;
  @Field(() => AccrualBasis, { nullable: true, description: 'As if every base rule counted this money; as the rules say where absent.' })
  basis?: AccrualBasis | null;
  @Field(() => String, { nullable: true, description: 'Category of what is bought.' }) category?: string | null;
  @Field(() => String, { nullable: true, description: 'Its certificate, taken as registered.' }) certificate?: string | null;
  @Field(() => String, { nullable: true, description: 'Card product that it is paid with.' }) cardProduct?: string | null;
  @Field(() => String, { nullable: true, description: 'What happens, such as `SPEND`.' }) event?: string | null;
  @Field(() => [ThresholdInput], { description: 'What the points are for, in the order in which they are used; at most 20.' })
  thresholds!: ThresholdInput[];
}

@ObjectType({ description: 'One month of a plan.' })
@Access('PUBLIC')
export class ProjectedMonth {
  @Field(() => Int, { description: 'Counts from 1.' }) month!: number;
  @Field(() => Date, { description: 'When the purchase is made.' }) at!: Date;
  @Field(() => FenScalar, { description: 'What earlier credit pays of it.' }) appliedFen!: bigint;
  @Field(() => FenScalar, { description: 'What is paid in cash.' }) cashFen!: bigint;
  @Field(() => PointsScalar, { description: 'What it earns.' }) earnedPoints!: bigint;
  @Field(() => PointsScalar, { description: 'What expired since the month before.' }) expiredPoints!: bigint;
  @Field(() => FenScalar, { description: 'Credit that points became.' }) grantedFen!: bigint;
  @Field(() => PointsScalar, { description: 'Points that may be spent when all is done.' }) availablePoints!: bigint;
}

@ObjectType({ description: 'When something is reached.' })
@Access('PUBLIC')
export class ReachedThreshold {
  @Field(() => String, { description: 'What.' }) name!: string;
  @Field(() => Int, { description: 'In which month, from 1.' }) month!: number;
  @Field(() => Date, { description: 'At which purchase.' }) at!: Date;
  @Field(() => PointsScalar, { description: 'How many times at once.' }) times!: bigint;
  @Field(() => PointsScalar, { description: 'Points for all of them.' }) points!: bigint;
  @Field(() => FenScalar, { description: 'What they are worth.' }) fen!: bigint;
}

@ObjectType({ description: 'Credit of a plan: three figures that are never one.' })
@Access('PUBLIC')
export class ProjectedCredit {
  @Field(() => FenScalar, { description: 'What points became.' }) grantedFen!: bigint;
  @Field(() => FenScalar, { description: 'What of it paid something within the plan.' }) appliedFen!: bigint;
  @Field(() => FenScalar, { description: 'What is left of it.' }) unusedFen!: bigint;
}

@ObjectType({ description: 'What a plan comes to by the rules as they are now. Nothing is promised and nothing is changed.' })
@Access('PUBLIC')
export class PlanProjection {
  @Field(() => [ProjectedMonth], { description: 'Month by month.' }) months!: ProjectedMonth[];
  @Field(() => [ReachedThreshold], { description: 'When what is reached.' }) reached!: ReachedThreshold[];
  @Field(() => PointsScalar, { description: 'Points earned in all.' }) earnedPoints!: bigint;
  @Field(() => PointsScalar, { description: 'Points that expired unused.' }) expiredPoints!: bigint;
  @Field(() => FenScalar, { description: 'What was really had: items redeemed, and credit that paid something.' }) realisedFen!: bigint;
  @Field(() => PointsScalar, { description: 'Points that are left, those that still wait among them.' }) residualPoints!: bigint;
  @Field(() => FenScalar, { description: "What these are worth at the programme's value, rounded down." }) residualFen!: bigint;
  @Field(() => FenScalar, { description: 'Face value of all: realised, left in points, and left in credit.' }) totalFen!: bigint;
  @Field(() => ProjectedCredit, { description: 'Credit, where points become any.' }) credit!: ProjectedCredit;
}
