import { BigIntType } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, ObjectType } from 'type-graphql';
import { Access } from '../../kernel/access.js';
import { enumOf } from '../../kernel/enum.js';
import { FenScalar, PointsScalar } from '../../kernel/scalars.js';

export const DonationState = enumOf<'PENDING' | 'GIVEN' | 'CANCELLED' | 'FAILED'>('DonationState', 'Where a donation stands.', {
  PENDING: 'Under way; it ends by itself as one of the others.',
  GIVEN: 'Given; irrevocable once its time for second thoughts is over.',
  CANCELLED: 'Cancelled in time; the points are back.',
  FAILED: 'Nothing was taken.',
});

/** Points given away. It is a redemption of which nothing is handed over but a receipt, and has its id. */
@Entity({ tableName: 'donation' })
@ObjectType({ description: 'Points that a member gave away.' })
@Access('OWN')
export class Donation {
  @Field(() => ID, { description: 'Id of the donation, and of its redemption.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'text', fieldName: 'cause' }) causeId!: string;
  @Property({ type: 'integer' }) causeVersion!: number;
  @Property({ type: 'text', fieldName: 'charity' }) charityId!: string;
  @Property({ type: 'uuid' }) memberUid!: string;
  @Property({ type: 'text', fieldName: 'programme' }) programmeId!: string;

  @Field(() => PointsScalar, { description: 'Points given.' })
  @Property({ type: new BigIntType('bigint') })
  points!: bigint;

  @Field(() => FenScalar, { description: 'What the charity gets for them: their value, without a fee.' })
  @Property({ type: new BigIntType('bigint') })
  fen!: bigint;

  @Field(() => Date, { description: 'When.' })
  @Property({ type: 'datetime' })
  at!: Date;

  @Field(() => Date, { description: 'The first instant at which it can no longer be cancelled.' })
  @Property({ type: 'datetime', fieldName: 'cancel_until' })
  cancellableUntil!: Date;

  @Field(() => String, { nullable: true, description: 'Number of the receipt; absent until the donation is made.' })
  @Property({ type: 'text', nullable: true })
  receipt!: string | null;
}
