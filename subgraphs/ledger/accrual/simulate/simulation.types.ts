import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Access } from '../../../kernel/access.js';
import { FenScalar, PointsScalar } from '../../../kernel/scalars.js';
import { PointsDeltaScalar } from '../../points/points-delta.js';
import { PurchaseLineInput } from '../purchase-line-input.js';
import { AccrualRule } from '../rule.entity.js';
import type { MemberSums } from './sum-up.js';

@InputType({ description: 'A purchase that is made up to try a rule on.' })
export class SamplePurchaseInput {
  @Field(() => String, {
    nullable: true,
    description:
      "Whose it is, as for `accrue`: caps, tier and credit band are then as they are now; at a partner that is not the caller's own the band is the base. Absent: somebody without a past.",
  })
  memberRef?: string | null;
  @Field(() => ID, { nullable: true, description: 'The partner that sells; the issuer where absent.' }) partner?: string | null;
  @Field(() => Date, { nullable: true, description: 'When it is made; now where absent.' }) at?: Date | null;
  @Field(() => [PurchaseLineInput], { description: 'What is bought.' }) lines!: PurchaseLineInput[];
  @Field(() => String, { nullable: true, description: 'Of somebody without a past: the tier.' }) tier?: string | null;
  @Field(() => Int, {
    defaultValue: 10_000,
    description: 'Of somebody without a past: what the credit band multiplies by, 10000 to 100000 basis points.',
  })
  multiplierBasisPoints!: number;
}

@InputType({ description: 'Calendar months that are over or have begun, in the zone of the programme.' })
export class SimulatedMonthsInput {
  @Field(() => String, { description: 'The first one, as `2026-09`.' }) from!: string;
  @Field(() => String, { description: 'The last one.' }) to!: string;
}

@ObjectType({ description: 'What one rule gave in a simulation.' })
@Access('PUBLIC')
export class SimulatedRule {
  @Field(() => AccrualRule, { nullable: true, description: 'The rule.' }) rule!: AccrualRule | null;
  @Field(() => PointsScalar, { description: 'What it gave.' }) points!: bigint;
  @Field(() => PointsScalar, { description: 'What its caps kept back.' }) withheld!: bigint;
  @Field(() => Boolean, { description: "Whether it is what credit bands added to the rule's base." }) credit!: boolean;
}

@ObjectType({ description: 'What the rule may cost by the bound of its programme.' })
@Access('PUBLIC')
export class MarginGuard {
  @Field(() => Int, { description: 'At the most, in basis points of sales.' }) maxBasisPoints!: number;
  @Field(() => Boolean, { description: 'Whether the rule costs more.' }) exceeded!: boolean;
}

@ObjectType({ description: 'What the rule adds to what the issuer owes for points that are out.' })
@Access('PUBLIC')
export class LiabilityEffect {
  @Field(() => PointsDeltaScalar, { description: 'Points that would not have expired by now.' }) points!: bigint;
  @Field(() => FenScalar, { description: 'By how much the liability of the programme would differ; negative where it would be less.' })
  fen!: bigint;
}

@ObjectType({ description: 'What a member would have earned.' })
@Access('OWN')
export class SimulatedMember {
  @Field(() => ID, { description: "The member's id for the caller." }) member!: string;
  @Field(() => PointsScalar, { description: 'With the rule.' }) points!: bigint;
  @Field(() => PointsDeltaScalar, { description: 'More than without it.' }) extraPoints!: bigint;
  issuerId!: string;
}

@ObjectType({ description: 'A rule as it would work out. Nothing was changed.' })
@Access('PUBLIC')
export class Simulation {
  @Field(() => AccrualRule, { description: 'The rule.' }) rule!: AccrualRule;
  @Field(() => Int, { description: 'Purchases that it was tried on.' }) purchases!: number;
  @Field(() => Int, { description: 'Members that made them.' }) members!: number;
  @Field(() => FenScalar, { description: 'What they cost, however they were paid.' }) salesFen!: bigint;
  @Field(() => PointsScalar, { description: 'What they earn with the rule, and all others in force at their time.' }) points!: bigint;
  @Field(() => PointsScalar, { description: 'What they earn without it: by the version that it replaces, where there is one.' })
  currentPoints!: bigint;
  @Field(() => PointsDeltaScalar, { description: 'The difference.' }) extraPoints!: bigint;
  @Field(() => PointsScalar, { nullable: true, description: 'What past purchases really were given; absent for a sample.' })
  givenPoints!: bigint | null;
  @Field(() => FenScalar, { description: "What the extra points are worth at the programme's value, rounded up." }) costFen!: bigint;
  @Field(() => Int, { nullable: true, description: 'That, in basis points of sales, rounded up; absent where nothing was sold.' })
  costBasisPointsOfSales!: number | null;
  @Field(() => MarginGuard, { nullable: true, description: 'The bound of the programme on that; absent where it has none.' })
  marginGuard!: MarginGuard | null;
  @Field(() => LiabilityEffect, { description: 'What it adds to the liability, as if the points were given now.' })
  liabilityEffect!: LiabilityEffect;
  @Field(() => [SimulatedRule], { description: 'Which rule gave how many points.' }) rules!: SimulatedRule[];
  sums!: readonly MemberSums[];
  issuerId!: string;
}
