import { Field, ObjectType } from 'type-graphql';
import { Access } from '../../kernel/access.js';
import { PointsScalar } from '../../kernel/scalars.js';

/** Points of one programme at the instant of the question, derived from lots and never stored. */
@ObjectType({ description: "A member's points of one programme." })
@Access('OWN')
export class Wallet {
  @Field(() => PointsScalar, { description: 'Points that may be spent now.' }) available!: bigint;
  @Field(() => PointsScalar, { description: 'Points set aside for redemptions in progress.' }) held!: bigint;
  @Field(() => PointsScalar, { description: 'Points earned that may not be spent yet.' }) pending!: bigint;
  @Field(() => PointsScalar, {
    description: 'Points owed because goods were returned; taken out of the next ones that come in, however they come.',
  })
  arrears!: bigint;

  memberUid!: string;
  programmeId!: string;
  issuerId!: string;
}

@ObjectType({ description: 'Balance of a wallet.' })
@Access('OWN')
export class Balance {
  @Field(() => PointsScalar, { description: 'Points that may be spent now.' }) available!: bigint;
  @Field(() => PointsScalar, { description: 'Points set aside for redemptions in progress.' }) held!: bigint;
  @Field(() => PointsScalar, { description: 'Points earned that may not be spent yet.' }) pending!: bigint;

  memberUid!: string;
  issuerId!: string;
}

@ObjectType({ description: 'Points that expire at one instant.' })
@Access('PUBLIC')
export class ExpiringPoints {
  @Field(() => PointsScalar, { description: 'How many.' }) points!: bigint;
  @Field(() => Date, { description: 'First instant at which they may no longer be spent.' }) at!: Date;
}
