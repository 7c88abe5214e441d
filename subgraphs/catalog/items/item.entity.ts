import { ArrayType, BigIntType } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Access, Key } from '../../kernel/access.js';
import { enumOf } from '../../kernel/enum.js';
import { FenScalar, PointsScalar } from '../../kernel/scalars.js';
import type { Variants } from '../campaigns/parity.js';
import type { CouponTerms } from '../coupons/coupon-terms.js';
import { Encoded } from '../encoded.js';
import { ProgrammeStub } from '../programme.stub.js';
import type { ItemState } from './redeemable.js';

export const DeliveryKind = enumOf('DeliveryKind', 'What a member gets.', {
  PHONE_CREDIT: 'Credit on a phone bill; the amount is in fen.',
  DATA_PACK: 'Mobile data; the amount is in GB.',
  SERVICE_VOUCHER: 'A voucher for a service.',
  GOODS: 'Goods that are shipped or handed over.',
  TICKET: 'A ticket, a seat or a room.',
  COUPON: 'A coupon for a later purchase.',
  DONATION: "A donation in the member's name.",
});
export type DeliveryKind = keyof typeof DeliveryKind;

export const ItemStateEnum = enumOf<ItemState>('ItemState', 'Whether an item is on offer now.', {
  OPEN: 'On offer.',
  CLOSED: 'Not yet or no longer on offer.',
});

@ObjectType({ description: 'The price of one piece in points of one programme.' })
@Access('PUBLIC')
export class ItemPrice {
  @Field(() => ProgrammeStub, { description: 'Whose points.' }) programme!: ProgrammeStub;
  @Field(() => PointsScalar, { description: 'How many, for the whole of one piece.' }) points!: bigint;
  @Field(() => Int, { description: 'Version of the price; every save of the item is a new one.' }) version!: number;
}

@ObjectType({ description: 'What points are worth on this item, in lowest terms: so many fen for so many points.' })
@Access('PUBLIC')
export class ValuePerPoint {
  @Field(() => FenScalar, { description: 'Fen.' }) fen!: bigint;
  @Field(() => PointsScalar, { description: 'Points.' }) points!: bigint;
}

@ObjectType({ description: 'What the member gets for one piece.' })
@Access('PUBLIC')
export class ItemDelivery {
  @Field(() => DeliveryKind, { description: 'Kind.' }) kind!: DeliveryKind;
  @Field(() => Int, { description: 'How much, in `unit`.' }) amount!: number;
  @Field(() => String, { description: 'Unit of the amount, such as fen, GB or piece.' }) unit!: string;
}

@ObjectType({ description: 'The rules that are shown with an item.' })
@Access('PUBLIC')
export class ItemDisclosure {
  @Field(() => String, { nullable: true, description: 'From how many points on, and who may take part.' }) threshold!: string | null;
  @Field(() => String, { nullable: true, description: 'Until when it can be used.' }) expiry!: string | null;
  @Field(() => String, { nullable: true, description: 'How many per member, and other limits.' }) limits!: string | null;
}

@ObjectType({ description: 'One thing that an item is advertised as, such as its material.' })
@Access('PUBLIC')
export class ItemFeature {
  @Field(() => String, { description: 'What is said of it, such as material.' }) name!: string;
  @Field(() => String, { description: 'What it is said to be.' }) value!: string;
}

/** One version of an item, never changed once saved; a quote keeps the version that it priced. How much is left stands on the shelf. */
@Entity({ tableName: 'item_version' })
@ObjectType({ description: 'Something that a partner offers for points.' })
@Key('id')
@Access('PUBLIC')
export class Item {
  @Field(() => ID, { description: 'Id of the item, such as `basic-maintenance`.' })
  @PrimaryKey({ type: 'text' })
  id!: string;

  @Field(() => Int, { description: 'Version of the item.' })
  @PrimaryKey({ type: 'integer' })
  version!: number;

  @Property({ type: 'text' }) ownerId!: string;
  @Property({ type: 'text' }) nameZh!: string;
  @Property({ type: 'text' }) nameEn!: string;

  @Field(() => String, { description: 'Category, such as maintenance.' })
  @Property({ type: 'text' })
  category!: string;

  @Field(() => FenScalar, { description: 'Price of one piece in money.' })
  @Property({ type: new BigIntType('bigint') })
  faceFen!: bigint;

  @Property({ type: 'text' }) programme!: string;
  @Property({ type: new BigIntType('bigint') }) pricePoints!: bigint;

  @Property({ type: 'text' }) deliveryKind!: DeliveryKind;
  @Property({ type: 'integer' }) deliveryAmount!: number;
  @Property({ type: 'text' }) deliveryUnit!: string;

  @Field(() => Int, { description: 'Share of the price that points may cover, in basis points; 10000 is all of it.' })
  @Property({ type: 'integer' })
  maxPointsShareBasisPoints!: number;

  @Field(() => Boolean, { description: 'Whether points of other programmes than that of the price are taken.' })
  @Property({ type: 'boolean' })
  acceptsOtherProgrammes!: boolean;

  @Field(() => Boolean, {
    description:
      'Whether members with a good credit record, who agreed to its use, pay fewer points; never more than the price, whoever asks.',
  })
  @Property({ type: 'boolean' })
  creditThreshold!: boolean;

  @Field(() => [String], { description: 'Free words to find the item by.' })
  @Property({ type: ArrayType, columnType: 'text[]' })
  tags!: string[];

  @Field(() => Date, { nullable: true, description: 'When the offer opens; absent where it is open from the start.' })
  @Property({ type: 'datetime', nullable: true })
  opensAt!: Date | null;

  @Field(() => Date, { nullable: true, description: 'When the offer closes; absent where it has no end.' })
  @Property({ type: 'datetime', nullable: true })
  closesAt!: Date | null;

  @Field(() => ItemDisclosure, { nullable: true, description: 'The rules that are shown with the item.' })
  @Property({ type: new Encoded<ItemDisclosure>(), nullable: true })
  disclosure!: ItemDisclosure | null;

  /** Conditions of use for who pays cash and who pays points; null where nothing is said of them. */
  @Property({ type: new Encoded<Variants>(), nullable: true }) variants!: Variants | null;

  /** What it is advertised as; null where nothing is said. */
  @Property({ type: new Encoded<readonly ItemFeature[]>(), nullable: true }) specification!: readonly ItemFeature[] | null;
  /** Id of who supplies it; null where nobody is named. */
  @Property({ type: 'text', nullable: true }) supplier!: string | null;

  /** What its coupons take off; null where it brings none. */
  @Property({ type: new Encoded<CouponTerms>(), nullable: true }) coupon!: CouponTerms | null;

  /** Whether this is the version on offer. */
  @Property({ type: 'boolean' }) current!: boolean;
  @Property({ type: 'datetime' }) savedAt!: Date;
  /** Why there is this version: it was saved, is the item at a price that holds for a time, or at one made of cost and demand. */
  @Property({ type: 'text' }) cause!: 'SAVED' | 'OVERRIDE' | 'PRICING';
  @Property({ type: 'text', nullable: true }) author!: string | null;
  @Property({ type: 'text', nullable: true }) reason!: string | null;
}
