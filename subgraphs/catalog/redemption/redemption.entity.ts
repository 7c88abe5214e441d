import { BigIntType } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Access, Key } from '../../kernel/access.js';
import { enumOf } from '../../kernel/enum.js';
import { FenScalar } from '../../kernel/scalars.js';
import { Encoded } from '../encoded.js';
import { DeliveryKind } from '../items/item.entity.js';
import type { Failure, Step } from './saga.js';
import type { Leg } from '../quotes/split.js';

export const RedemptionStateEnum = enumOf('RedemptionState', 'How far a redemption is.', {
  PENDING: 'Under way; it ends by itself as one of the others.',
  COMPLETED: 'Delivered, and the points are burned.',
  FAILED: 'Nothing was delivered and nothing was taken.',
});

/** A redemption and the state of its saga. Written by plain statements that name the step they start from, never through the unit of work. */
@Entity({ tableName: 'redemption' })
@ObjectType({ description: 'Points spent at a partner: what was bought, how it was paid, what was delivered.' })
@Key('id')
@Access('OWN')
export class Redemption {
  @Field(() => ID, { description: 'Id of the redemption.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'uuid' }) holdId!: string;
  @Property({ type: 'uuid' }) quoteId!: string;
  @Property({ type: 'uuid' }) memberUid!: string;
  @Property({ type: 'text' }) acceptorId!: string;
  @Property({ type: 'text' }) deliveredBy!: string;
  /** Under whose key the write came in, for the audit trail. */
  @Property({ type: 'text' }) principal!: string;
  @Property({ type: 'text' }) key!: string;
  @Property({ type: 'text' }) operation!: string;

  @Property({ type: 'text' }) step!: Step;
  @Property({ type: 'boolean' }) waiting!: boolean;
  @Property({ type: 'boolean' }) timed!: boolean;
  @Property({ type: 'boolean' }) insisting!: boolean;
  @Property({ type: new Encoded<Failure>(), nullable: true }) reason!: Failure | null;
  @Property({ type: 'boolean' }) reserved!: boolean;
  /** End of the hold's term; null where it has none. */
  @Property({ type: 'datetime', nullable: true }) expiresAt!: Date | null;
  @Property({ type: 'datetime', nullable: true }) deliverBy!: Date | null;

  @Property({ type: new Encoded<readonly Leg[]>() }) paid!: readonly Leg[];

  @Field(() => FenScalar, { description: 'The whole price.' })
  @Property({ type: new BigIntType('bigint') })
  priceFen!: bigint;

  @Field(() => FenScalar, { description: 'The part that is paid in cash at the partner.' })
  @Property({ type: new BigIntType('bigint') })
  cashFen!: bigint;

  @Field(() => Date, { description: 'When it was asked for.' })
  @Property({ type: 'datetime' })
  at!: Date;
}

/** One line of a redemption, as it was paid and delivered. */
@Entity({ tableName: 'redemption_line' })
@ObjectType({ description: 'One line of a redemption.' })
@Access('PUBLIC')
export class RedemptionLine {
  @PrimaryKey({ type: 'uuid' }) redemptionId!: string;

  @Field(() => Int, { description: 'Number of the line, from 1.' })
  @PrimaryKey({ type: 'integer' })
  line!: number;

  @Property({ type: 'text' }) itemId!: string;
  @Property({ type: 'integer' }) itemVersion!: number;
  @Property({ type: 'text' }) deliveryKind!: DeliveryKind;
  @Property({ type: 'integer' }) deliveryAmount!: number;

  @Field(() => Int, { description: 'Pieces.' })
  @Property({ type: 'integer' })
  quantity!: number;

  @Field(() => FenScalar, { description: 'Price of all pieces.' })
  @Property({ type: new BigIntType('bigint') })
  priceFen!: bigint;

  @Property({ type: new Encoded<readonly Leg[]>() }) paid!: readonly Leg[];

  @Field(() => FenScalar, { description: 'The part of the line that is paid in cash.' })
  @Property({ type: new BigIntType('bigint') })
  cashFen!: bigint;

  @Field(() => Int, { description: 'Pieces that came back.' })
  @Property({ type: 'integer' })
  returnedQuantity!: number;

  /** The appointment that was chosen; null where it needed none. */
  @Property({ type: 'uuid', nullable: true }) slotId!: string | null;

  @Property({ type: 'boolean' }) delivered!: boolean;
  @Property({ type: 'text', nullable: true }) deliveryReference!: string | null;
  @Property({ type: 'text', nullable: true }) deliveryDetail!: string | null;
}
