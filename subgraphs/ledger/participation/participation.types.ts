import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Access } from '../../kernel/access.js';
import { NotEnrolled, Refusal } from '../../kernel/refusal.js';
import { PointsScalar } from '../../kernel/scalars.js';
import { Text, TextInput } from '../../kernel/text.js';
import { resultOf } from '../../kernel/union.js';
import { ChangeProposed } from '../approvals/change.types.js';
import { PointsDeltaScalar } from '../points/points-delta.js';

const replayed = 'Whether this answer was given before under the same key.';

@InputType({ description: 'What a licensed issuer offers, and what it says about it. No word of it promises a return.' })
export class ParticipationSchemeInput {
  @Field(() => ID, { description: 'Id: 1 to 32 capital letters, digits and hyphens; an existing one gets a new version.' }) id!: string;
  @Field(() => ID, { description: 'The issuer, who has the licence.' }) issuer!: string;
  @Field(() => TextInput, { description: 'Name.' }) name!: TextInput;
  @Field(() => String, { description: 'Number of the licence.' }) licenceNumber!: string;
  @Field(() => String, { description: 'The authority that gave it.' }) licenceAuthority!: string;
  @Field(() => String, { description: "The regulator's own reference of its consent to this scheme." }) approvalRef!: string;
  @Field(() => TextInput, { description: 'What members have to know, and acknowledge.' }) disclosure!: TextInput;
  @Field(() => Date, { description: 'From when on the licence holds.' }) validFrom!: Date;
  @Field(() => Date, { description: 'The first instant at which it no longer does.' }) validUntil!: Date;
}

@ObjectType({ description: 'A scheme of participation: units that are no points, cannot be transferred, and are never paid out.' })
@Access('PUBLIC')
export class ParticipationScheme {
  @Field(() => ID, { description: 'Id.' }) id!: string;
  @Field(() => Int, { description: 'Version of licence and disclosure.' }) version!: number;
  @Field(() => Text, { description: 'Name.' }) name!: Text;
  @Field(() => String, { description: 'Number of the licence.' }) licenceNumber!: string;
  @Field(() => String, { description: 'The authority that gave it.' }) licenceAuthority!: string;
  @Field(() => String, { description: "The regulator's own reference of its consent." }) approvalRef!: string;
  @Field(() => Text, { description: 'What members have to know, and acknowledge.' }) disclosure!: Text;
  @Field(() => Date, { description: 'From when on the licence holds.' }) validFrom!: Date;
  @Field(() => Date, { description: 'The first instant at which it no longer does.' }) validUntil!: Date;
  readonly issuer!: string;
}

@ObjectType({ description: 'Units of one scheme. They have no price, and there is nothing to do with them.' })
@Access('PUBLIC')
export class ParticipationHolding {
  @Field(() => ID, { description: 'The scheme.' }) scheme!: string;
  @Field(() => PointsScalar, { description: 'How many.' }) units!: bigint;
}

@ObjectType({ description: 'What a member holds.' })
@Access('PUBLIC')
export class ParticipationHoldings {
  @Field(() => [ParticipationHolding], { description: 'Scheme by scheme.' }) holdings!: readonly ParticipationHolding[];
}

@ObjectType({ description: 'Participation is switched off, as it is unless two people switched it on.', implements: Refusal })
@Access('PUBLIC')
export class ParticipationOff extends Refusal {}

@ObjectType({ description: 'There is no licence in force for this.', implements: Refusal })
@Access('PUBLIC')
export class LicenceMissing extends Refusal {}

@ObjectType({ description: 'The member has not acknowledged what is disclosed now.', implements: Refusal })
@Access('PUBLIC')
export class AcknowledgementMissing extends Refusal {
  @Field(() => Int, { description: 'The version that has to be acknowledged.' }) version!: number;
}

@ObjectType({ description: 'The text promises a return.', implements: Refusal })
@Access('PUBLIC')
export class ReturnPromised extends Refusal {
  @Field(() => [String], { description: 'With these words.' }) words!: readonly string[];
}

@ObjectType({ description: 'Participation is switched off.' })
@Access('PUBLIC')
export class ParticipationSwitched {
  @Field(() => Boolean, { description: 'Whether it is on.' }) on!: boolean;
  @Field(() => Boolean, { description: replayed }) replayed!: boolean;
}

@ObjectType({ description: 'The risk is acknowledged.' })
@Access('PUBLIC')
export class RiskAcknowledged {
  @Field(() => Boolean, { description: replayed }) replayed!: boolean;
}

@ObjectType({ description: 'The units are given, or taken back.' })
@Access('PUBLIC')
export class ParticipationGranted {
  @Field(() => PointsDeltaScalar, { description: 'How many; negative where taken back.' }) units!: bigint;
  @Field(() => Boolean, { description: replayed }) replayed!: boolean;
}

export const ParticipationResult = resultOf(
  'ParticipationResult',
  'A scheme, or why there is none.',
  ParticipationScheme,
  ParticipationOff,
  LicenceMissing,
);
export const HoldingsResult = resultOf(
  'ParticipationHoldingsResult',
  'Holdings, or why there are none.',
  ParticipationHoldings,
  ParticipationOff,
);
export const SwitchResult = resultOf('ParticipationSwitchResult', 'What became of the switch.', ParticipationSwitched, ChangeProposed);
export const SchemeResult = resultOf(
  'ParticipationSchemeResult',
  'What became of a proposed scheme.',
  ChangeProposed,
  ParticipationOff,
  ReturnPromised,
);
export const AcknowledgeResult = resultOf(
  'AcknowledgeRiskResult',
  'What became of an acknowledgement.',
  RiskAcknowledged,
  ParticipationOff,
  LicenceMissing,
  AcknowledgementMissing,
);
export const GrantResult = resultOf(
  'GrantParticipationResult',
  'What became of a grant of units.',
  ParticipationGranted,
  ParticipationOff,
  LicenceMissing,
  AcknowledgementMissing,
  NotEnrolled,
);
