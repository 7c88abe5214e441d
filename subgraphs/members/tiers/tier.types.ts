import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Access, Inaccessible } from '../../kernel/access.js';
import { enumOf } from '../../kernel/enum.js';
import { connectionOf } from '../../kernel/page.js';
import { NotEnrolled, Refusal } from '../../kernel/refusal.js';
import { FenScalar } from '../../kernel/scalars.js';
import { TextInput } from '../../kernel/text.js';
import { resultOf } from '../../kernel/union.js';
import { Member } from '../member.entity.js';
import { PartnerStub } from '../partner.stub.js';
import { MemberTierStep, type ProposalState, ProposalStateEnum, TierLadder, type TierUpgrade, TierUpgradeEnum } from './tier.entity.js';

const ReasonCode = enumOf('TierReasonCode', 'What speaks for a step.', {
  SPEND: 'Spending grew, in fen.',
  FREQUENCY: 'Purchases became more frequent, in purchases.',
  STAFF: 'People of the partner decided so.',
});

@InputType({ description: "A step of a partner's ladder." })
class TierStepInput {
  @Field(() => ID, { description: 'Short name of 1 to 30 of a-z, 0-9 and -, such as `gold`.' }) id!: string;
  @Field(() => TextInput, { description: 'Name in both languages.' }) name!: TextInput;
  @Field(() => Int, { description: 'Height; 0 is where everybody begins, and there is no gap.' }) rank!: number;
  @Field(() => TextInput, { nullable: true, description: 'What it gives, in words that members read.' }) service?: TextInput;
}

@InputType({ description: "A partner's tiers and how members rise." })
export class SetTiersInput {
  @Field(() => ID, { nullable: true, description: 'The partner; the own one where absent.' }) partner?: string;
  @Field(() => [TierStepInput], { description: 'The steps, 2 to 20.' }) tiers!: TierStepInput[];
  @Field(() => Int, { defaultValue: 90, description: 'Length of each of the two windows that are compared, in days.' }) windowDays!: number;
  @Field(() => Int, { defaultValue: 20_000, description: 'From which growth on, in basis points: 20000 is twice as much.' })
  ratioBasisPoints!: number;
  @Field(() => FenScalar, { defaultValue: 0n, description: 'Least spending in the recent window.' }) minimumFen!: bigint;
  @Field(() => TierUpgradeEnum, { defaultValue: 'PROPOSE', description: 'Whether the step is proposed or made.' }) upgrade!: TierUpgrade;
}

@ObjectType({ description: 'The tiers hold from now on.' })
@Access('PUBLIC')
export class TiersSet {
  @Field(() => TierLadder, { description: 'The new version.' }) ladder!: TierLadder;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

@ObjectType({ description: 'What speaks for a step, with the figures of both windows.' })
@Access('PUBLIC')
export class TierReason {
  @Field(() => ReasonCode, { description: 'What.' }) code!: keyof typeof ReasonCode;
  @Field(() => String, { description: 'One sentence in the language of the request.' }) text!: string;
}

@ObjectType({ description: 'Where a member stands at a partner, and why.' })
@Access('OWN')
export class TierStanding {
  @Field(() => PartnerStub, { description: 'The partner.' }) partner!: PartnerStub;
  @Field(() => MemberTierStep, { description: 'The step.' }) tier!: MemberTierStep;
  @Field(() => Date, { nullable: true, description: 'Since when; absent where nothing was ever decided.' }) since!: Date | null;
  @Field(() => [TierReason], { description: 'Why.' }) reasons!: TierReason[];
  @Field(() => Boolean, { description: 'Whether no person decided.' }) automated!: boolean;
  @Field(() => Boolean, { description: 'Whether the partner may decide without a person.' }) automatedDecisions!: boolean;
  memberUid!: string;
}

@ObjectType('TierProposal', { description: 'One step up that is proposed, or was.' })
@Access('OWN')
export class TierProposalView {
  @Field(() => ID, { description: 'Id of the proposal.' }) id!: string;
  @Field(() => MemberTierStep, { nullable: true, description: 'The step that is proposed; absent where the ladder has it no longer.' })
  toTier!: MemberTierStep | null;
  @Field(() => ProposalStateEnum, { description: 'What became of it.' }) state!: ProposalState;
  @Field(() => Date, { description: 'When it was made.' }) at!: Date;
  @Field(() => PartnerStub, { description: 'The partner.' }) partner!: PartnerStub;
  @Field(() => [TierReason], { description: 'Why, with the windows of then.' }) reasons!: TierReason[];
  memberUid!: string;
  partnerId!: string;
}

@ObjectType({ description: 'A member whose spending at the partner grew: somebody to look after before others do.' })
@Access('OWN')
export class HighPotential {
  @Field(() => ID, { description: 'The id under which the caller knows the member.' }) pid!: string;
  @Field(() => Member, { description: 'The member.' }) member!: Member;
  @Field(() => Int, { description: 'Recent spending in basis points of that in the window before: 25000 is two and a half times.' })
  ratioBasisPoints!: number;
  @Field(() => [TierReason], { description: 'What speaks for it.' }) reasons!: TierReason[];
  @Field(() => TierProposalView, { nullable: true, description: 'The latest proposal for the member.' }) proposal!: TierProposalView | null;
  memberUid!: string;
  partnerId!: string;
}
export const HighPotentialConnection = connectionOf(HighPotential, 'HighPotential');

@ObjectType({ description: 'The windows were looked at.' })
@Access('PUBLIC')
export class TiersProposed {
  @Field(() => Int, { description: 'New proposals.' }) proposed!: number;
  @Field(() => Int, { description: 'Members raised without a person.' }) raised!: number;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

@ObjectType({ description: 'The proposal is decided.' })
@Access('PUBLIC')
export class TierDecided {
  @Field(() => TierProposalView, { description: 'The proposal.' }) proposal!: TierProposalView;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

@ObjectType({ description: 'Somebody has decided already.', implements: Refusal })
@Access('PUBLIC')
export class TierAlreadyDecided extends Refusal {
  @Field(() => ProposalStateEnum, { description: 'What was decided.' }) state!: ProposalState;
}

@ObjectType({
  description: 'The member is as high by now, or the ladder has the step no longer; the proposal can be declined.',
  implements: Refusal,
})
@Access('PUBLIC')
export class TierNotHigher extends Refusal {
  @Field(() => MemberTierStep, { description: 'The step that the member is on.' }) tier!: MemberTierStep;
}

@ObjectType({ description: 'The member is on the step.' })
@Access('PUBLIC')
export class TierAssigned {
  @Field(() => TierStanding, { description: 'Where the member stands.' }) standing!: TierStanding;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

@ObjectType({ description: 'The wish holds from now on.' })
@Access('PUBLIC')
export class AutomatedDecisionsSet {
  @Field(() => Boolean, { description: 'Whether the partner may decide without a person.' }) allowed!: boolean;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

@ObjectType({ description: 'For other subgraphs: the step a member is on.' })
@Inaccessible()
@Access('INTERNAL')
export class TierOfMember {
  @Field(() => ID, { description: 'Name of the step.' }) name!: string;
  @Field(() => Int, { description: 'Its height.' }) rank!: number;
}

export const DecideTierResult = resultOf('DecideTierResult', 'What became of a decision.', TierDecided, TierAlreadyDecided, TierNotHigher);
export const AssignTierResult = resultOf('AssignTierResult', 'What became of an assignment.', TierAssigned, NotEnrolled);
