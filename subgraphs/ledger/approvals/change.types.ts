import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Access, Shareable } from '../../kernel/access.js';
import { BurnLimit, burnLimitSays } from '../../kernel/burn-limit.js';
import { NotEnrolled, Refusal, SelfApproval } from '../../kernel/refusal.js';
import { FenScalar, PointsScalar } from '../../kernel/scalars.js';
import { resultOf } from '../../kernel/union.js';
import { Member } from '../member.stub.js';
import { Partner } from '../partners/partner.entity.js';
import { PointValue, Programme } from '../partners/programme.entity.js';
import { PointsDeltaScalar } from '../points/points-delta.js';
import { ChangeState, ProposedChange } from './change.entity.js';

const replayed = 'Whether this answer was given before under the same key.';

@ObjectType({ description: "What a correction of a member's points says." })
@Access('PUBLIC')
export class AdjustmentTerms {
  @Field(() => Member, { description: 'Whose points.' }) member!: Member;
  @Field(() => Programme, { nullable: true, description: 'Of which programme.' }) programme!: Programme | null;
  @Field(() => PointsDeltaScalar, { description: 'Points that the member gets, or loses where negative.' }) points!: bigint;
}

@ObjectType({ description: 'What points are to be worth, and to cost others.' })
@Access('PUBLIC')
export class RateTerms {
  @Field(() => Programme, { nullable: true, description: 'Of which programme.' }) programme!: Programme | null;
  @Field(() => PointValue, { description: 'What a point is worth.' }) value!: PointValue;
  @Field(() => PointValue, { nullable: true, description: 'What other partners owe per point that they grant; absent where it stays.' })
  issuePrice!: PointValue | null;
  @Field(() => Date, { description: 'From when; never before it is agreed to.' }) validFrom!: Date;
}

@ObjectType({ description: 'What points are to cost in advance.' })
@Access('PUBLIC')
export class PackTermsProposed {
  @Field(() => Programme, { nullable: true, description: 'Of which programme.' }) programme!: Programme | null;
  @Field(() => PointValue, { description: 'What points cost in advance.' }) price!: PointValue;
  @Field(() => PointsScalar, { description: 'The smallest pack.' }) minPoints!: bigint;
  @Field(() => Int, { nullable: true, description: 'For how many months a pack can be drawn on; absent: for ever.' }) months!:
    | number
    | null;
}

@ObjectType({ description: 'What share of points is to be expected to be redeemed.' })
@Access('PUBLIC')
export class EstimateTerms {
  @Field(() => Programme, { nullable: true, description: 'Of which programme.' }) programme!: Programme | null;
  @Field(() => Int, { description: 'The share in basis points.' }) basisPoints!: number;
  @Field(() => Date, { description: 'From when; never before it is agreed to.' }) validFrom!: Date;
}

@ObjectType({ description: 'How much a partner is to be allowed to owe.' })
@Access('PUBLIC')
export class CreditLimitTerms {
  @Field(() => FenScalar, { nullable: true, description: 'At the most; absent: without a limit.' }) limitFen!: bigint | null;
  @Field(() => FenScalar, { nullable: true, description: 'From how much on it is told; absent without a limit.' }) alertFen!: bigint | null;
}

@ObjectType({ description: 'Through which of its accounts a partner is to settle.' })
@Access('PUBLIC')
export class SettlementAccountTerms {
  @Field(() => ID, { description: 'Id of the account.' }) account!: string;
  @Field(() => String, { description: 'The last four characters of its number.' }) ending!: string;
}

@ObjectType({ description: "Scopes that a partner's system is to have." })
@Access('PUBLIC')
export class GrantTerms {
  @Field(() => [String], { description: 'The scopes.' }) scopes!: readonly string[];
  @Field(() => Date, { nullable: true, description: 'Until before this instant; absent: without end.' }) until!: Date | null;
}

@ObjectType({ description: 'A scope that is to be given back.' })
@Access('PUBLIC')
export class RoleTerms {
  @Field(() => String, { nullable: true, description: 'To this person; absent where it is a partner.' }) subject!: string | null;
  @Field(() => String, { description: 'The scope.' }) scope!: string;
}

@ObjectType({ description: 'The correction waits for a second person.' })
@Access('PUBLIC')
export class AdjustProposed {
  @Field(() => ProposedChange, { description: 'The correction.' }) adjustment!: ProposedChange;
  @Field(() => Boolean, { description: replayed }) replayed!: boolean;
}

@ObjectType({ description: 'One correction may not move so many points.', implements: Refusal })
@Access('PUBLIC')
export class OverLimit extends Refusal {
  @Field(() => PointsScalar, { description: 'How many it may move at the most.' }) limit!: bigint;
}

@ObjectType({ description: 'The change waits for a second person.' })
@Access('PUBLIC')
export class ChangeProposed {
  @Field(() => ID, { description: 'Id of the change.' }) id!: string;
  @Field(() => ProposedChange, { description: 'The change.' }) change!: ProposedChange;
  @Field(() => Boolean, { description: replayed }) replayed!: boolean;
}

@ObjectType({ description: 'A second person agreed, and the change is made.' })
@Access('PUBLIC')
export class Approved {
  @Field(() => ChangeState, { description: 'Where it stands now.' }) state!: ChangeState;
  @Field(() => ProposedChange, { description: 'The change.' }) change!: ProposedChange;
  @Field(() => Boolean, { description: replayed }) replayed!: boolean;
}

@ObjectType({ description: 'The change is not made.' })
@Access('PUBLIC')
export class Rejected {
  @Field(() => ChangeState, { description: 'Where it stands now.' }) state!: ChangeState;
  @Field(() => ProposedChange, { description: 'The change.' }) change!: ProposedChange;
  @Field(() => Boolean, { description: replayed }) replayed!: boolean;
}

@ObjectType({ description: 'Somebody decided on this change before.', implements: Refusal })
@Access('PUBLIC')
export class AlreadyDecided extends Refusal {
  @Field(() => ChangeState, { description: 'How.' }) state!: ChangeState;
  @Field(() => Date, { description: 'When.' }) decidedAt!: Date;
}

/** The catalog has the same; there a price is missing, here a correction would take more than there is, and no limit is asked. */
@ObjectType({ description: 'The member has too few points.', implements: Refusal })
@Shareable()
@Access('PUBLIC')
export class InsufficientPoints extends Refusal {
  @Field(() => Programme, { description: 'Of which programme points are missing.' }) programme!: Programme;
  @Field(() => PointsScalar, { description: 'How many of its points are missing.' }) missing!: bigint;
  @Field(() => FenScalar, { description: 'How much of the price is missing altogether.' }) missingFen!: bigint;
  @Field(() => BurnLimit, { nullable: true, description: burnLimitSays }) limit?: BurnLimit | null;
}

@ObjectType({ description: 'The partner is suspended from now on.' })
@Access('PUBLIC')
export class PartnerSuspended {
  @Field(() => Partner, { description: 'The partner.' }) partner!: Partner;
  @Field(() => Boolean, { description: 'Whether it was suspended before.' }) replayed!: boolean;
}

@ObjectType({ description: 'The partner is not suspended.', implements: Refusal })
@Access('PUBLIC')
export class NotSuspended extends Refusal {}

@ObjectType({ description: 'Nobody has this scope any more, whatever the token says.' })
@Access('PUBLIC')
export class RoleWithdrawn {
  @Field(() => String, { description: 'The scope.' }) scope!: string;
  @Field(() => Boolean, { description: 'Whether it was withdrawn before.' }) replayed!: boolean;
}

@ObjectType({ description: 'This scope is not withdrawn there.', implements: Refusal })
@Access('PUBLIC')
export class NotWithdrawn extends Refusal {}

export const AdjustResult = resultOf('AdjustResult', 'What became of a correction.', AdjustProposed, NotEnrolled, OverLimit);
export const ApproveResult = resultOf(
  'ApproveResult',
  'What became of an approval.',
  Approved,
  SelfApproval,
  AlreadyDecided,
  InsufficientPoints,
  NotEnrolled,
  OverLimit,
);
export const RejectResult = resultOf('RejectResult', 'What became of a rejection.', Rejected, AlreadyDecided);
export const ReinstateResult = resultOf('ReinstateResult', 'What became of a proposed reinstatement.', ChangeProposed, NotSuspended);
export const RestoreRoleResult = resultOf('RestoreRoleResult', 'What became of a proposed restoration.', ChangeProposed, NotWithdrawn);
