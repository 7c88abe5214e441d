import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Access } from '../../kernel/access.js';
import { enumOf } from '../../kernel/enum.js';
import { connectionOf } from '../../kernel/page.js';
import { FenScalar, PointsScalar } from '../../kernel/scalars.js';

export const OriginKind = enumOf<'PURCHASE' | 'OTHER'>('OriginKind', 'How points came to be.', {
  PURCHASE: 'Earned with a purchase.',
  OTHER: 'Given in a correction that two people agreed on.',
});

@ObjectType({ description: 'The purchase that earned points.' })
@Access('FINANCE')
export class SourcePurchase {
  readonly partnerId!: string;
  @Field(() => String, { description: "The partner's own number of the purchase." }) purchaseRef!: string;
  @Field(() => Date, { description: 'When it was made.' }) at!: Date;
}

@ObjectType({ description: 'Where the points of a lot came from.' })
@Access('FINANCE')
export class LotOrigin {
  @Field(() => OriginKind, { description: 'How they came to be.' }) kind!: 'PURCHASE' | 'OTHER';
  @Field(() => ID, { description: 'The accrual, else the correction.' }) id!: string;
  readonly accrualId!: string | null;
  @Field(() => SourcePurchase, { nullable: true, description: 'The purchase, unless they were given in a correction.' })
  purchase!: SourcePurchase | null;
}

@ObjectType({ description: 'A transfer by which points came to the member who spent them, or to one before.' })
@Access('FINANCE')
export class TracedTransfer {
  @Field(() => ID, { description: 'The transfer.' }) id!: string;
  @Field(() => String, { description: 'Who sent them: the same for all that one member did; it leads to nobody.' }) from!: string;
  @Field(() => Date, { description: 'When.' }) at!: Date;
}

@ObjectType({ description: 'What a redemption took of one lot.' })
@Access('FINANCE')
export class TracedLot {
  @Field(() => ID, { description: 'The lot.' }) lot!: string;
  @Field(() => PointsScalar, { description: 'Points taken of it.' }) points!: bigint;
  @Field(() => Date, { description: 'When they were earned.' }) earnedAt!: Date;
  @Field(() => LotOrigin, { description: 'Where they came from.' }) origin!: LotOrigin;
  @Field(() => [TracedTransfer], { description: 'Through whose hands they came, the latest first; none where the member earned them.' })
  transfers!: TracedTransfer[];
}

@ObjectType({ description: 'What a redemption took of one programme, as the journal says.' })
@Access('FINANCE')
export class TracedLeg {
  readonly programmeId!: string;
  @Field(() => PointsScalar, { description: 'Points taken: the sum of the lots.' }) points!: bigint;
  @Field(() => FenScalar, { description: 'Money that they covered.' }) fen!: bigint;
  @Field(() => [TracedLot], { description: 'Lot by lot.' }) lots!: TracedLot[];
}

@ObjectType({ description: "Whether the member's journal is as it was written." })
@Access('FINANCE')
export class ChainState {
  @Field(() => Boolean, { description: 'Every entry follows from the one before it, up to what was sealed.' }) ok!: boolean;
  @Field(() => Int, { nullable: true, description: 'Number of the first entry that does not; absent where all do.' }) firstBad!:
    | number
    | null;
  @Field(() => ID, { nullable: true, description: 'The root that covers this redemption; absent until it is made.' }) root!: string | null;
}

@ObjectType({ description: 'A redemption down to the purchases that earned its points. Who the member is does not show.' })
@Access('FINANCE')
export class Trace {
  @Field(() => ID, { description: 'The redemption.' }) redemption!: string;
  @Field(() => String, {
    description: 'The id under which the caller knows the member; the same in cases and exports, another for every kind of reader.',
  })
  member!: string;
  @Field(() => PointsScalar, { description: 'Points redeemed, of all programmes.' }) points!: bigint;
  @Field(() => Date, { description: 'When they were spent.' }) at!: Date;
  @Field(() => [TracedLeg], { description: 'Programme by programme.' }) legs!: TracedLeg[];
  readonly memberUid!: string;
  readonly acceptorId!: string;
  readonly lastSeq!: bigint;
}

@ObjectType({
  description:
    'A root over all journals as they stood at an instant. Whoever keeps it can tell later whether anything before it was altered.',
})
@Access('PUBLIC')
export class JournalRoot {
  @Field(() => ID, { description: 'Number; they have no gap.' }) id!: string;
  @Field(() => Date, { nullable: true, description: 'When the window began: the end of the one before it.' }) from!: Date | null;
  @Field(() => Date, { description: 'When the window ended.' }) to!: Date;
  @Field(() => String, { description: 'Merkle root over the journals that grew, hex.' }) merkleRoot!: string;
  @Field(() => String, { nullable: true, description: 'Digest of the root before it, hex; absent on the first.' }) previousRoot!:
    | string
    | null;
  @Field(() => String, { nullable: true, description: 'Compact JWS over all of this; absent where the ledger has no key.' }) signature!:
    | string
    | null;
  @Field(() => Date, { description: 'When it was made.' }) sealedAt!: Date;
}

export const JournalRootConnection = connectionOf(JournalRoot, 'JournalRoot');
