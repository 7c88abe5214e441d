import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Access } from '../../kernel/access.js';
import { enumOf } from '../../kernel/enum.js';
import { Encoded } from '../encoded.js';
import { type Disclosure, statedBy } from './disclosure.js';
import type { Claim, ClaimSubject } from './labels.js';
import type { Variants } from './parity.js';

export const ClaimKindEnum = enumOf<Claim['kind']>('ClaimKind', 'How something is claimed.', {
  PERCENTAGE: 'A percentage, given as such.',
  DOUBLE: 'That something is doubled.',
  FREE_TEXT: 'Words; percentages and doublings in them are read.',
});
export const ClaimSubjectEnum = enumOf<ClaimSubject>('ClaimSubject', 'What a claim is about.', {
  PRICE: 'The change of a price in points.',
  VALUE: 'The change of what a point buys.',
  GIVE_BACK: 'The share of spending that comes back.',
  ACCRUAL: 'The points that a purchase earns beyond the usual.',
});
export const CampaignStateEnum = enumOf('CampaignState', 'Where a campaign stands.', {
  DRAFT: 'Written, and seen by those who work on it only.',
  PUBLISHED: 'Published; it has not begun, or runs.',
  ENDED: 'Over, or replaced by a newer version.',
});

/** What a campaign says and gives. `windows`: conditions of use for who pays cash and for who pays points. */
export interface CampaignBody {
  readonly name: { readonly zh: string; readonly en: string };
  readonly headline: { readonly zh: string; readonly en: string };
  readonly claims: readonly Claim[];
  readonly items: readonly string[];
  readonly rules: readonly string[];
  readonly disclosure: Disclosure | null;
  readonly windows: Variants | null;
}

/** Everything that a campaign says to members beside its claims; what it discloses is a part of its headline, or is read under it. */
export const textsOf = ({ headline, name, disclosure }: CampaignBody): string[] => [
  headline.zh,
  headline.en,
  name.zh,
  name.en,
  ...statedBy(disclosure),
];

@ObjectType({ description: 'The rules that are shown with a campaign.' })
@Access('PUBLIC')
export class CampaignDisclosure {
  @Field(() => String, { nullable: true, description: 'From how many points on, and who may take part.' }) threshold!: string | null;
  @Field(() => String, { nullable: true, description: 'How points are earned.' }) accrualRule!: string | null;
  @Field(() => String, { nullable: true, description: 'Until when points and offer can be used.' }) expiry!: string | null;
  @Field(() => String, { nullable: true, description: 'How many per member, and other limits.' }) limits!: string | null;
}

/** One version of a campaign; published ones never change. */
@Entity({ tableName: 'campaign' })
@ObjectType({ description: 'A promotion of a partner, with the rules that it has to state.' })
@Access('PUBLIC')
export class Campaign {
  @Field(() => ID, { description: 'Id of the campaign, such as `anniversary`.' })
  @PrimaryKey({ type: 'text' })
  id!: string;

  @Field(() => Int, { description: 'Version; a published one never changes.' })
  @PrimaryKey({ type: 'integer' })
  version!: number;

  @Property({ type: 'text' }) ownerId!: string;
  @Property({ type: new Encoded<CampaignBody>() }) body!: CampaignBody;

  @Field(() => Date, { description: 'When it begins.' })
  @Property({ type: 'datetime' })
  startsAt!: Date;

  @Field(() => Date, { description: 'The first instant at which it is over.' })
  @Property({ type: 'datetime' })
  endsAt!: Date;

  /** Subject of the token that wrote it. */
  @Property({ type: 'text' }) draftedBy!: string;
  @Property({ type: 'text', nullable: true }) publishedBy!: string | null;
  @Property({ type: 'datetime', nullable: true }) publishedAt!: Date | null;
}
