import { Field, ID, ObjectType } from 'type-graphql';
import { Access } from '../../kernel/access.js';
import { enumOf } from '../../kernel/enum.js';
import { PointsScalar } from '../../kernel/scalars.js';

export const LotKind = enumOf('LotKind', 'Where the points of a lot came from.', {
  ACCRUAL: 'A purchase.',
  ADJUSTMENT: 'A correction.',
  TRANSFER: 'Another member.',
});

/** A lot as it is at the instant of the question, with what decides who may see it. */
@ObjectType({ description: 'Points of one accrual, correction or transfer with one expiry.' })
@Access('OWN')
export class Lot {
  @Field(() => ID, { description: 'Opaque id.' }) id!: string;
  @Field(() => PointsScalar, { description: 'Points that it began with.' }) points!: bigint;
  @Field(() => Date, { description: 'When they were earned.' }) earnedAt!: Date;
  @Field(() => Date, { nullable: true, description: 'First instant at which they may be spent; absent while they wait for an event.' })
  usableFrom!: Date | null;
  @Field(() => String, { nullable: true, description: 'The event that they wait for, such as `TRAVEL_COMPLETED`.' })
  waitsFor!: string | null;
  @Field(() => Date, { nullable: true, description: 'First instant at which they may no longer be spent; absent: never.' })
  expiresAt!: Date | null;

  memberUid!: string;
  issuerId!: string;
  /** The partner that granted the points: it knows what it gave, but not what became of it. */
  grantorId!: string | null;
  accrualId!: string | null;
  transferId!: string | null;
  free!: bigint;
  heldPoints!: bigint;
  at!: Date;
}
