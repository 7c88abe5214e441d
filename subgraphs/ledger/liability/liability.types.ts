import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Access } from '../../kernel/access.js';
import { FenScalar, PointsScalar } from '../../kernel/scalars.js';
import { PointsDeltaScalar } from '../points/points-delta.js';

@ObjectType({ description: 'Points that expire in one month.' })
@Access('FINANCE')
export class ExpiringLiability {
  readonly issuerId!: string;
  @Field(() => String, { nullable: true, description: "The month as YYYY-MM in the programme's zone; absent: they never expire." })
  month!: string | null;
  @Field(() => PointsScalar, { description: 'Points.' }) points!: bigint;
  @Field(() => FenScalar, { description: 'Their part of what all are worth.' }) fen!: bigint;
}

@ObjectType({ description: 'What an issuer owes for the points of a programme that are out.' })
@Access('FINANCE')
export class Liability {
  readonly issuerId!: string;
  @Field(() => Date, { description: 'At which instant.' }) at!: Date;
  @Field(() => PointsScalar, { description: 'Points that may still be spent, held ones and pending ones among them.' }) points!: bigint;
  @Field(() => FenScalar, { description: "What they are worth at the programme's value, rounded down: owed if all were redeemed." })
  fen!: bigint;
  @Field(() => Int, { description: 'Share of all points that is expected to be redeemed, in basis points; 10000 where nobody estimated.' })
  expectedRate!: number;
  @Field(() => FenScalar, { description: 'Of `fen`, what is expected never to be redeemed.' }) breakageFen!: bigint;
  @Field(() => FenScalar, {
    description:
      'Contract liability under IFRS 15: of the prices paid, the part allocated to points by relative stand-alone prices that is not yet revenue.',
  })
  contractFen!: bigint;
  @Field(() => FenScalar, { description: 'What partners paid in advance for points that nobody earned yet.' }) prepaidFen!: bigint;
  @Field(() => PointsScalar, { description: 'Of `points`, those for which nobody paid, such as for events; no price waits for them.' })
  unsoldPoints!: bigint;
  @Field(() => [ExpiringLiability], { description: 'By month of expiry, the earliest first; sums to `points` and `fen`.' })
  byExpiry!: ExpiringLiability[];
}

@ObjectType({ description: 'How the points at the beginning of a period became those at its end; it adds up exactly.' })
@Access('FINANCE')
export class PointsMovement {
  readonly issuerId!: string;
  @Field(() => PointsScalar, { description: 'Out at the beginning.' }) opening!: bigint;
  @Field(() => PointsScalar, { description: '+ earned.' }) issued!: bigint;
  @Field(() => PointsScalar, { description: '− spent.' }) redeemed!: bigint;
  @Field(() => PointsScalar, { description: '+ back with returned goods that they had paid for.' }) returned!: bigint;
  @Field(() => PointsScalar, { description: '− expired, whether or not that was booked yet.' }) expired!: bigint;
  @Field(() => PointsScalar, { description: '− taken back with returned goods that they were earned with.' }) clawedBack!: bigint;
  @Field(() => PointsDeltaScalar, { description: '± corrections and whatever else.' }) adjusted!: bigint;
  @Field(() => PointsScalar, { description: '= out at the end.' }) closing!: bigint;
}

@ObjectType({ description: 'How the contract liability at the beginning of a period became that at its end; it adds up exactly.' })
@Access('FINANCE')
export class LiabilityMovement {
  readonly issuerId!: string;
  @Field(() => FenScalar, { description: 'At the beginning.' }) opening!: bigint;
  @Field(() => FenScalar, { description: '+ allocated to points by sales.' }) issued!: bigint;
  @Field(() => FenScalar, { description: '− given back with returned goods.' }) reversed!: bigint;
  @Field(() => FenScalar, { description: '− revenue with redemptions, breakage in proportion; negative where more came back.' })
  redeemed!: bigint;
  @Field(() => FenScalar, { description: '− revenue because more expired than had been expected.' }) expired!: bigint;
  @Field(() => FenScalar, { description: '± what new expectations changed in hindsight; positive: more is owed.' }) reestimated!: bigint;
  @Field(() => FenScalar, { description: '= at the end.' }) closing!: bigint;
}

@ObjectType({ description: 'What share of points is expected to be redeemed from an instant on, and who said so.' })
@Access('FINANCE')
export class RedemptionEstimate {
  readonly issuerId!: string;
  @Field(() => Int, { description: 'The share in basis points.' }) basisPoints!: number;
  @Field(() => Date, { description: 'From when.' }) validFrom!: Date;
  @Field(() => String, { description: 'Why.' }) reason!: string;
  @Field(() => String, { description: 'Who proposed it.' }) proposedBy!: string;
  @Field(() => String, { description: 'Who agreed.' }) approvedBy!: string;
  @Field(() => FenScalar, { nullable: true, description: 'In a roll-forward: what it changed at once; positive: more is owed.' })
  effectFen!: bigint | null;
}

@ObjectType({ description: 'A month of a programme: opening, what came and went, closing.' })
@Access('FINANCE')
export class LiabilityRollForward {
  readonly issuerId!: string;
  @Field(() => ID, { description: "The month as YYYY-MM, in the programme's zone." }) period!: string;
  @Field(() => Boolean, { description: 'Whether the month is over; else it is as it stands now.' }) over!: boolean;
  @Field(() => PointsMovement, { description: 'In points.' }) points!: PointsMovement;
  @Field(() => LiabilityMovement, { description: 'In fen of contract liability.' }) fen!: LiabilityMovement;
  @Field(() => [RedemptionEstimate], { description: 'Expectations that began in it.' }) reestimates!: RedemptionEstimate[];
}
