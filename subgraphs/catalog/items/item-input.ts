import { Field, ID, InputType, Int } from 'type-graphql';
import { FenScalar, PointsScalar } from '../../kernel/scalars.js';
import { TextInput } from '../../kernel/text.js';
import { VariantsInput } from '../campaigns/campaign-input.js';
import { CouponTermsInput } from '../coupons/coupon.entity.js';
import { DeliveryKind } from './item.entity.js';

@InputType({ description: 'The price of one piece in points of one programme.' })
export class ItemPriceInput {
  @Field(() => ID, { description: 'Whose points.' }) programme!: string;
  @Field(() => PointsScalar, { description: 'How many, for the whole of one piece.' }) points!: bigint;
}

@InputType({ description: 'What the member gets for one piece.' })
export class ItemDeliveryInput {
  @Field(() => DeliveryKind, { description: 'Kind; never DONATION, which only `donate` gives.' }) kind!: DeliveryKind;
  @Field(() => Int, { defaultValue: 1, description: 'How much, in `unit`.' }) amount!: number;
  @Field(() => String, { defaultValue: 'piece', description: 'Unit of the amount, such as fen, GB or piece.' }) unit!: string;
}

@InputType({ description: 'The rules that are shown with an item.' })
export class ItemDisclosureInput {
  @Field(() => String, { nullable: true, description: 'From how many points on, and who may take part.' }) threshold?: string | null;
  @Field(() => String, { nullable: true, description: 'Until when it can be used.' }) expiry?: string | null;
  @Field(() => String, { nullable: true, description: 'How many per member, and other limits.' }) limits?: string | null;
}

@InputType({ description: 'One thing that an item is advertised as, or was delivered as.' })
export class ItemFeatureInput {
  @Field(() => String, { description: 'What is said of it, such as material.' }) name!: string;
  @Field(() => String, { description: 'What it is.' }) value!: string;
}

@InputType({ description: 'An item as its owner wants it from now on.' })
export class UpsertItemInput {
  @Field(() => ID, { description: 'Lower-case letters, digits and hyphens, such as `basic-maintenance`; not beginning with `cause-`.' })
  id!: string;
  @Field(() => ID, { nullable: true, description: 'The partner that offers it; the caller itself where absent.' }) owner?: string | null;
  @Field(() => TextInput, { description: 'Name.' }) name!: TextInput;
  @Field(() => String, { description: 'Category, such as maintenance.' }) category!: string;
  @Field(() => FenScalar, { nullable: true, description: 'Price of one piece in money; the value of its points where absent.' })
  faceFen?: bigint | null;
  @Field(() => ItemPriceInput, { description: 'Price in points.' }) price!: ItemPriceInput;
  @Field(() => ItemDeliveryInput, { description: 'What the member gets.' }) delivery!: ItemDeliveryInput;
  @Field(() => Int, { nullable: true, description: 'Pieces left from now on; null without limit, absent as it was.' }) stock?:
    | number
    | null;
  @Field(() => Int, { defaultValue: 10_000, description: 'Share of the price that points may cover, in basis points.' })
  maxPointsShareBasisPoints!: number;
  @Field(() => Boolean, { defaultValue: true, description: 'Whether points of other programmes are taken.' })
  acceptsOtherProgrammes!: boolean;
  @Field(() => Boolean, {
    defaultValue: false,
    description: "Whether the threshold factor of the member's credit band counts, for members who agreed to its use.",
  })
  creditThreshold!: boolean;
  @Field(() => [String], { defaultValue: [], description: 'Free words to find the item by.' }) tags!: string[];
  @Field(() => Date, { nullable: true, description: 'When the offer opens.' }) opensAt?: Date | null;
  @Field(() => Date, { nullable: true, description: 'When the offer closes.' }) closesAt?: Date | null;
  @Field(() => ItemDisclosureInput, { nullable: true, description: 'The rules that are shown.' }) disclosure?: ItemDisclosureInput | null;
  @Field(() => VariantsInput, {
    nullable: true,
    description:
      'Conditions of use for who pays cash and who pays points. Who pays points is never worse off, and what was promised is not narrowed later.',
  })
  windows?: VariantsInput | null;
  @Field(() => [ItemFeatureInput], { defaultValue: [], description: 'What it is advertised as; delivered goods are compared with it.' })
  features!: ItemFeatureInput[];
  @Field(() => ID, { nullable: true, description: 'Who supplies it; see `setSupplier`.' }) supplier?: string | null;
  @Field(() => CouponTermsInput, { nullable: true, description: 'For an item that delivers coupons: what they take off.' })
  coupon?: CouponTermsInput | null;
}

@InputType({ description: 'Which items of a list; all conditions hold together.' })
export class ItemFilter {
  @Field(() => ID, { nullable: true, description: 'Offered by this partner.' }) owner?: string | null;
  @Field(() => String, { nullable: true, description: 'Of this category.' }) category?: string | null;
  @Field(() => String, { nullable: true, description: 'With this tag.' }) tag?: string | null;
}
