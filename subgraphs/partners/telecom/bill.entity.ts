import { BigIntType } from '@mikro-orm/core';
import { Entity, Property } from '@mikro-orm/decorators/legacy';
import { Field, ObjectType } from 'type-graphql';
import { Access, Key } from '../../kernel/access.js';
import { FenScalar } from '../../kernel/scalars.js';
import { as } from '../../kernel/union.js';
import type { MemberKey } from '../member.stub.js';
import { Report } from '../report.entity.js';
import { Member } from './member.stub.js';

/** A telephone bill and what phone credit paid of it. */
@Entity({ tableName: 'bill' })
@ObjectType({ description: 'A telephone bill of one period.' })
@Key('id')
@Access('OWN')
export class Bill extends Report {
  @Field(() => String, { description: 'The month that it is for, such as 2026-11.' })
  @Property({ type: 'text' })
  period!: string;

  @Field(() => FenScalar, { description: 'What was used, before phone credit.' })
  @Property({ type: new BigIntType('bigint') })
  amountFen!: bigint;

  @Field(() => FenScalar, { description: 'What phone credit paid of it.' })
  @Property({ type: new BigIntType('bigint') })
  creditAppliedFen!: bigint;

  @Field(() => FenScalar, { description: 'What is left to pay in cash.' })
  @Property({ type: new BigIntType('bigint') })
  netFen!: bigint;

  @Field(() => String, { description: "The partner's own number of the bill." })
  billRef(): string {
    return this.ref;
  }

  @Field(() => Member, { nullable: true, description: 'Whose bill it is.' })
  member(): MemberKey {
    return as(Member, { uid: this.memberUid });
  }
}
