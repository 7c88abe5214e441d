import { BigIntType } from '@mikro-orm/core';
import { Entity, Property } from '@mikro-orm/decorators/legacy';
import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { Access, Key } from '../../kernel/access.js';
import { FenScalar } from '../../kernel/scalars.js';
import { as } from '../../kernel/union.js';
import type { MemberKey } from '../member.stub.js';
import { Report } from '../report.entity.js';
import { Member } from './member.stub.js';

export enum BookingKind {
  FLIGHT = 'FLIGHT',
  HOTEL = 'HOTEL',
  SCENIC = 'SCENIC',
}
registerEnumType(BookingKind, {
  name: 'BookingKind',
  description: 'What was booked.',
  valuesConfig: {
    FLIGHT: { description: 'A flight.' },
    HOTEL: { description: 'A stay at a hotel.' },
    SCENIC: { description: 'Entry to a scenic site.' },
  },
});

/** A journey, a stay or a visit that was paid for. */
@Entity({ tableName: 'booking' })
@ObjectType({ description: 'A flight, a stay or a visit that was paid for.' })
@Key('id')
@Access('OWN')
export class Booking extends Report {
  @Field(() => BookingKind, { description: 'What was booked.' })
  @Property({ type: 'text' })
  kind!: BookingKind;

  @Field(() => FenScalar, { description: 'Fare or price.' })
  @Property({ type: new BigIntType('bigint') })
  fareFen!: bigint;

  @Field(() => String, { description: "The partner's own number of the booking." })
  bookingRef(): string {
    return this.ref;
  }

  @Field(() => Member, { nullable: true, description: 'Whose booking it is.' })
  member(): MemberKey {
    return as(Member, { uid: this.memberUid });
  }
}
