import { BigIntType } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Access } from '../../kernel/access.js';
import { FenScalar } from '../../kernel/scalars.js';

/** The item by which lines of redemptions name a cause. */
export const itemIdOf = (cause: string): string => `cause-${cause}`;

/** What points are given for; every change is a new version, and donations keep theirs. */
@Entity({ tableName: 'cause' })
@ObjectType('DonationCause', { description: 'Something that points can be given for.' })
@Access('PUBLIC')
export class Cause {
  @Field(() => ID, { description: 'Id of the cause, such as `schooling`.' })
  @PrimaryKey({ type: 'text' })
  id!: string;

  @Field(() => Int, { description: 'Version of what is said here.' })
  @PrimaryKey({ type: 'integer' })
  version!: number;

  @Property({ type: 'text', fieldName: 'charity' }) charityId!: string;
  @Property({ type: 'text' }) nameZh!: string;
  @Property({ type: 'text' }) nameEn!: string;

  @Field(() => FenScalar, { description: 'What a donation is worth at the least.' })
  @Property({ type: new BigIntType('bigint') })
  minimumFen!: bigint;

  @Field(() => Int, { description: 'For how many hours after it a donation can be cancelled; then it is irrevocable.' })
  @Property({ type: 'integer' })
  cancelHours!: number;

  @Field(() => Date, { nullable: true, description: 'From when on points are taken; absent where from the start.' })
  @Property({ type: 'datetime', nullable: true })
  opensAt!: Date | null;

  @Field(() => Date, { nullable: true, description: 'Until before this instant; absent where without end.' })
  @Property({ type: 'datetime', nullable: true })
  closesAt!: Date | null;

  @Property({ type: 'boolean' }) current!: boolean;
  @Property({ type: 'text' }) savedBy!: string;
  @Property({ type: 'datetime' }) savedAt!: Date;
}
