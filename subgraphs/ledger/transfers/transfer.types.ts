import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Access } from '../../kernel/access.js';
import { MemberFrozen, NotEnrolled, Refusal, SuspendedPartner } from '../../kernel/refusal.js';
import { PointsScalar } from '../../kernel/scalars.js';
import { resultOf } from '../../kernel/union.js';
import { InsufficientPoints } from '../approvals/change.types.js';
import { Programme } from '../partners/programme.entity.js';
import { defaultPolicy } from './transfer-policy.js';

const says = {
  allowed: 'Whether members may send points to each other at all.',
  periodDays: 'Over how many days the limits count, back from each transfer, 1 to 366.',
  sentPoints: 'Points that one member may send in that time.',
  receivedPoints: 'Points that one member may receive in that time.',
  senders: 'From how many different members one member may receive in that time.',
} as const;

@ObjectType('TransferPolicy', { description: 'How far points of a programme may go from member to member.' })
@Access('PUBLIC')
export class TransferPolicyType {
  @Field(() => Boolean, { description: says.allowed }) allowed!: boolean;
  @Field(() => Int, { description: says.periodDays }) periodDays!: number;
  @Field(() => PointsScalar, { description: says.sentPoints }) sentPoints!: bigint;
  @Field(() => PointsScalar, { description: says.receivedPoints }) receivedPoints!: bigint;
  @Field(() => Int, { description: says.senders }) senders!: number;
}

@InputType({ description: 'How far points of a programme may go from member to member.' })
export class TransferPolicyInput {
  @Field(() => Boolean, { description: says.allowed }) allowed!: boolean;
  @Field(() => Int, { defaultValue: defaultPolicy.periodDays, description: says.periodDays }) periodDays!: number;
  @Field(() => PointsScalar, { defaultValue: defaultPolicy.sentPoints, description: says.sentPoints }) sentPoints!: bigint;
  @Field(() => PointsScalar, { defaultValue: defaultPolicy.receivedPoints, description: says.receivedPoints })
  receivedPoints!: bigint;
  @Field(() => Int, { defaultValue: defaultPolicy.senders, description: says.senders }) senders!: number;
}

@ObjectType({ description: 'The policy holds for every transfer from now on.' })
@Access('PUBLIC')
export class TransferPolicySet {
  @Field(() => Programme, { description: 'The programme.' }) programme!: Programme;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

@ObjectType({ description: 'Points that went from one member to another. The recipient is named to nobody.' })
@Access('PUBLIC')
export class Transfer {
  @Field(() => ID, { description: 'Id of the transfer: the cause of the entries on both sides.' }) id!: string;
  @Field(() => Programme, { description: 'The programme of the points.' }) programme!: Programme;
  @Field(() => PointsScalar, { description: 'How many.' }) points!: bigint;
  @Field(() => Date, { description: 'When.' }) at!: Date;
}

@ObjectType({ description: "The points are the other member's now." })
@Access('PUBLIC')
export class Transferred {
  @Field(() => Transfer, { description: 'The transfer.' }) transfer!: Transfer;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

@ObjectType({ description: 'Points of this programme do not go from member to member.', implements: Refusal })
@Access('PUBLIC')
export class TransferNotAllowed extends Refusal {}

@ObjectType({ description: 'That is more than the sender may still send in this period.', implements: Refusal })
@Access('PUBLIC')
export class TransferLimit extends Refusal {
  @Field(() => PointsScalar, { description: 'Points that the sender may still send now.' }) left!: bigint;
}

@ObjectType({
  description: 'This recipient cannot receive these points: there is no such member, or its limits or its standing do not let it.',
  implements: Refusal,
})
@Access('PUBLIC')
export class RecipientUnavailable extends Refusal {}

@ObjectType({ description: 'The sender owes points of this programme for returned goods.', implements: Refusal })
@Access('PUBLIC')
export class InArrears extends Refusal {
  @Field(() => PointsScalar, { description: 'Points that are owed.' }) arrears!: bigint;
}

export const TransferResult = resultOf(
  'TransferResult',
  'What became of a transfer.',
  Transferred,
  NotEnrolled,
  InsufficientPoints,
  MemberFrozen,
  SuspendedPartner,
  TransferNotAllowed,
  TransferLimit,
  RecipientUnavailable,
  InArrears,
);
