import { Field, ID, ObjectType } from 'type-graphql';
import { Access, Shareable } from '../../kernel/access.js';
import { HoldExpired, MemberFrozen, NotEnrolled, Refusal, SuspendedPartner } from '../../kernel/refusal.js';
import { FenScalar, PointsScalar } from '../../kernel/scalars.js';
import { resultOf } from '../../kernel/union.js';
import { CategoryBlocked } from '../items/category-blocked.js';
import type { PreviewLine } from '../ledger-port.js';
import { PaymentLeg } from '../quotes/leg.js';
import { ProgrammeStub } from '../programme.stub.js';
import { Quote } from '../quotes/quote.entity.js';
import { Redemption } from './redemption.entity.js';

const replayedDescription = 'Whether this answer was given before under the same key.';

@ObjectType({ description: 'The member has too few points.', implements: Refusal })
@Shareable()
@Access('PUBLIC')
export class InsufficientPoints extends Refusal {
  @Field(() => ProgrammeStub, { description: 'Of which programme points are missing.' }) programme!: ProgrammeStub;
  @Field(() => PointsScalar, { description: 'How many of its points are missing.' }) missing!: bigint;
  @Field(() => FenScalar, { description: 'How much of the price is missing altogether.' }) missingFen!: bigint;
}

@ObjectType({ description: 'Points may not cover so much of this price.', implements: Refusal })
@Access('PUBLIC')
export class ShareLimit extends Refusal {
  @Field(() => FenScalar, { description: 'How much of the price points may cover at the most.' }) max!: bigint;
}

@ObjectType({ description: 'The item is not on offer now.', implements: Refusal })
@Access('PUBLIC')
export class ItemClosed extends Refusal {
  @Field(() => ID, { description: 'Id of the item.' }) item!: string;
  @Field(() => Date, { nullable: true, description: 'When it opens; absent where it has closed.' }) opensAt!: Date | null;
}

@ObjectType({ description: 'Fewer pieces are left than wanted.', implements: Refusal })
@Access('PUBLIC')
export class SoldOut extends Refusal {
  @Field(() => ID, { description: 'Id of the item.' }) item!: string;
}

@ObjectType({ description: 'The quote no longer holds.', implements: Refusal })
@Access('PUBLIC')
export class QuoteExpired extends Refusal {
  @Field(() => Quote, { nullable: true, description: 'A new quote for the same cart; absent where there can be none.' })
  newQuote!: Quote | null;
}

@ObjectType({ description: 'The partner could not deliver; nothing was taken.', implements: Refusal })
@Access('PUBLIC')
export class DeliveryFailed extends Refusal {
  @Field(() => String, { description: "The partner's reason." }) reason!: string;
}

@ObjectType({ description: 'What was held has been captured already, or is being captured.', implements: Refusal })
@Access('PUBLIC')
export class AlreadyCaptured extends Refusal {
  @Field(() => Redemption, { description: 'What became of it.' }) redemption!: Redemption;
}

@ObjectType({ description: 'That is more than was held.', implements: Refusal })
@Access('PUBLIC')
export class MoreThanHeld extends Refusal {
  @Field(() => FenScalar, { description: 'The price for which points and cash are held.' }) heldFen!: bigint;
}

@ObjectType({ description: 'The points could not be held.', implements: Refusal })
@Access('PUBLIC')
export class HoldRefused extends Refusal {
  @Field(() => String, { description: 'Why.' }) reason!: string;
}

@ObjectType({ description: 'A price that is kept.' })
@Access('PUBLIC')
export class Quoted {
  @Field(() => Quote, { description: 'The quote.' }) quote!: Quote;
  @Field(() => Boolean, { description: replayedDescription }) replayed!: boolean;
}

@ObjectType({ description: 'The redemption; PENDING where a partner has not answered yet, and then it is carried on without the caller.' })
@Access('PUBLIC')
export class Redeemed {
  @Field(() => Redemption, { description: 'The redemption.' }) redemption!: Redemption;
  @Field(() => Boolean, { description: replayedDescription }) replayed!: boolean;
}

@ObjectType({ description: 'Points and pieces that are set aside.' })
@Access('OWN')
export class QuoteHold {
  @Field(() => ID, { description: 'Id of the hold.' }) id!: string;
  @Field(() => Date, { description: 'The first instant at which it can no longer be captured.' }) expiresAt!: Date;
  @Field(() => Quote, { description: 'The quote that is held.' }) quote!: Quote;
}

@ObjectType({ description: 'The quote is held.' })
@Access('PUBLIC')
export class Held {
  @Field(() => QuoteHold, { description: 'The hold.' }) hold!: QuoteHold;
  @Field(() => Boolean, { description: replayedDescription }) replayed!: boolean;
}

@ObjectType({ description: 'What was held is redeemed; PENDING where a partner has not answered yet.' })
@Access('PUBLIC')
export class Captured {
  @Field(() => Redemption, { description: 'The redemption.' }) redemption!: Redemption;
  @Field(() => Boolean, { description: replayedDescription }) replayed!: boolean;
}

@ObjectType({ description: 'The hold has ended; its points and pieces are free.' })
@Access('PUBLIC')
export class Released {
  @Field(() => Boolean, { description: 'Whether it was released; false where its term had ended it before.' }) released!: boolean;
  @Field(() => Boolean, { description: replayedDescription }) replayed!: boolean;
}

@ObjectType({ description: 'How a cart would be paid.' })
@Access('OWN')
export class SplitAnswer {
  @Field(() => [PaymentLeg], { description: 'Points, by programme.' }) legs!: PaymentLeg[];
  @Field(() => FenScalar, { description: 'The whole price.' }) priceFen!: bigint;
  @Field(() => FenScalar, { description: 'What is left to pay in cash.' }) cashFen!: bigint;
  /** What the cash would earn, asked only where somebody wants to know. */
  readonly paid!: readonly PreviewLine[];
  memberUid!: string;
  acceptorId!: string;
}

export const QuoteResult = resultOf(
  'QuoteResult',
  'What became of the wish for a price.',
  Quoted,
  NotEnrolled,
  InsufficientPoints,
  ShareLimit,
  CategoryBlocked,
  ItemClosed,
  SoldOut,
);
export const RedeemResult = resultOf(
  'RedeemResult',
  'What became of a redemption.',
  Redeemed,
  NotEnrolled,
  InsufficientPoints,
  ShareLimit,
  CategoryBlocked,
  ItemClosed,
  SoldOut,
  QuoteExpired,
  DeliveryFailed,
  MemberFrozen,
  SuspendedPartner,
  HoldRefused,
);
export const HoldResult = resultOf(
  'HoldResult',
  'What became of the wish for a hold.',
  Held,
  QuoteExpired,
  InsufficientPoints,
  SoldOut,
  MemberFrozen,
  SuspendedPartner,
  HoldRefused,
);
export const CaptureResult = resultOf(
  'CaptureResult',
  'What became of a capture.',
  Captured,
  HoldExpired,
  AlreadyCaptured,
  DeliveryFailed,
  MoreThanHeld,
);
export const ReleaseResult = resultOf('ReleaseResult', 'What became of a release.', Released, AlreadyCaptured);
export const SplitResult = resultOf(
  'SplitResult',
  'How a cart would be paid, or why not so.',
  SplitAnswer,
  NotEnrolled,
  InsufficientPoints,
  ShareLimit,
  CategoryBlocked,
);
