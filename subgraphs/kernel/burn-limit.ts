import { Field, ObjectType } from 'type-graphql';
import { Access, Shareable } from './access.js';
import { enumOf } from './enum.js';
import { PointsScalar } from './scalars.js';

export type BurnLimitPeriodName = 'TRANSACTION' | 'DAY' | 'MONTH' | 'YEAR' | 'BALANCE';

export const BurnLimitPeriod = enumOf<BurnLimitPeriodName>('BurnLimitPeriod', 'What a limit on spending counts over.', {
  TRANSACTION: 'One redemption.',
  DAY: "A calendar day of the programme's zone.",
  MONTH: "A calendar month of the programme's zone.",
  YEAR: "A calendar year of the programme's zone.",
  BALANCE: 'What has to be there before any may be spent.',
});

/** Where a refusal for want of points is one for a limit. The same in every subgraph that refuses so. */
@ObjectType({ description: 'A limit of a programme that keeps the member from points it has.' })
@Shareable()
@Access('PUBLIC')
export class BurnLimit {
  @Field(() => BurnLimitPeriod, { description: 'What it counts over.' }) period!: BurnLimitPeriodName;
  @Field(() => PointsScalar, { description: 'Its number.' }) max!: bigint;
  @Field(() => PointsScalar, { description: 'What is left within it.' }) left!: bigint;
  @Field(() => Date, { nullable: true, description: 'When it begins anew; absent where time changes nothing.' }) resetsAt!: Date | null;
}

export const burnLimitSays =
  "The programme's limit, where points are there and it is what keeps them; told to the member alone, for it tells what was spent elsewhere.";
