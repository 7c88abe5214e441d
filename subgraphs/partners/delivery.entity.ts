import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Inaccessible, Internal, Shareable } from '../kernel/access.js';
import type { DeliveryLine, DeliveryOrder, DeliveryPart, ReturnedPiece } from './delivery-plan.js';

@InputType({ description: 'One redeemed line to deliver.' })
@Inaccessible()
export class DeliveryLineInput implements DeliveryLine {
  @Field(() => Int, { description: 'Number of the line in the redemption.' }) line!: number;
  @Field(() => String, { description: 'What is delivered, such as PHONE_CREDIT or SERVICE_VOUCHER.' }) kind!: string;
  @Field(() => Int, { description: 'How much one unit holds: fen of phone credit, GB of data.' }) amount!: number;
  @Field(() => Int, { description: 'How many units.' }) quantity!: number;
  @Field(() => ID, { description: 'The item of the catalog.' }) item!: string;
}

@InputType({ description: 'Everything of one redemption that one partner delivers: all lines or none.' })
@Inaccessible()
export class DeliveryOrderInput implements DeliveryOrder {
  @Field(() => ID, { description: 'The redemption, by which a delivery happens once.' }) redemption!: string;
  @Field(() => ID, { description: 'Uid of the member who receives it.' }) memberUid!: string;
  @Field(() => ID, { description: 'The partner that delivers.' }) partner!: string;
  @Field(() => [DeliveryLineInput], { description: 'What is delivered.' }) lines!: DeliveryLineInput[];
}

@InputType({ description: 'Pieces of one delivered line that come back.' })
@Inaccessible()
export class ReturnedPieceInput implements ReturnedPiece {
  @Field(() => Int, { description: 'Number of the line in the redemption.' }) line!: number;
  @Field(() => Int, { description: 'How many units.' }) quantity!: number;
}

@InputType({ description: 'A part of a delivery, which comes back with a return.' })
@Inaccessible()
export class DeliveryPartInput implements DeliveryPart {
  @Field(() => ID, { description: 'The return, by which the part is withdrawn once.' }) return!: string;
  @Field(() => [ReturnedPieceInput], { description: 'What comes back.' }) lines!: ReturnedPieceInput[];
}

@ObjectType({ description: 'What became of one line.' })
@Shareable()
@Internal()
export class DeliveredLine {
  @Field(() => Int, { description: 'Number of the line in the redemption.' }) line!: number;
  @Field(() => String, { description: 'Code or number under which the member uses it; several are set apart by a space.' })
  reference!: string;
  @Field(() => String, { description: 'What the member receives, in few words.' }) detail!: string;
}

@ObjectType({ description: 'What became of an order; the same order has the same receipt.' })
@Shareable()
@Internal()
export class DeliveryReceipt {
  @Field(() => Boolean, { description: 'Whether all lines are delivered; otherwise none is.' }) accepted!: boolean;
  @Field(() => String, { nullable: true, description: 'Why nothing is delivered.' }) reason!: string | null;
  @Field(() => [DeliveredLine], { description: 'The delivered lines.' }) lines!: DeliveredLine[];
}

@ObjectType({ description: 'What became of a withdrawal.' })
@Shareable()
@Internal()
export class DeliveryWithdrawn {
  @Field(() => Boolean, { description: 'True when nothing of it is delivered nor will be; false when it was used already.' })
  withdrawn!: boolean;
}
