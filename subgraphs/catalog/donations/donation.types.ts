import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Access } from '../../kernel/access.js';
import { MemberFrozen, Refusal, SuspendedPartner } from '../../kernel/refusal.js';
import { FenScalar, PointsScalar } from '../../kernel/scalars.js';
import { TextInput } from '../../kernel/text.js';
import { resultOf } from '../../kernel/union.js';
import { HoldRefused, InsufficientPoints } from '../redemption/results.js';
import { Cause } from './cause.entity.js';
import { Donation } from './donation.entity.js';

const replayed = 'Whether this answer was given before under the same key.';
const minimum = 'What a donation is worth at the least, in fen.';
const cancel = 'For how many hours after it a donation can be cancelled, 0 to 720.';

@InputType({ description: 'Something that points can be given for.' })
export class CreateCauseInput {
  @Field(() => ID, { description: 'Id, such as `schooling`: 1 to 57 lower-case letters, digits and hyphens.' }) id!: string;
  @Field(() => ID, { nullable: true, description: 'The charity; the caller itself where absent.' }) charity?: string | null;
  @Field(() => TextInput, { description: 'Name.' }) name!: TextInput;
  @Field(() => FenScalar, { defaultValue: 100n, description: minimum }) minimumFen!: bigint;
  @Field(() => Int, { defaultValue: 24, description: cancel }) cancelHours!: number;
  @Field(() => Date, { nullable: true, description: 'From when on points are taken; from the start where absent.' }) opensAt?: Date | null;
  @Field(() => Date, { nullable: true, description: 'Until before this instant; without end where absent.' }) closesAt?: Date | null;
}

@InputType({ description: 'What is to be said otherwise of a cause; what is absent stays.' })
export class ChangeCauseInput {
  @Field(() => TextInput, { nullable: true, description: 'Name.' }) name?: TextInput | null;
  @Field(() => FenScalar, { nullable: true, description: minimum }) minimumFen?: bigint | null;
  @Field(() => Int, { nullable: true, description: cancel }) cancelHours?: number | null;
  @Field(() => Date, { nullable: true, description: 'From when on points are taken.' }) opensAt?: Date | null;
  @Field(() => Date, { nullable: true, description: 'Until before this instant.' }) closesAt?: Date | null;
}

@ObjectType({ description: 'The cause, as it is said now.' })
@Access('PUBLIC')
export class CauseSaved {
  @Field(() => Cause, { description: 'The cause.' }) cause!: Cause;
  @Field(() => Boolean, { description: replayed }) replayed!: boolean;
}

@ObjectType({ description: 'There is a cause of this id already.', implements: Refusal })
@Access('PUBLIC')
export class CauseExists extends Refusal {}

@ObjectType({ description: 'The points are given; PENDING where it is still under way, and then it is carried on without the caller.' })
@Access('PUBLIC')
export class Donated {
  @Field(() => Donation, { description: 'The donation.' }) donation!: Donation;
  @Field(() => String, { nullable: true, description: 'Number of the receipt; absent while it is under way.' }) receipt!: string | null;
  @Field(() => FenScalar, { description: 'What the charity gets.' }) fen!: bigint;
  @Field(() => Boolean, { description: replayed }) replayed!: boolean;
}

@ObjectType({ description: 'The cause takes no donation so small.', implements: Refusal })
@Access('PUBLIC')
export class BelowMinimum extends Refusal {
  @Field(() => FenScalar, { description: 'What a donation is worth at the least.' }) minimumFen!: bigint;
  @Field(() => PointsScalar, { description: 'How many points of the programme that is.' }) minimumPoints!: bigint;
}

@ObjectType({ description: 'The cause takes no donations now.', implements: Refusal })
@Access('PUBLIC')
export class CauseClosed extends Refusal {
  @Field(() => Date, { nullable: true, description: 'When it opens; absent where it has closed.' }) opensAt!: Date | null;
}

@ObjectType({ description: 'The donation is cancelled, and the points are back.' })
@Access('PUBLIC')
export class DonationCancelled {
  @Field(() => Donation, { description: 'The donation.' }) donation!: Donation;
  @Field(() => PointsScalar, { description: 'Points that are back.' }) points!: bigint;
  @Field(() => Boolean, { description: replayed }) replayed!: boolean;
}

@ObjectType({ description: 'The time for second thoughts is over; the donation is irrevocable.', implements: Refusal })
@Access('PUBLIC')
export class CutOffOver extends Refusal {
  @Field(() => Date, { description: 'When it ended.' }) endedAt!: Date;
}

@ObjectType({ description: 'The donation was cancelled before.', implements: Refusal })
@Access('PUBLIC')
export class CancelledBefore extends Refusal {}

export const CauseResult = resultOf('CauseResult', 'What became of a cause.', CauseSaved, CauseExists);
export const DonateResult = resultOf(
  'DonateResult',
  'What became of a donation.',
  Donated,
  BelowMinimum,
  CauseClosed,
  InsufficientPoints,
  MemberFrozen,
  SuspendedPartner,
  HoldRefused,
);
export const CancelDonationResult = resultOf(
  'CancelDonationResult',
  'What became of the wish to cancel a donation.',
  DonationCancelled,
  CutOffOver,
  CancelledBefore,
);
