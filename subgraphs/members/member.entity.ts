import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, ObjectType } from 'type-graphql';
import { Access, Inaccessible, Key } from '../kernel/access.js';

/** Row and GraphQL type are one class; a column is published only where it carries @Field. */
@Entity({ tableName: 'member' })
@ObjectType({ description: 'A person enrolled in the coalition.' })
@Key('uid')
@Access('OWN')
export class Member {
  @Field(() => ID, { description: 'Internal id, the key between subgraphs.' })
  @Inaccessible()
  @PrimaryKey({ type: 'uuid' })
  uid!: string;

  @Field(() => String, { nullable: true, description: 'Full name.' })
  @Access('PII')
  @Property({ type: 'text' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'Mobile number.' })
  @Access('PII')
  @Property({ type: 'text', nullable: true })
  phone!: string | null;

  @Field(() => Date, { description: 'When the person joined.' })
  @Property({ type: 'datetime' })
  enrolledAt!: Date;

  /** When the member was forgotten; such a member is found by nobody. */
  @Property({ type: 'datetime', nullable: true }) erasedAt!: Date | null;
}

/** Which partner knows the member, and by which number of its own. */
@Entity({ tableName: 'member_link' })
export class MemberLink {
  @PrimaryKey({ type: 'text' }) partner!: string;
  @PrimaryKey({ type: 'text' }) ref!: string;
  @Property({ type: 'uuid' }) memberUid!: string;
  @Property({ type: 'datetime' }) linkedAt!: Date;
}
