import { BigIntType } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, ObjectType } from 'type-graphql';
import { Access, Key } from '../../kernel/access.js';
import { FenScalar, PointsScalar } from '../../kernel/scalars.js';

/** Lines and rules as they are kept: JSON knows no bigint, so amounts are decimal strings. */
export interface KeptLine {
  readonly sku: string;
  readonly fen: string;
  readonly cashFen: string;
  readonly points: string;
  /** What rules asked of the line; absent where nothing was said, and of lines that were kept before rules were tried on them. */
  readonly category?: string;
  readonly certificate?: string;
  readonly cardProduct?: string;
  readonly event?: string;
  /** Points that the event was about. */
  readonly about?: string;
}
/** What the member was; absent where as everybody. */
export interface KeptStanding {
  readonly multiplier?: string;
  readonly tier?: string;
}
export interface KeptRule {
  readonly rule: string;
  readonly points: string;
  /** Set where it is what the member's credit band added. */
  readonly credit?: true;
  /** What the rule's cap kept back, where it did. */
  readonly withheld?: string;
}

@ObjectType({ description: 'What one line of the purchase earned.' })
@Access('PUBLIC')
export class AccrualLine {
  @Field(() => String, { description: "The partner's own article number." }) sku!: string;
  @Field(() => FenScalar, { description: 'Price.' }) fen!: bigint;
  @Field(() => FenScalar, { description: 'The part of it that was paid in cash.' }) cashFen!: bigint;
  @Field(() => PointsScalar, { description: 'Points earned.' }) points!: bigint;
}

@Entity({ tableName: 'accrual' })
@ObjectType({ description: 'Points that one purchase earned.' })
@Key('id')
@Access('OWN')
export class Accrual {
  @Field(() => ID, { description: 'Opaque id.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'uuid' }) memberUid!: string;
  @Property({ type: 'text', fieldName: 'programme' }) programmeId!: string;
  @Property({ type: 'text', fieldName: 'partner' }) partnerId!: string;

  @Field(() => String, {
    description: "The partner's own number of the purchase; `event/` and a number that tells nothing where it is an engagement.",
  })
  @Property({ type: 'text' })
  purchaseRef!: string;

  @Field(() => PointsScalar, { description: 'Points earned.' })
  @Property({ type: new BigIntType('bigint') })
  points!: bigint;

  @Field(() => PointsScalar, { description: 'Of these, points taken back because goods were returned.' })
  @Property({ type: new BigIntType('bigint') })
  clawed!: bigint;

  /** What the partner came to owe the issuer for the points. */
  @Property({ type: new BigIntType('bigint') }) owedFen!: bigint;

  @Field(() => Date, { description: 'When the purchase was made.' })
  @Property({ type: 'datetime' })
  at!: Date;

  @Property({ type: 'uuid', nullable: true }) redemption!: string | null;
  @Property({ type: 'json', fieldName: 'lines' }) keptLines!: readonly KeptLine[];
  @Property({ type: 'json', fieldName: 'rules' }) keptRules!: readonly KeptRule[];
  /** Null of accruals from before it was kept. */
  @Property({ type: 'json', nullable: true, fieldName: 'standing' }) keptStanding!: KeptStanding | null;
  @Property({ type: 'text' }) bodyHash!: string;
}
