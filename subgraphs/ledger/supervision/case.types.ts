import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Access } from '../../kernel/access.js';
import { enumOf } from '../../kernel/enum.js';
import { connectionOf } from '../../kernel/page.js';
import { Refusal, SelfApproval } from '../../kernel/refusal.js';
import { FenScalar } from '../../kernel/scalars.js';
import { resultOf } from '../../kernel/union.js';
import type { CaseKindName, CaseMeasureName, CaseStateName, CaseStepName } from './case-store.js';
import type { SignalKind as SignalKindName } from './signals.js';

export const CaseKind = enumOf<CaseKindName>('CaseKind', 'How a case came to be.', {
  PATTERN: 'The watch found it in the journal.',
  REPORT: 'A person reported it.',
  CAMPAIGN: 'It is about what a campaign says.',
});

export const CaseState = enumOf<CaseStateName>('CaseState', 'Where a case stands.', {
  OPEN: 'It is being looked into.',
  ESCALATED: 'It was handed to an authority.',
  CLEARED: 'It is over; who was held for it is free.',
});

export const CaseStepKind = enumOf<CaseStepName>('CaseStepKind', 'What was done in a case.', {
  OPENED: 'It was opened.',
  GREW: 'The watch found more members or partners in it.',
  HELD: 'The points of its members were frozen.',
  ESCALATED: 'It was handed to an authority.',
  FINED: 'A fine was written down.',
  ORDERED_TO_CORRECT: 'The authority ordered that it be put right.',
  WARNED: 'The authority warned.',
  GAINS_CONFISCATED: 'The authority took the illegal gains; how much they were says the fine.',
  CLEARED: 'It was cleared.',
});

export const CaseMeasure = enumOf<CaseMeasureName>('CaseMeasure', 'What an authority did beside a fine.', {
  ORDERED_TO_CORRECT: 'It ordered that it be put right.',
  WARNED: 'It warned.',
  GAINS_CONFISCATED: 'It took the illegal gains; how much they were says the fine.',
});

export const SignalKind = enumOf<SignalKindName>('SignalKind', 'What is watched for.', {
  NO_PURCHASE: 'Lots without anything bought, in number.',
  FAN_IN: 'Members who transferred points to one and the same.',
  RECRUIT_REWARD: 'Rewards of one member for having brought others in, in number.',
  ENTRY_FEE: 'Payments for coming in, in number.',
  CASH_OUT: 'Points spent that were never earned with a purchase, in fen.',
});

@ObjectType({ description: 'One thing that is watched for, and how much of it there was.' })
@Access('COMPLIANCE')
export class CaseSignal {
  @Field(() => SignalKind, { description: 'What.' }) kind!: SignalKindName;
  @Field(() => FenScalar, { description: 'How much: a number, or fen for CASH_OUT.' }) value!: bigint;
  @Field(() => FenScalar, { description: 'From how much on it counted when it was looked at.' }) threshold!: bigint;
  @Field(() => Int, { description: 'What it then added to the score.' }) weight!: number;
  @Field(() => Boolean, { description: 'Whether it counted.' }) hit!: boolean;
}

@ObjectType({ description: 'A member whom a case is about. Who it is does not show.' })
@Access('COMPLIANCE')
export class CaseMember {
  @Field(() => ID, { description: 'The id under which the caller knows the member; the same as in traces and exports.' }) member!: string;
  @Field(() => Boolean, { description: 'Whether most of the others gave to this one.' }) hub!: boolean;
  @Field(() => Boolean, { description: 'Whether the points are frozen now.' }) frozen!: boolean;
}

@ObjectType({ description: 'One step of a case; none is ever altered.' })
@Access('COMPLIANCE')
export class CaseStep {
  @Field(() => CaseStepKind, { description: 'What was done.' }) step!: CaseStepName;
  @Field(() => String, { description: 'By whom.' }) by!: string;
  @Field(() => Date, { description: 'When.' }) at!: Date;
  @Field(() => String, { description: 'Why.' }) reason!: string;
}

@ObjectType({ description: 'A fine that came of a case, and what the rule let it be.' })
@Access('COMPLIANCE')
export class CaseFine {
  @Field(() => ID, { description: 'The rule.' }) rule!: string;
  @Field(() => Int, { description: 'Its version.' }) ruleVersion!: number;
  @Field(() => FenScalar, { description: 'The illegal gains that were found.' }) illegalGainsFen!: bigint;
  @Field(() => FenScalar, { description: 'The fine.' }) fen!: bigint;
  @Field(() => FenScalar, { description: 'At the least.' }) leastFen!: bigint;
  @Field(() => FenScalar, { description: 'At the most.' }) mostFen!: bigint;
}

@ObjectType({ description: 'Something that supervision looks into.' })
@Access('COMPLIANCE')
export class Case {
  @Field(() => ID, { description: 'Opaque id.' }) id!: string;
  @Field(() => CaseKind, { description: 'How it came to be.' }) kind!: CaseKindName;
  @Field(() => CaseState, { description: 'Where it stands.' }) state!: CaseStateName;
  @Field(() => ID, { nullable: true, description: 'For CAMPAIGN: the campaign.' }) campaign!: string | null;
  @Field(() => String, { description: 'Why it was opened.' }) reason!: string;
  @Field(() => [CaseSignal], { description: 'For PATTERN: everything that is watched for, counted or not.' })
  signals!: readonly CaseSignal[];
  @Field(() => Int, { description: 'The sum of what counted.' }) score!: number;
  @Field(() => Boolean, { description: 'Whether the points of its members were frozen for it.' }) held!: boolean;
  @Field(() => Date, { description: 'When it was opened.' }) openedAt!: Date;
  @Field(() => String, { nullable: true, description: 'The authority that it was handed to.' }) escalatedTo!: string | null;
  @Field(() => Date, { nullable: true, description: 'When it was cleared.' }) clearedAt!: Date | null;
}

export const CaseConnection = connectionOf(Case, 'Case');

@ObjectType({ description: 'What a law lets a fine be. Texts and figures are marked † where counsel has yet to check them.' })
@Access('PUBLIC')
export class PenaltyRule {
  @Field(() => ID, { description: 'Id of the rule.' }) id!: string;
  @Field(() => Int, { description: 'Its newest version.' }) version!: number;
  @Field(() => String, { description: 'Where it stands written.' }) reference!: string;
  @Field(() => Int, { description: 'At the least so many times the illegal gains.' }) leastMultiple!: number;
  @Field(() => Int, { description: 'At the most so many times the illegal gains.' }) mostMultiple!: number;
  @Field(() => FenScalar, { description: 'At the most, where there were no illegal gains.' }) mostWithoutGainsFen!: bigint;
}

@ObjectType({ description: 'From which value on a signal counts, and for how much.' })
@Access('OWN')
export class WatchedSignal {
  @Field(() => SignalKind, { description: 'What.' }) kind!: SignalKindName;
  @Field(() => FenScalar, { description: 'From how much on it counts: a number, or fen for CASH_OUT.' }) threshold!: bigint;
  @Field(() => Int, { description: 'What it then adds to the score.' }) weight!: number;
}

@ObjectType({ description: 'What the watch looks for.' })
@Access('OWN')
export class SupervisionTerms {
  @Field(() => Int, { description: 'How many days back it looks.' }) windowDays!: number;
  @Field(() => Int, { description: 'The score from which a case is opened.' }) caseScore!: number;
  @Field(() => [WatchedSignal], { description: 'Signal by signal.' }) signals!: readonly WatchedSignal[];
  @Field(() => [String], { description: 'Events, categories or article numbers that reward having brought somebody in.' })
  recruitMarks!: readonly string[];
  @Field(() => [String], { description: 'The same, that are a price for coming in.' }) entryFeeMarks!: readonly string[];
}

const replayed = 'Whether this answer was given before under the same key.';

/** What every step of a case answers where it was taken. */
@ObjectType({ description: 'The case, after the step.' })
@Access('PUBLIC')
export class CaseDone {
  @Field(() => Case, { description: 'The case.' }) case!: Case;
  @Field(() => Boolean, { description: replayed }) replayed!: boolean;
}

@ObjectType({ description: 'The journal was looked through.' })
@Access('PUBLIC')
export class LookedThrough {
  @Field(() => Int, { description: 'How many cases were opened.' }) opened!: number;
  @Field(() => Boolean, { description: replayed }) replayed!: boolean;
}

@ObjectType({ description: 'The case is over.', implements: Refusal })
@Access('PUBLIC')
export class CaseCleared extends Refusal {}

@ObjectType({ description: 'The rule lets no fine be so small or so large.', implements: Refusal })
@Access('PUBLIC')
export class FineOutsideRule extends Refusal {
  @Field(() => FenScalar, { description: 'At the least.' }) leastFen!: bigint;
  @Field(() => FenScalar, { description: 'At the most.' }) mostFen!: bigint;
}

@ObjectType({ description: 'A fine stands in this case already.', implements: Refusal })
@Access('PUBLIC')
export class FinedBefore extends Refusal {}

@ObjectType({ description: 'The rule holds from now on; fines keep the version they were measured by.' })
@Access('PUBLIC')
export class PenaltyRuleSet {
  @Field(() => PenaltyRule, { description: 'The rule.' }) rule!: PenaltyRule;
  @Field(() => Boolean, { description: replayed }) replayed!: boolean;
}

export const CaseResult = resultOf('CaseResult', 'What became of a step in a case.', CaseDone, CaseCleared, SelfApproval);
export const FineResult = resultOf('FineResult', 'What became of a fine.', CaseDone, CaseCleared, FinedBefore, FineOutsideRule);
