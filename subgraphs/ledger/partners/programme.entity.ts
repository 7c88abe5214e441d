import { BigIntType, type FormulaCallback, OptionalProps } from '@mikro-orm/core';
import { Entity, Formula, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Access, Key } from '../../kernel/access.js';
import { enumOf } from '../../kernel/enum.js';
import { type Rational, rational } from '../../kernel/rational.js';
import { FenScalar, PointsScalar } from '../../kernel/scalars.js';
import { Text } from '../../kernel/text.js';
import type { ExpiryRule } from '../points/expiry.js';

export const ExpiryMode = enumOf('ExpiryMode', 'How points of a programme run out.', {
  NONE: 'They never expire.',
  ROLLING: 'They expire a number of months after they were earned.',
  CALENDAR: 'They expire at the end of a fixed day of the year.',
  SLIDING: 'All of them expire a number of months after points were last earned or spent.',
});
export type ExpiryMode = keyof typeof ExpiryMode;

export const AcceptanceScope = enumOf('AcceptanceScope', 'Where points of a programme may be spent.', {
  ALL: 'At every partner.',
  GROUP: 'At the issuer and the listed partners.',
  SINGLE: 'At the issuer alone.',
});
export type AcceptanceScope = keyof typeof AcceptanceScope;

@ObjectType({ description: 'What points are worth: so many fen for so many points.' })
@Access('PUBLIC')
export class PointValue {
  @Field(() => FenScalar, { description: 'Fen …' }) fen!: bigint;
  @Field(() => PointsScalar, { description: '… for this many points.' }) points!: bigint;
}

@ObjectType({ description: 'When points of a programme expire.' })
@Access('PUBLIC')
export class ExpiryPolicy {
  @Field(() => ExpiryMode, { description: 'How points run out.' }) mode!: ExpiryMode;
  @Field(() => Int, {
    nullable: true,
    description: 'Months after earning (ROLLING) or after the last activity (SLIDING); what points live at the least (CALENDAR).',
  })
  months!: number | null;
  @Field(() => Boolean, { description: 'Whether they stay usable to the end of that month.' }) roundToMonthEnd!: boolean;
  @Field(() => Boolean, { description: 'Whether they stay usable to the end of that year.' }) roundToYearEnd!: boolean;
  @Field(() => String, {
    nullable: true,
    description: 'For CALENDAR: the last usable day, as `MM-DD`; 02-29 is the last of February in every year.',
  })
  monthDay!: string | null;
}

export const ProgrammeKind = enumOf('ProgrammeKind', 'What the points of a programme are.', {
  POINTS: 'Points.',
  MILES: 'Miles of a carrier: its rules are published only once ratio, validity and limits are disclosed.',
});
export type ProgrammeKind = keyof typeof ProgrammeKind;

@ObjectType({ description: 'What members are told of a programme, in words.' })
@Access('PUBLIC')
export class ProgrammeDisclosure {
  @Field(() => String, { nullable: true, description: 'How points are earned: so many for so much.' }) ratio!: string | null;
  @Field(() => String, { nullable: true, description: 'How long they are valid.' }) validity!: string | null;
  @Field(() => String, { nullable: true, description: 'What limits their use.' }) limits!: string | null;
}

@ObjectType({ description: 'Where points of a programme may be spent.' })
@Access('PUBLIC')
export class Acceptance {
  @Field(() => AcceptanceScope, { description: 'How widely.' }) scope!: AcceptanceScope;
  @Field(() => [ID], { description: 'The listed partners of scope GROUP.' }) partners!: readonly string[];
}

export const Unrecovered = enumOf('Unrecovered', 'What becomes of points that were earned on returned goods and were spent before.', {
  ARREARS: 'They are owed, and taken out of the next points that come in.',
  CASH_REFUND: 'What they cost is deducted from the cash that is paid back, as far as it reaches; the rest is owed.',
});
export type Unrecovered = keyof typeof Unrecovered;

@ObjectType({ description: 'What becomes of points when goods come back.' })
@Access('PUBLIC')
export class ReturnPolicy {
  @Field(() => Int, {
    nullable: true,
    description: 'Days for which points come back whose lot expired meanwhile; absent where they do not.',
  })
  graceDays!: number | null;
  @Field(() => Unrecovered, { description: 'What becomes of points that should be taken back and are not there any more.' })
  unrecovered!: Unrecovered;
}

/** What the newest rate says that has begun and speaks of it; before the first one, what the programme began with. */
const inForce =
  (column: string, first: keyof Programme): FormulaCallback<Programme> =>
  (columns) =>
    `coalesce((select r.${column} from programme_rate r where r.programme = ${columns.id} and r.valid_from <= clock() and r.${column} is not null
      order by r.valid_from desc, r.id desc limit 1), ${columns[first as 'id']})`;

/** Trap: without a name of its own in the answer, such a column would hide the one of the same name in the table. */
const dated = { type: new BigIntType('bigint') } as const;

@Entity({ tableName: 'programme' })
@ObjectType({ description: "One issuer's points: their value, life and acceptance." })
@Key('id')
@Access('PUBLIC')
export class Programme {
  [OptionalProps]?: 'valueFen' | 'valuePoints' | 'issuePriceFen' | 'issuePricePoints' | 'marginGuardBasisPoints';

  @Field(() => ID, { description: 'Short name, such as `TEL-P`.' })
  @PrimaryKey({ type: 'text' })
  id!: string;

  @Property({ type: 'text', fieldName: 'issuer' }) issuerId!: string;

  @Field(() => Text, { description: 'Name in both languages.' })
  @Property({ type: 'json' })
  name!: Text;

  @Property({ type: new BigIntType('bigint'), fieldName: 'value_fen' }) firstValueFen!: bigint;
  @Property({ type: new BigIntType('bigint'), fieldName: 'value_points' }) firstValuePoints!: bigint;
  /** As of now, like the price below; rates are dated. */
  @Formula(inForce('value_fen', 'firstValueFen'), { ...dated, fieldName: 'value_fen_now' }) valueFen!: bigint;
  @Formula(inForce('value_points', 'firstValuePoints'), { ...dated, fieldName: 'value_points_now' }) valuePoints!: bigint;

  @Field(() => String, { description: 'Time zone of expiry, such as `Asia/Shanghai`.' })
  @Property({ type: 'text' })
  zone!: string;

  @Property({ type: 'text' }) expiryMode!: ExpiryMode;
  @Property({ type: 'integer', nullable: true }) expiryMonths!: number | null;
  @Property({ type: 'boolean' }) expiryRoundToMonthEnd!: boolean;
  @Property({ type: 'boolean', default: false }) expiryRoundToYearEnd!: boolean;
  @Property({ type: 'text', nullable: true }) expiryMonthDay!: string | null;

  @Field(() => ProgrammeKind, { description: 'Points or miles.' })
  @Property({ type: 'text', default: 'POINTS' })
  kind!: ProgrammeKind;

  @Field(() => ProgrammeDisclosure, { nullable: true, description: 'What members are told of it; miles need it.' })
  @Property({ type: 'json', nullable: true })
  disclosure!: ProgrammeDisclosure | null;

  /** What rules may cost at the most, in basis points of sales; null: nobody said. */
  @Property({ type: 'integer', nullable: true }) marginGuardBasisPoints!: number | null;
  @Property({ type: 'text' }) acceptanceScope!: AcceptanceScope;
  @Property({ type: 'string[]' }) acceptancePartners!: readonly string[];
  @Property({ type: 'integer', nullable: true }) returnGraceDays!: number | null;
  @Property({ type: 'text', default: 'ARREARS' }) returnUnrecovered!: Unrecovered;
  @Property({ type: new BigIntType('bigint'), fieldName: 'issue_price_fen' }) firstIssuePriceFen!: bigint;
  @Property({ type: new BigIntType('bigint'), fieldName: 'issue_price_points' }) firstIssuePricePoints!: bigint;
  @Formula(inForce('issue_price_fen', 'firstIssuePriceFen'), { ...dated, fieldName: 'issue_price_fen_now' }) issuePriceFen!: bigint;
  @Formula(inForce('issue_price_points', 'firstIssuePricePoints'), { ...dated, fieldName: 'issue_price_points_now' })
  issuePricePoints!: bigint;
}

/** Fen per point. */
export const valueOf = (programme: Programme): Rational => rational(programme.valueFen, programme.valuePoints);
/** Fen per point that a partner owes the issuer for points which it grants. */
export const issuePriceOf = (programme: Programme): Rational => rational(programme.issuePriceFen, programme.issuePricePoints);

/** When its points run out. */
export const expiryPolicyOf = (programme: Programme): ExpiryRule => ({
  mode: programme.expiryMode,
  months: programme.expiryMonths,
  roundToMonthEnd: programme.expiryRoundToMonthEnd,
  roundToYearEnd: programme.expiryRoundToYearEnd,
  monthDay: programme.expiryMonthDay,
  zone: programme.zone,
});

/** Whether points of the programme may be spent at the acceptor. */
export function isAccepted(programme: Pick<Programme, 'issuerId' | 'acceptanceScope' | 'acceptancePartners'>, acceptor: string): boolean {
  if (programme.issuerId === acceptor || programme.acceptanceScope === 'ALL') return true;
  return programme.acceptanceScope === 'GROUP' && programme.acceptancePartners.includes(acceptor);
}
