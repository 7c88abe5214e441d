import { BigIntType } from '@mikro-orm/core';
import { Entity, Property } from '@mikro-orm/decorators/legacy';
import { Field, ObjectType } from 'type-graphql';
import { Access, Key } from '../../kernel/access.js';
import { FenScalar } from '../../kernel/scalars.js';
import { as } from '../../kernel/union.js';
import type { MemberKey } from '../member.stub.js';
import { Report } from '../report.entity.js';
import { CardProduct, CardTransactionKind } from './card-kinds.js';
import { Member } from './member.stub.js';

/** What happened on a member's card. */
@Entity({ tableName: 'card_transaction' })
@ObjectType({ description: 'What happened on a bank card.' })
@Key('id')
@Access('OWN')
export class CardTransaction extends Report {
  @Field(() => CardTransactionKind, { description: 'What happened; only SPEND earns points.' })
  @Property({ type: 'text' })
  kind!: CardTransactionKind;

  @Field(() => CardProduct, { description: 'Kind of card.' })
  @Property({ type: 'text' })
  cardProduct!: CardProduct;

  @Field(() => FenScalar, { description: 'Amount.' })
  @Property({ type: new BigIntType('bigint') })
  amountFen!: bigint;

  @Field(() => String, { nullable: true, description: 'Category of the merchant.' })
  @Property({ type: 'text', nullable: true })
  category!: string | null;

  @Field(() => String, { nullable: true, description: 'Certificate of what was bought, such as organic produce.' })
  @Property({ type: 'text', nullable: true })
  certificate!: string | null;

  @Field(() => String, { description: "The bank's own number of the transaction." })
  transactionRef(): string {
    return this.ref;
  }

  @Field(() => Member, { nullable: true, description: 'Whose card it is.' })
  member(): MemberKey {
    return as(Member, { uid: this.memberUid });
  }
}
