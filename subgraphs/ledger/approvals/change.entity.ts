import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, ObjectType } from 'type-graphql';
import type { Owner } from '../../../schema/decide.js';
import { Access } from '../../kernel/access.js';
import { enumOf } from '../../kernel/enum.js';

export const ChangeKind = enumOf('ChangeKind', 'What a proposed change is about.', {
  ADJUSTMENT: "A correction of a member's points.",
  ADJUSTMENT_LIMIT: 'How many points one correction may move.',
  RATE: "A programme's value and issue price.",
  PACK_TERMS: "What a programme's points cost in advance.",
  REDEMPTION_ESTIMATE: "What share of a programme's points is expected to be redeemed.",
  CREDIT_LIMIT: 'How much a partner may owe the others.',
  SETTLEMENT_ACCOUNT: 'Through which of its accounts a partner settles.',
  GRANT: "Scopes for a partner's system beyond its token.",
  REINSTATEMENT: 'The end of a suspension.',
  ROLE_RESTORATION: 'The end of a withdrawal of a role.',
  PARTICIPATION_SWITCH: 'That participation is switched on.',
  PARTICIPATION_SCHEME: 'A scheme of participation and its licence.',
  SUPERVISION_TERMS: 'What look-through supervision watches for.',
});
export type ChangeKind = keyof typeof ChangeKind;

export const ChangeState = enumOf('ChangeState', 'Where a proposed change stands.', {
  PROPOSED: 'It waits for a second person.',
  APPROVED: 'A second person agreed, and it was made.',
  REJECTED: 'It was not made.',
});
export type ChangeState = keyof typeof ChangeState;

/** A change that takes two people. `body` is what its kind needs to make it, as the kernel's JSON. */
@Entity({ tableName: 'approval' })
@ObjectType({ description: 'A change that one person proposed and another one decides.' })
@Access('OWN')
export class ProposedChange {
  @Field(() => ID, { description: 'Opaque id; `approve` and `reject` take it.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Field(() => ChangeKind, { description: 'What it is about.' })
  @Property({ type: 'text' })
  kind!: ChangeKind;

  @Field(() => ChangeState, { description: 'Where it stands.' })
  @Property({ type: 'text' })
  state!: ChangeState;

  @Field(() => String, { description: 'Why.' })
  @Property({ type: 'text' })
  reason!: string;

  @Field(() => String, { description: 'Who proposed it.' })
  @Property({ type: 'text' })
  proposedBy!: string;

  @Field(() => Date, { description: 'When.' })
  @Property({ type: 'datetime' })
  proposedAt!: Date;

  @Field(() => String, { nullable: true, description: 'Who decided on it.' })
  @Property({ type: 'text', nullable: true })
  decidedBy!: string | null;

  @Field(() => Date, { nullable: true, description: 'When.' })
  @Property({ type: 'datetime', nullable: true })
  decidedAt!: Date | null;

  /** Whose matter it is. */
  @Property({ type: 'text', nullable: true, fieldName: 'partner' }) partnerId!: string | null;
  /** Whether the partner's own staff have no say in it, such as in rights of the partner. */
  @Property({ type: 'boolean' }) operatorOnly!: boolean;
  @Property({ type: 'text' }) body!: string;
}

/** A partner's staff know what they may decide, and nothing of what is decided about the partner. */
export const ownerOfChange = ({ partnerId, operatorOnly }: ProposedChange): Owner => ({
  partners: partnerId === null || operatorOnly ? [] : [partnerId],
});
