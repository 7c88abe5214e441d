import { BigIntType } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Access } from '../../kernel/access.js';
import { enumOf } from '../../kernel/enum.js';
import { FenScalar } from '../../kernel/scalars.js';
import { Text } from '../../kernel/text.js';
import type { Tier } from './potential.js';

export const TierUpgradeEnum = enumOf('TierUpgrade', 'What becomes of a member whose spending grew enough.', {
  PROPOSE: 'One step up is proposed; people of the partner decide.',
  AUTOMATIC: 'One step up at once, but for members who object to automated decisions: for them it is proposed.',
});
export type TierUpgrade = keyof typeof TierUpgradeEnum;

export const ProposalStateEnum = enumOf('TierProposalState', 'What became of a proposal.', {
  OPEN: 'Nobody has decided yet.',
  ACCEPTED: 'The member is one step up.',
  DECLINED: 'The member stays.',
  SUPERSEDED: 'People of the partner put the member on a step by hand meanwhile.',
});
export type ProposalState = keyof typeof ProposalStateEnum;

@ObjectType({ description: "A step of a partner's ladder." })
@Access('PUBLIC')
export class MemberTierStep implements Tier {
  @Field(() => ID, { description: 'Short name, such as `gold`.' }) id!: string;
  @Field(() => Text, { description: 'Name in both languages.' }) name!: Text;
  @Field(() => Int, { description: 'Height; 0 is where everybody begins.' }) rank!: number;
  @Field(() => Text, { nullable: true, description: 'What it gives, in words that members read.' }) service!: Text | null;
}

@Entity({ tableName: 'tier_ladder' })
@ObjectType({
  description: "A partner's tiers and how members rise, the same for everybody; a new version takes the place of the one before.",
})
@Access('PUBLIC')
export class TierLadder {
  @PrimaryKey({ type: 'text' }) partner!: string;

  @Field(() => Int, { description: 'Version, counted from 1.' })
  @PrimaryKey({ type: 'integer' })
  version!: number;

  @Field(() => [MemberTierStep], { description: 'The steps, lowest first.' })
  @Property({ type: 'json' })
  tiers!: MemberTierStep[];

  @Field(() => Int, { description: 'Length of each of the two windows that are compared, in days.' })
  @Property({ type: 'integer' })
  windowDays!: number;

  @Field(() => Int, { description: 'From which growth on, recent spending in basis points of that before: 20000 is twice as much.' })
  @Property({ type: 'integer' })
  ratioBasisPoints!: number;

  @Field(() => FenScalar, { description: 'Least spending in the recent window.' })
  @Property({ type: new BigIntType('bigint') })
  minimumFen!: bigint;

  @Field(() => TierUpgradeEnum, { description: 'Whether the step is proposed or made.' })
  @Property({ type: 'text' })
  upgrade!: TierUpgrade;

  @Field(() => Date, { description: 'When this version took effect.' })
  @Property({ type: 'datetime' })
  at!: Date;
}

/** A reason as it is stored: amounts as text, for they are bigint. */
export interface StoredReason {
  readonly code: 'SPEND' | 'FREQUENCY' | 'STAFF';
  readonly before: string;
  readonly recent: string;
  /** Length of the windows that were compared. */
  readonly windowDays?: number;
  /** What staff wrote. */
  readonly note?: string;
}

@Entity({ tableName: 'member_tier' })
export class MemberTier {
  @PrimaryKey({ type: 'uuid' }) memberUid!: string;
  @PrimaryKey({ type: 'text' }) partner!: string;
  @Property({ type: 'text' }) tier!: string;
  @Property({ type: 'datetime' }) since!: Date;
  @Property({ type: 'json' }) reasons!: StoredReason[];
  @Property({ type: 'boolean' }) automated!: boolean;
}

@Entity({ tableName: 'tier_proposal' })
export class TierProposal {
  @PrimaryKey({ type: 'uuid' }) id!: string;
  @Property({ type: 'uuid' }) memberUid!: string;
  @Property({ type: 'text' }) partner!: string;
  @Property({ type: 'text' }) fromTier!: string;
  @Property({ type: 'text' }) toTier!: string;
  @Property({ type: new BigIntType('bigint') }) ratioBasisPoints!: bigint;
  @Property({ type: 'json' }) reasons!: StoredReason[];
  @Property({ type: 'text' }) state!: ProposalState;
  @Property({ type: 'datetime' }) at!: Date;
  @Property({ type: 'datetime', nullable: true }) decidedAt!: Date | null;
  @Property({ type: 'text', nullable: true }) decidedBy!: string | null;
}
