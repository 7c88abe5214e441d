import { Field, ID, InputType, Int } from 'type-graphql';
import { FenScalar } from '../../kernel/scalars.js';
import { SignalKind } from './case.types.js';
import type { SignalKind as SignalKindName } from './signals.js';

@InputType({ description: 'Something that a person saw.' })
export class OpenCaseInput {
  @Field(() => [String], { defaultValue: [], description: 'Members, as the caller names them: pairwise id or `partner/number`.' })
  members!: string[];
  @Field(() => [ID], { defaultValue: [], description: 'Partners.' }) partners!: string[];
  @Field(() => ID, { nullable: true, description: 'A campaign whose rules were not shown, or that misleads.' }) campaign?: string | null;
  @Field(() => String, { description: 'What was seen, 1 to 500 characters.' }) reason!: string;
}

@InputType({ description: 'From which value on a signal counts, and for how much.' })
export class WatchedSignalInput {
  @Field(() => SignalKind, { description: 'What.' }) kind!: SignalKindName;
  @Field(() => FenScalar, { description: 'From how much on it counts: a number, or fen for CASH_OUT; at least 1.' }) threshold!: bigint;
  @Field(() => Int, { description: 'What it then adds to the score, 0 to 1000.' }) weight!: number;
}

@InputType({ description: 'What is to change in what the watch looks for; what is absent stays.' })
export class SupervisionTermsInput {
  @Field(() => Int, { nullable: true, description: 'How many days back it looks; 30 where nobody set it.' }) windowDays?: number | null;
  @Field(() => Int, { nullable: true, description: 'The score from which a case is opened; 40 where nobody set it.' }) caseScore?:
    | number
    | null;
  @Field(() => [WatchedSignalInput], {
    nullable: true,
    description: 'Signals; where nobody set them 10 each, CASH_OUT 100000 fen, each for 20 of the score.',
  })
  signals?: WatchedSignalInput[] | null;
  @Field(() => [String], {
    nullable: true,
    description: 'Marks of rewards for recruiting; where nobody set them RECRUIT, REFERRAL, INVITE.',
  })
  recruitMarks?: string[] | null;
  @Field(() => [String], {
    nullable: true,
    description: 'Marks of a price for coming in; where nobody set them ENTRY_FEE, JOINING_FEE, MEMBERSHIP_FEE.',
  })
  entryFeeMarks?: string[] | null;
}
