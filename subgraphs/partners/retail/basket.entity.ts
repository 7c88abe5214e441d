import { BigIntType } from '@mikro-orm/core';
import { Entity, Property } from '@mikro-orm/decorators/legacy';
import { Field, ObjectType } from 'type-graphql';
import { Access, Key } from '../../kernel/access.js';
import { decode } from '../../kernel/json.js';
import { FenScalar } from '../../kernel/scalars.js';
import { as } from '../../kernel/union.js';
import type { MemberKey } from '../member.stub.js';
import { Report } from '../report.entity.js';
import { Member } from './member.stub.js';

/** Reached only through its basket, which is guarded. */
@ObjectType({ description: 'One line of a basket.' })
@Access('PUBLIC')
export class BasketLine {
  @Field(() => String, { description: "The shop's own number of the article." }) sku!: string;
  @Field(() => String, { nullable: true, description: 'Category, which accrual rules may ask for.' }) category?: string | undefined;
  @Field(() => FenScalar, { description: 'Price.' }) fen!: bigint;
  @Field(() => FenScalar, { description: 'The part of it that was paid in cash.' }) cashFen!: bigint;
  @Field(() => String, { nullable: true, description: 'Certificate of the article, such as organic produce.' }) certificate?:
    | string
    | undefined;
  @Field(() => String, { nullable: true, description: 'Size of the article, as the shop writes it.' }) size?: string | undefined;
  @Field(() => String, { nullable: true, description: 'Colour of the article.' }) colour?: string | undefined;
}

/** What a member bought in one go. */
@Entity({ tableName: 'basket' })
@ObjectType({ description: 'What was bought in one go.' })
@Key('id')
@Access('OWN')
export class Basket extends Report {
  @Property({ type: 'text', fieldName: 'lines' }) encodedLines!: string;

  @Field(() => FenScalar, { description: 'Sum of the lines.' })
  @Property({ type: new BigIntType('bigint') })
  amountFen!: bigint;

  @Field(() => FenScalar, { description: 'The part of it that was paid in cash.' })
  @Property({ type: new BigIntType('bigint') })
  cashFen!: bigint;

  @Field(() => [BasketLine], { description: 'What was bought.' })
  lines(): BasketLine[] {
    return decode(this.encodedLines);
  }

  @Field(() => String, { description: "The partner's own number of the basket." })
  basketRef(): string {
    return this.ref;
  }

  @Field(() => Member, { nullable: true, description: 'Whose basket it is.' })
  member(): MemberKey {
    return as(Member, { uid: this.memberUid });
  }
}
