import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, Int, ObjectType } from 'type-graphql';
import { Access } from '../kernel/access.js';
import type { CreditBand, CreditFacts, CreditTermsFacts } from './credit-band.js';

/** What the credit body said, one row per saying. No column is a field of the graph: the score leaves this table as a band only. */
@Entity({ tableName: 'credit_record' })
export class CreditRecord implements CreditFacts {
  @PrimaryKey({ type: 'uuid' }) id!: string;
  @Property({ type: 'uuid' }) memberUid!: string;
  @Property({ type: 'integer', nullable: true }) score!: number | null;
  @Property({ type: 'text', nullable: true }) band!: CreditBand | null;
  @Property({ type: 'text' }) source!: string;
  @Property({ type: 'text' }) recordedBy!: string;
  @Property({ type: 'datetime' }) at!: Date;
  @Property({ type: 'datetime' }) recordedAt!: Date;
}

@Entity({ tableName: 'credit_terms' })
@ObjectType({ description: 'What a credit band gives, the same for everybody; a new version takes the place of the one before.' })
@Access('PUBLIC')
export class CreditTerms implements CreditTermsFacts {
  @Field(() => Int, { description: 'Version, counted from 1.' })
  @PrimaryKey({ type: 'integer' })
  version!: number;

  @Field(() => Int, { description: 'Lowest score that counts as trusted, where the credit body names no band.' })
  @Property({ type: 'integer' })
  trustedFromScore!: number;

  @Field(() => Int, { description: 'Points of the trusted, in basis points of the usual: 12500 is 1.25 times; never below 10000.' })
  @Property({ type: 'integer' })
  multiplierBasisPoints!: number;

  @Field(() => Int, { description: 'Thresholds for the trusted, in basis points of the usual: 9000 is 0.90; never above 10000.' })
  @Property({ type: 'integer' })
  thresholdBasisPoints!: number;

  @Field(() => Date, { description: 'When this version took effect.' })
  @Property({ type: 'datetime' })
  at!: Date;
}
