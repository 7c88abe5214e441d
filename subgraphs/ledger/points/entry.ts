import { Field, ID, ObjectType } from 'type-graphql';
import { Access } from '../../kernel/access.js';
import { enumOf } from '../../kernel/enum.js';
import type { CauseKind as CauseKindName, EntryKind as EntryKindName } from './posting.js';
import { PointsDeltaScalar } from './points-delta.js';

export const EntryKind = enumOf<EntryKindName>('EntryKind', 'What happened to points.', {
  ACCRUAL: 'Earned.',
  BURN: 'Spent.',
  RETURN: 'Came back to their lots with returned goods.',
  EXPIRY: 'Expired.',
  CLAWBACK: 'Taken back because goods were returned that points were earned with; these, or others where these were gone.',
  ADJUSTMENT: 'Corrected by two people.',
  TRANSFER: 'Sent to another member, or received from one.',
});

export const CauseKind = enumOf<CauseKindName>('CauseKind', 'What caused an entry.', {
  ACCRUAL: 'A purchase.',
  REDEMPTION: 'A redemption.',
  RETURN: 'A return of goods.',
  EXPIRY: 'The end of a lot.',
  HOLD: 'The end of a hold: its lot had expired meanwhile, or its points were owed.',
  ADJUSTMENT: 'A correction that one person proposed and another agreed to.',
  TRANSFER: 'A transfer between two members.',
});

@ObjectType({ description: 'What caused an entry.' })
@Access('PUBLIC')
export class Cause {
  @Field(() => CauseKind, { description: 'What kind of thing.' }) kind!: CauseKindName;
  @Field(() => ID, { description: 'Which one.' }) id!: string;
}

/** One line of a member's journal. */
@ObjectType({ description: 'A change of points of one programme; it is never altered.' })
@Access('OWN')
export class Entry {
  @Field(() => ID, { description: 'Opaque id.' }) id!: string;
  @Field(() => EntryKind, { description: 'What happened.' }) kind!: EntryKindName;
  @Field(() => PointsDeltaScalar, { description: 'Points that came or went.' }) points!: bigint;
  @Field(() => Date, { description: 'When.' }) at!: Date;
  @Field(() => Cause, { description: 'Why.' }) cause!: Cause;

  memberUid!: string;
  programmeId!: string;
  issuerId!: string;
  number!: bigint;
}
