import { BigIntType } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Access, Key } from '../../kernel/access.js';
import { FenScalar, PointsScalar } from '../../kernel/scalars.js';
import type { FeeBorneBy } from './new-obligation.js';

export const ObligationKind = {
  REDEMPTION: 'REDEMPTION',
  ACCRUAL: 'ACCRUAL',
  RETURN: 'RETURN',
  ADJUSTMENT: 'ADJUSTMENT',
  COUPON: 'COUPON',
  PACK: 'PACK',
} as const;
export type ObligationKind = keyof typeof ObligationKind;
registerEnumType(ObligationKind, {
  name: 'ObligationKind',
  description: 'Why one partner owes another.',
  valuesConfig: {
    REDEMPTION: { description: "The issuer's points paid for something at the creditor." },
    ACCRUAL: { description: "The debtor let its customers earn the creditor's points." },
    RETURN: { description: 'Goods came back, and with them an earlier obligation or a part of it.' },
    ADJUSTMENT: { description: 'A dispute about an earlier obligation was upheld.' },
    COUPON: { description: "The debtor's coupon was taken by the creditor." },
    PACK: { description: "The debtor bought a pack of the creditor's points in advance." },
  },
});

/** Appended once and never changed: a return is an obligation of its own, the other way round. */
@Entity({ tableName: 'obligation' })
@ObjectType({ description: 'What one partner owes another for points spent, earned or returned.' })
@Key('id')
@Access('FINANCE')
export class Obligation {
  @Field(() => ID, { description: 'Opaque id.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Field(() => Date, { description: 'When it arose.' })
  @Property({ type: 'datetime' })
  at!: Date;

  @Field(() => ID, { description: 'Settlement period that it belongs to, a month as YYYY-MM.' })
  @Property({ type: 'text' })
  period!: string;

  @Field(() => ObligationKind, { description: 'Why it arose.' })
  @Property({ type: 'text' })
  kind!: ObligationKind;

  @Property({ type: 'text' }) debtor!: string;
  @Property({ type: 'text' }) creditor!: string;
  @Property({ type: 'text' }) programme!: string;

  @Field(() => PointsScalar, { description: 'Points that were spent, earned or returned.' })
  @Property({ type: new BigIntType('bigint') })
  points!: bigint;

  @Field(() => FenScalar, { description: 'Amount owed, before the fee.' })
  @Property({ type: new BigIntType('bigint') })
  fen!: bigint;

  @Field(() => FenScalar, { description: "The operator's fee; in a return, the fee given back." })
  @Property({ type: new BigIntType('bigint') })
  feeFen!: bigint;

  @Property({ type: 'text' }) feeBorneBy!: FeeBorneBy;
  @Property({ type: 'text' }) cause!: string;

  @Field(() => ID, { nullable: true, description: 'The redemption behind it, if there is one.' })
  @Property({ type: 'uuid', nullable: true })
  redemption!: string | null;

  @Property({ type: 'uuid', nullable: true }) reverses!: string | null;

  @Field(() => FenScalar, {
    description: 'What the acceptor receives, or gives back in a return, after the part of the fee that it bears.',
  })
  get netFen(): bigint {
    return this.feeBorneBy === 'ACCEPTOR' ? this.fen - this.feeFen : this.fen;
  }
}
