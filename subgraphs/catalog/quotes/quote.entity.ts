import { ArrayType, BigIntType } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Access } from '../../kernel/access.js';
import { FenScalar } from '../../kernel/scalars.js';
import { Encoded } from '../encoded.js';
import type { Leg, SplitLine } from './split.js';

/** A price and its split, kept until an instant. */
@Entity({ tableName: 'quote' })
@ObjectType({ description: 'A price in points and cash that holds until a time, for one member at one partner.' })
@Access('OWN')
export class Quote {
  @Field(() => ID, { description: 'Id of the quote.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'uuid' }) memberUid!: string;
  @Property({ type: 'text' }) acceptorId!: string;
  /** The subgraph that delivers for the acceptor. */
  @Property({ type: 'text' }) deliveredBy!: string;
  @Property({ type: new Encoded<readonly SplitLine[]>() }) split!: readonly SplitLine[];
  @Property({ type: new Encoded<readonly Leg[]>() }) paid!: readonly Leg[];
  @Property({ type: ArrayType, columnType: 'text[]' }) prefer!: string[];
  @Property({ type: new BigIntType('bigint'), nullable: true }) cashMaxFen!: bigint | null;

  @Field(() => FenScalar, { description: 'The whole price.' })
  @Property({ type: new BigIntType('bigint') })
  priceFen!: bigint;

  @Field(() => FenScalar, { description: 'What is left to pay in cash.' })
  @Property({ type: new BigIntType('bigint') })
  cashFen!: bigint;

  @Field(() => Date, { description: 'The first instant at which the quote no longer holds.' })
  @Property({ type: 'datetime' })
  until!: Date;

  @Field(() => Int, { description: 'Price version of the item; the highest one where the cart holds several.' })
  @Property({ type: 'integer' })
  version!: number;

  @Property({ type: 'datetime' }) createdAt!: Date;
  /** The redemption that this quote went into; a quote is used once. */
  @Property({ type: 'uuid', nullable: true }) usedBy!: string | null;
}
