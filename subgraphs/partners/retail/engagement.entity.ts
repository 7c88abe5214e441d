import { Entity, Property } from '@mikro-orm/decorators/legacy';
import { Field, ObjectType } from 'type-graphql';
import { Access } from '../../kernel/access.js';
import { enumOf } from '../../kernel/enum.js';
import { as } from '../../kernel/union.js';
import type { MemberKey } from '../member.stub.js';
import { Report } from '../report.entity.js';
import { Member } from './member.stub.js';

export const EngagementKind = enumOf('EngagementKind', 'What a member did, or what is celebrated, beside buying.', {
  LECTURE: 'Attended a lecture; the proof is its attendance list.',
  COACHING: 'Attended a care coaching.',
  SURVEY: 'Answered a survey; once per survey.',
  SUGGESTION: 'Made a suggestion; it earns nothing until it is adopted.',
  ADOPTED_SUGGESTION: 'A suggestion of the member was adopted.',
  CHILD_BIRTHDAY: "A child's birthday; given by the graph itself, never reported.",
  REFERRAL: 'A member that this one brought has bought; given by the graph itself, never reported.',
});
export type EngagementKind = keyof typeof EngagementKind;

/** What a member did beside buying. Its reference names kind and proof, and counts once for each member. */
@Entity({ tableName: 'engagement' })
@ObjectType({
  description: 'What a member did beside buying, with its proof; the points are those of the published EVENT rule of that name.',
})
@Access('OWN')
export class Engagement extends Report {
  @Field(() => EngagementKind, { description: 'What it was.' })
  @Property({ type: 'text' })
  kind!: EngagementKind;

  /** Of a child's birthday its day. */
  @Property({ type: 'text' }) proofRef!: string;

  /** The ledger's number of the event: the same at every try of it, and nothing that tells of whom or of which day it is. */
  @Property({ type: 'uuid' }) eventId!: string;

  @Field(() => Member, { nullable: true, description: 'Whose it is.' })
  member(): MemberKey {
    return as(Member, { uid: this.memberUid });
  }
}
