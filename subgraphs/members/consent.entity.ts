import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, ObjectType } from 'type-graphql';
import { Access } from '../kernel/access.js';
import { enumOf } from '../kernel/enum.js';
import type { ConsentClass, Grant, Purpose } from './consents.js';

export const ConsentClassEnum = enumOf<ConsentClass>('ConsentClass', 'What a consent opens.', {
  SHARED: "Balances and records of other partners' programmes.",
  PII: 'What names or reaches the person: name, phone.',
  CREDIT: 'The band of the credit record; never the score.',
});
export const PurposeEnum = enumOf<Purpose>('ConsentPurpose', 'What the recipient may use it for.', {
  SERVICE: 'To serve the member where it is: recognise, quote, advise.',
  MARKETING: 'To send offers.',
  INSIGHT: 'To count the member in anonymous groups.',
  PREFERENCES: 'To keep a profile of what the member likes.',
  CREDIT_BENEFITS: 'To give the benefits of a good credit record.',
  CHILD_BENEFITS: "To give benefits around a child's birthday; a guardian's separate consent.",
});

/** The data right as a receipt: who may use which classes for what, from when until when. Never changed but by withdrawal. */
@Entity({ tableName: 'consent' })
@ObjectType({
  description: 'A consent: who may use which classes of data for what, from when until when. It is the receipt of the data right.',
})
@Access('OWN')
export class Consent implements Grant {
  @Field(() => ID, { description: 'Id of the consent.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'uuid' }) memberUid!: string;

  @Field(() => ID, { description: 'Partner that may read.' })
  @Property({ type: 'text' })
  recipient!: string;

  @Field(() => PurposeEnum, { description: 'What for.' })
  @Property({ type: 'text' })
  purpose!: Purpose;

  @Field(() => [ConsentClassEnum], { description: 'What is opened.' })
  @Property({ type: 'text[]', columnType: 'text[]' })
  classes!: ConsentClass[];

  @Field(() => Date, { description: 'First instant at which it holds.' })
  @Property({ type: 'datetime', fieldName: 'valid_from' })
  from!: Date;

  @Field(() => Date, { nullable: true, description: 'First instant at which it no longer holds; absent where it holds until withdrawn.' })
  @Property({ type: 'datetime', nullable: true, fieldName: 'valid_until' })
  until!: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it was withdrawn.' })
  @Property({ type: 'datetime', nullable: true })
  withdrawnAt!: Date | null;

  @Field(() => Boolean, { description: "Whether it is a guardian's, for a child's data only." })
  @Property({ type: 'boolean' })
  guardian!: boolean;
}
