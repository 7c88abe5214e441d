import { ArrayType, BigIntType } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Access } from '../../kernel/access.js';
import { enumOf } from '../../kernel/enum.js';
import { FenScalar } from '../../kernel/scalars.js';
import { PartnerStub } from '../partner.stub.js';
import { settings } from '../settings.js';
import type { CouponScope, CouponState } from './coupon-terms.js';

export const CouponScopeEnum = enumOf<CouponScope>('CouponScope', 'Where a coupon counts.', {
  ONE: 'At one partner.',
  GROUP: 'At several partners.',
  ALL: 'At every partner.',
});

export const CouponStateEnum = enumOf<CouponState>('CouponState', 'Whether a coupon still counts.', {
  USABLE: 'It can be used.',
  USED: 'It was used.',
  EXPIRED: 'Its time is over.',
  REVOKED: 'What it came from was returned, or its member is forgotten.',
});

@InputType({ description: 'What a coupon takes off, and from how much on.' })
export class CouponTermsInput {
  @Field(() => FenScalar, { nullable: true, description: 'The smallest basket that it counts for; mandatory for a coupon.' })
  thresholdFen?: bigint | null;
  @Field(() => FenScalar, { nullable: true, description: 'How much it takes off; the delivered amount where absent and in fen.' })
  faceFen?: bigint | null;
  @Field(() => CouponScopeEnum, { defaultValue: 'ONE', description: 'Where it counts.' }) scope!: CouponScope;
  @Field(() => [ID], { nullable: true, description: 'The partners at which it counts; for ONE the owner of the item where absent.' })
  acceptors?: string[] | null;
  @Field(() => Int, { defaultValue: settings.couponValidDays, description: 'For how many days from its issue it is valid.' })
  validDays!: number;
  @Field(() => Int, {
    defaultValue: settings.couponCoolingOffDays,
    description: 'For how many days a purchase that used it can be cancelled; the coupon is then there again.',
  })
  coolingOffDays!: number;
}

@ObjectType({ description: 'What the coupons of an item take off, and from how much on.' })
@Access('PUBLIC')
export class CouponOfItem {
  @Field(() => FenScalar, { description: 'The smallest basket that it counts for.' }) thresholdFen!: bigint;
  @Field(() => FenScalar, { description: 'How much it takes off.' }) faceFen!: bigint;
  @Field(() => CouponScopeEnum, { description: 'Where it counts.' }) scope!: CouponScope;
  @Field(() => [PartnerStub], { description: 'The partners at which it counts; none are named for ALL.' }) acceptors!: PartnerStub[];
  @Field(() => Int, { description: 'For how many days from its issue it is valid.' }) validDays!: number;
  @Field(() => Int, { description: 'For how many days a purchase that used it can be cancelled.' }) coolingOffDays!: number;
}

/** A member's coupon. Used, cancelled and revoked by plain statements under its row's lock, never through the unit of work. */
@Entity({ tableName: 'coupon' })
@ObjectType({ description: 'Money off one later purchase, from a threshold on.' })
@Access('OWN')
export class Coupon {
  @Field(() => ID, { description: 'Id of the coupon.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'uuid' }) memberUid!: string;
  /** The partner that offers the item. */
  @Property({ type: 'text' }) issuerId!: string;
  @Property({ type: 'text' }) itemId!: string;
  @Property({ type: 'integer' }) itemVersion!: number;
  /** What it was bought with; null where it was given. */
  @Property({ type: 'uuid', nullable: true }) redemptionId!: string | null;

  @Field(() => FenScalar, { description: 'How much it takes off.' })
  @Property({ type: new BigIntType('bigint') })
  faceFen!: bigint;

  @Field(() => FenScalar, { description: 'The smallest basket that it counts for.' })
  @Property({ type: new BigIntType('bigint') })
  thresholdFen!: bigint;

  @Field(() => CouponScopeEnum, { description: 'Where it counts.' })
  @Property({ type: 'text' })
  scope!: CouponScope;

  @Property({ type: ArrayType, columnType: 'text[]' }) acceptors!: string[];

  @Field(() => Int, { description: 'For how many days a purchase that used it can be cancelled.' })
  @Property({ type: 'integer' })
  coolingOffDays!: number;

  @Field(() => Date, { description: 'When it was issued.' })
  @Property({ type: 'datetime' })
  issuedAt!: Date;

  @Field(() => Date, { description: 'The first instant at which it can no longer be used.' })
  @Property({ type: 'datetime' })
  validUntil!: Date;

  @Field(() => Date, { nullable: true, description: 'When it was used; absent where it was not.' })
  @Property({ type: 'datetime', nullable: true })
  usedAt!: Date | null;

  @Property({ type: 'text', nullable: true }) usedBy!: string | null;
  @Property({ type: 'datetime', nullable: true }) revokedAt!: Date | null;
}
