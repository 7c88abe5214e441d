import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, ObjectType } from 'type-graphql';
import { Access } from '../kernel/access.js';

/** Data of an under-14: month and day only, under a separate consent of the guardian. */
@Entity({ tableName: 'child' })
@ObjectType({ description: "A member's child, as far as birthday benefits need it." })
@Access('PII')
export class Child {
  @Field(() => ID, { description: 'Id of the record.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Field(() => String, { description: 'Month and day of birth, such as 05-17; the year is not kept.' })
  @Property({ type: 'text' })
  birthMonthDay!: string;

  @Field(() => Date, { description: 'When it was recorded.' })
  @Property({ type: 'datetime' })
  recordedAt!: Date;

  @Property({ type: 'uuid' }) memberUid!: string;
  @Property({ type: 'uuid' }) consentId!: string;
}
