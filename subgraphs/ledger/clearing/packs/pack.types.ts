import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Access } from '../../../kernel/access.js';
import { enumOf } from '../../../kernel/enum.js';
import { connectionOf } from '../../../kernel/page.js';
import { CreditLimitReached, Refusal, SuspendedPartner } from '../../../kernel/refusal.js';
import { FenScalar, PointsScalar } from '../../../kernel/scalars.js';
import { resultOf } from '../../../kernel/union.js';
import { PointValue } from '../../partners/programme.entity.js';

const replayed = 'Whether this answer was given before under the same key.';

export type PackStateName = 'OPEN' | 'USED_UP' | 'ENDED';
export const PackState = enumOf<PackStateName>('PackState', 'Whether a pack can be drawn on.', {
  OPEN: 'Points are left in it.',
  USED_UP: 'Nothing is left; what is returned may fill it again.',
  ENDED: 'Its time is over, and what was left lapsed.',
});

@ObjectType({ description: 'On which terms an issuer sells its points in advance.' })
@Access('PUBLIC')
export class PackTerms {
  @Field(() => PointValue, { description: 'What points cost in advance.' }) price!: PointValue;
  @Field(() => PointsScalar, { description: 'The smallest pack.' }) minPoints!: bigint;
  @Field(() => Int, { nullable: true, description: 'For how many months a pack can be drawn on; absent: for ever.' }) months!:
    | number
    | null;
}

@ObjectType({ description: "Another issuer's points that a partner paid for before its customers earn them." })
@Access('FINANCE')
export class PrepaidPack {
  readonly partnerId!: string;
  readonly programmeId!: string;
  readonly issuerId!: string;
  @Field(() => ID, { description: 'Opaque id.' }) id!: string;
  @Field(() => PackState, { description: 'Whether it can be drawn on.' }) state!: PackStateName;
  @Field(() => PointsScalar, { description: 'Points that were bought.' }) points!: bigint;
  @Field(() => PointsScalar, { description: 'Points that are left.' }) leftPoints!: bigint;
  @Field(() => FenScalar, { description: 'What they cost, owed when they were bought.' }) priceFen!: bigint;
  @Field(() => PointsScalar, { description: 'With so many points left or fewer the partner is told.' }) alertPoints!: bigint;
  @Field(() => Date, { description: 'When they were bought.' }) boughtAt!: Date;
  @Field(() => Date, { nullable: true, description: 'First instant at which it cannot be drawn on any more; absent: never.' })
  expiresAt!: Date | null;
}

export const PackConnection = connectionOf(PrepaidPack, 'PrepaidPack');

@ObjectType({ description: 'The pack is bought.' })
@Access('PUBLIC')
export class PackBought {
  @Field(() => PrepaidPack, { description: 'The pack.' }) pack!: PrepaidPack;
  @Field(() => Boolean, { description: replayed }) replayed!: boolean;
}

@ObjectType({ description: 'The issuer sells no pack so small.', implements: Refusal })
@Access('PUBLIC')
export class PackTooSmall extends Refusal {
  @Field(() => PointsScalar, { description: 'The smallest one.' }) minPoints!: bigint;
}

@ObjectType({ description: 'The partner is told from so few points on.' })
@Access('PUBLIC')
export class PackAlertSet {
  @Field(() => PrepaidPack, { description: 'The pack.' }) pack!: PrepaidPack;
  @Field(() => Boolean, { description: replayed }) replayed!: boolean;
}

export const BuyPackResult = resultOf(
  'BuyPackResult',
  'What became of buying points in advance.',
  PackBought,
  PackTooSmall,
  SuspendedPartner,
  CreditLimitReached,
);
