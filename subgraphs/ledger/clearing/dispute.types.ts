import { Field, ID, ObjectType } from 'type-graphql';
import { Access } from '../../kernel/access.js';
import { enumOf } from '../../kernel/enum.js';
import { connectionOf } from '../../kernel/page.js';
import { Refusal, SelfApproval } from '../../kernel/refusal.js';
import { FenScalar } from '../../kernel/scalars.js';
import { resultOf } from '../../kernel/union.js';

export type DisputeStateName = 'OPEN' | 'UPHELD' | 'REJECTED';
export const DisputeState = enumOf<DisputeStateName>('DisputeState', 'Where a dispute stands.', {
  OPEN: 'Nobody has decided yet.',
  UPHELD: 'The partner was right; the line is put right in the period that was open then.',
  REJECTED: 'The line stays as it is.',
});

@ObjectType({ description: "A partner's objection to a line of its statement." })
@Access('FINANCE')
export class Dispute {
  readonly partnerId!: string;
  readonly adjustmentId!: string | null;
  @Field(() => ID, { description: 'Opaque id.' }) id!: string;
  @Field(() => ID, { description: 'The line, as the statement names it.' }) line!: string;
  @Field(() => ID, { description: 'Period of the line, a month as YYYY-MM.' }) period!: string;
  @Field(() => DisputeState, { description: 'Where it stands.' }) state!: DisputeStateName;
  @Field(() => String, { description: 'What the partner says.' }) evidence!: string;
  @Field(() => Date, { description: 'When it was opened.' }) openedAt!: Date;
  @Field(() => String, { nullable: true, description: 'What was said when it was decided.' }) note!: string | null;
  @Field(() => FenScalar, { nullable: true, description: 'What the partner gets, if it was upheld.' }) fen!: bigint | null;
  @Field(() => Date, { nullable: true, description: 'When it was decided.' }) resolvedAt!: Date | null;
  @Field(() => Boolean, { description: 'Whether this was the answer to an earlier call too.' }) replayed!: boolean;
}

export const DisputeConnection = connectionOf(Dispute, 'Dispute');

@ObjectType({ description: 'The dispute is decided.' })
@Access('PUBLIC')
export class DisputeResolved {
  @Field(() => Dispute, { description: 'The dispute.' }) dispute!: Dispute;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

@ObjectType({ description: 'The dispute was decided before.', implements: Refusal })
@Access('PUBLIC')
export class DisputeOver extends Refusal {
  @Field(() => DisputeState, { description: 'How.' }) state!: DisputeStateName;
}

@ObjectType({ description: 'This is more than is left of the line.', implements: Refusal })
@Access('PUBLIC')
export class OverLine extends Refusal {
  @Field(() => FenScalar, { description: 'What is left: the line less what earlier disputes and returns gave back of it.' })
  limitFen!: bigint;
}

export const ResolveDisputeResult = resultOf(
  'ResolveDisputeResult',
  'What became of deciding a dispute.',
  DisputeResolved,
  DisputeOver,
  OverLine,
  SelfApproval,
);
