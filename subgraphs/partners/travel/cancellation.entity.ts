import { BigIntType } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, ObjectType } from 'type-graphql';
import { Access } from '../../kernel/access.js';
import { enumOf } from '../../kernel/enum.js';
import { decode } from '../../kernel/json.js';
import { FenScalar, PointsScalar } from '../../kernel/scalars.js';
import { as } from '../../kernel/union.js';
import { Accrual, Partner } from '../foreign.stub.js';
import type { CancelledBy } from './carrier-fee.js';

export const CancelledByEnum = enumOf<CancelledBy>('CancelledBy', 'Who called a booking off.', {
  CARRIER: 'The carrier: everything comes back, with the compensation of its published rule.',
  PASSENGER: "The passenger: points come back, and the carrier's fee is kept out of the cash.",
});

/**
 * RECORDED: known, nothing is back. RETURNED: points and cash are back; a compensation of a suspended carrier waits here. COMPLETED:
 * compensated too, where there is a compensation.
 */
export type CancellationState = 'RECORDED' | 'RETURNED' | 'COMPLETED' | 'REFUSED';

@ObjectType({ description: 'Points that are back in the lot they came from.' })
@Access('PUBLIC')
export class RestoredMiles {
  @Field(() => ID, { description: 'Id of the lot.' }) lot!: string;
  @Field(() => ID, { description: 'Programme.' }) programme!: string;
  @Field(() => PointsScalar, { description: 'How many.' }) points!: bigint;
  @Field(() => Date, { nullable: true, description: 'When they expire; absent where they never do.' }) expiresAt!: Date | null;
}

/** An award booking that was called off; one redemption is called off once. */
@Entity({ tableName: 'cancellation' })
@ObjectType({ description: 'A booking paid with points that was called off.' })
@Access('OWN')
export class Cancellation {
  @Field(() => ID, { description: 'Opaque id.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'text', fieldName: 'partner' }) partnerId!: string;
  @Property({ type: 'uuid' }) memberUid!: string;

  @Field(() => ID, { description: 'The redemption that the booking was.' })
  @Property({ type: 'text' })
  redemption!: string;

  @Field(() => String, { description: "The carrier's own number of the event." })
  @Property({ type: 'text' })
  event!: string;

  @Field(() => CancelledByEnum, { description: 'Who called it off.' })
  @Property({ type: 'text', fieldName: 'cancelled_by' })
  by!: CancelledBy;

  @Field(() => Date, { description: 'When it was reported.' })
  @Property({ type: 'datetime' })
  at!: Date;

  @Property({ type: 'text' }) state!: CancellationState;
  /** What goes back: lines with their quantities, and whose programmes the carrier issues. */
  @Property({ type: 'text' }) plan!: string;
  @Property({ type: 'text', fieldName: 'restored' }) encodedRestored!: string;
  /** Ids of accruals, a blank between them. */
  @Property({ type: 'text', fieldName: 'compensations' }) compensationIds!: string;
  /** How often the ledger has said that the carrier is suspended. */
  @Property({ type: 'integer' }) tries!: number;
  @Property({ type: new BigIntType('bigint') }) passengerFeeFen!: bigint;

  @Field(() => FenScalar, { description: 'Cash that had been paid beside the points, such as taxes.' })
  @Property({ type: new BigIntType('bigint') })
  cashFen!: bigint;

  @Field(() => FenScalar, { description: 'Fee that the carrier keeps out of it; 0 where the carrier called it off.' })
  @Property({ type: new BigIntType('bigint') })
  feeFen!: bigint;

  @Field(() => FenScalar, { description: 'The rest of the fee, where less cash was paid than the fee is.' })
  @Property({ type: new BigIntType('bigint') })
  feeDueFen!: bigint;

  @Field(() => FenScalar, { description: 'Cash to pay back.' })
  @Property({ type: new BigIntType('bigint') })
  refundFen!: bigint;

  @Field(() => [RestoredMiles], { description: 'Points that are back, by lot.' })
  restored(): RestoredMiles[] {
    return decode<RestoredMiles[]>(this.encodedRestored);
  }

  @Field(() => Accrual, {
    nullable: true,
    description:
      "The compensation, a lot of its own, in the programme that came back first; null where the carrier's rules give none, and while the carrier is suspended.",
  })
  compensated(): Accrual | null {
    return this.compensations()[0] ?? null;
  }

  @Field(() => [Accrual], { description: 'All compensations, one for each programme of the carrier whose points came back.' })
  compensations(): Accrual[] {
    const ids = this.compensationIds.split(' ').filter(Boolean);
    return ids.map((id) => as(Accrual, { id, memberUid: this.memberUid, partnerId: this.partnerId }));
  }

  @Field(() => Partner, { description: 'The carrier.' })
  partner(): Partner {
    return as(Partner, { id: this.partnerId });
  }
}
