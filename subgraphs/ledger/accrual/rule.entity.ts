import { BigIntType } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Access, Key } from '../../kernel/access.js';
import { enumOf } from '../../kernel/enum.js';
import { FenScalar, PointsScalar } from '../../kernel/scalars.js';
import type { PendingMode as PendingModeName, Rule } from './rules.js';

export const RuleKind = enumOf('RuleKind', 'What a rule gives.', {
  BASE: 'Points for money spent.',
  BONUS: 'A share of the base on top; bonuses add up and never compound.',
  EVENT: 'Points for something that happened and was proved, such as a lecture: so many for each, or a share of the points it is about.',
});
export type RuleKind = keyof typeof RuleKind;

export const AccrualBasis = enumOf('AccrualBasis', 'Which money earns.', {
  GROSS: 'The whole price, also what credit or points paid.',
  NET: 'What was paid in cash.',
});
export type AccrualBasis = keyof typeof AccrualBasis;

export const RuleState = enumOf('RuleState', 'Where a rule stands.', {
  DRAFT: 'Written, not in force.',
  PUBLISHED: 'In force, or will be from its first day.',
  ENDED: 'Over, or replaced by a newer version.',
});
export type RuleState = keyof typeof RuleState;

@ObjectType({ description: 'So many points per so many fen.' })
@Access('PUBLIC')
export class AccrualRate {
  @Field(() => PointsScalar, { description: 'Points …' }) points!: bigint;
  @Field(() => FenScalar, { description: '… for this many fen.' }) fen!: bigint;
}

export const PendingMode = enumOf<PendingModeName>('PendingMode', 'What points wait for before they may be spent.', {
  DAYS: 'So many days of 24 hours after the purchase, such as a return period.',
  DATE: 'An instant; earned after it they do not wait.',
  EVENT: 'An event that is confirmed, such as the end of a journey.',
});

@ObjectType({ description: 'What the points of a rule wait for before they may be spent.' })
@Access('PUBLIC')
export class RulePending {
  @Field(() => PendingMode, { description: 'What they wait for.' }) mode!: PendingModeName;
  @Field(() => Int, { nullable: true, description: 'For DAYS: how many.' }) days!: number | null;
  @Field(() => Date, { nullable: true, description: 'For DATE: the first instant at which they may be spent.' }) until!: Date | null;
  @Field(() => String, { nullable: true, description: 'For EVENT: its name.' }) event!: string | null;
  @Field(() => Int, {
    nullable: true,
    description: 'For EVENT: days after which the points are gone without it; absent: they wait for ever.',
  })
  lapseDays!: number | null;
}

@Entity({ tableName: 'accrual_rule' })
@ObjectType({ description: 'How purchases earn points. A published rule never changes; a newer version of the same name takes over.' })
@Key('id')
@Access('PUBLIC')
export class AccrualRule implements Rule {
  @Field(() => ID, { description: 'Opaque id of this version.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'text', fieldName: 'programme' }) programmeId!: string;

  @Field(() => String, { description: 'Name that its versions share.' })
  @Property({ type: 'text' })
  name!: string;

  @Field(() => Int, { description: 'Counts up from 1 within the name.' })
  @Property({ type: 'integer' })
  version!: number;

  @Field(() => RuleKind, { description: 'What it gives.' })
  @Property({ type: 'text' })
  kind!: RuleKind;

  @Property({ type: new BigIntType('bigint'), nullable: true }) ratePoints!: bigint | null;
  @Property({ type: new BigIntType('bigint'), nullable: true }) rateFen!: bigint | null;

  @Field(() => Int, {
    nullable: true,
    description: 'For BONUS: share of the base in basis points; 10000 doubles. For EVENT: of the points it is about.',
  })
  @Property({ type: 'integer', nullable: true })
  bonusBasisPoints!: number | null;

  @Field(() => PointsScalar, { nullable: true, description: 'For EVENT: points for each, whatever was spent.' })
  @Property({ type: new BigIntType('bigint'), nullable: true })
  eventPoints!: bigint | null;

  @Field(() => PointsScalar, {
    nullable: true,
    description: 'Most points that it gives for one purchase; what a cap keeps back is withheld and shown.',
  })
  @Property({ type: new BigIntType('bigint'), nullable: true })
  transactionCapPoints!: bigint | null;

  @Field(() => PointsScalar, {
    nullable: true,
    description: "Most points that it gives one member in a calendar day of the programme's zone.",
  })
  @Property({ type: new BigIntType('bigint'), nullable: true })
  dailyCapPoints!: bigint | null;

  @Field(() => PointsScalar, {
    nullable: true,
    description: "Most points that it gives one member in a calendar month of the programme's zone.",
  })
  @Property({ type: new BigIntType('bigint'), nullable: true })
  monthlyCapPoints!: bigint | null;

  @Field(() => PointsScalar, {
    nullable: true,
    description: "Most points that it gives one member in a calendar year of the programme's zone.",
  })
  @Property({ type: new BigIntType('bigint'), nullable: true })
  yearlyCapPoints!: bigint | null;

  @Field(() => PointsScalar, {
    nullable: true,
    description: 'Points in the wallet, held and pending ones among them, up to which it gives any.',
  })
  @Property({ type: new BigIntType('bigint'), nullable: true })
  balanceCapPoints!: bigint | null;

  @Field(() => AccrualBasis, { description: 'Which money earns; means nothing for BONUS.' })
  @Property({ type: 'text' })
  basis!: AccrualBasis;

  @Field(() => String, { nullable: true, description: 'Only lines of this category; absent: any.' })
  @Property({ type: 'text', nullable: true })
  category!: string | null;

  @Field(() => String, { nullable: true, description: 'Only lines with this certificate, such as `green`; absent: any.' })
  @Property({ type: 'text', nullable: true })
  certificate!: string | null;

  @Field(() => Boolean, { description: 'Whether the certificate has to be registered for the line, and not only claimed.' })
  @Property({ type: 'boolean' })
  certificateRegistered!: boolean;

  @Field(() => String, { nullable: true, description: 'Only lines paid with this card product; absent: any.' })
  @Property({ type: 'text', nullable: true })
  cardProduct!: string | null;

  @Field(() => String, { nullable: true, description: 'Only lines of this event, such as `SPEND`; absent: any.' })
  @Property({ type: 'text', nullable: true })
  event!: string | null;

  @Field(() => String, { nullable: true, description: 'Only for members of this tier; absent: all.' })
  @Property({ type: 'text', nullable: true })
  tier!: string | null;

  @Field(() => Boolean, { description: "Whether the multiplier of the member's credit band counts on this base; never below the base." })
  @Property({ type: 'boolean' })
  creditFactor!: boolean;

  @Property({ type: 'integer', nullable: true }) pendingDays!: number | null;
  @Property({ type: 'datetime', nullable: true }) pendingUntil!: Date | null;
  @Property({ type: 'text', nullable: true }) pendingEvent!: string | null;
  @Property({ type: 'integer', nullable: true }) pendingLapseDays!: number | null;

  @Field(() => String, { nullable: true, description: 'What is promised of it in words; publication holds it against the numbers.' })
  @Property({ type: 'text', nullable: true })
  claim!: string | null;

  @Field(() => [String], { description: 'What the law has to do with it, as text; † marks what counsel has to look at.' })
  @Property({ type: 'string[]' })
  legalReferences!: readonly string[];

  @Field(() => Date, { nullable: true, description: 'In force from; absent in a draft: from publication.' })
  @Property({ type: 'datetime', nullable: true })
  validFrom!: Date | null;

  @Field(() => Date, { nullable: true, description: 'In force until before this instant; absent: without end.' })
  @Property({ type: 'datetime', nullable: true })
  validUntil!: Date | null;

  @Property({ type: 'text' }) draftedBy!: string;
  @Property({ type: 'datetime' }) draftedAt!: Date;
  @Property({ type: 'text', nullable: true }) publishedBy!: string | null;
  @Property({ type: 'datetime', nullable: true }) publishedAt!: Date | null;
}
