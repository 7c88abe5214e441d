import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Access } from '../../kernel/access.js';
import type { DropTerms } from './allocation.js';

/** Pieces of an item that are only to be had by claiming them. */
@Entity({ tableName: 'item_drop' })
@ObjectType({ description: 'Few pieces of an item, which many want: from when on, for whom first, and how many each.' })
@Access('PUBLIC')
export class Drop implements DropTerms {
  @Field(() => ID, { description: 'Id of the drop.' })
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'text', fieldName: 'item' }) itemId!: string;
  @Property({ type: 'text' }) ownerId!: string;
  @Property({ type: 'integer' }) stock!: number;

  @Field(() => Date, { description: 'When it opens for everybody.' })
  @Property({ type: 'datetime' })
  opensAt!: Date;

  @Field(() => Date, { description: 'The first instant at which it is over.' })
  @Property({ type: 'datetime' })
  closesAt!: Date;

  @Property({ type: 'datetime', nullable: true }) priorityOpensAt!: Date | null;
  @Property({ type: 'integer' }) priorityQuota!: number;

  @Field(() => Int, { description: 'How many pieces one member can have.' })
  @Property({ type: 'integer' })
  perMember!: number;
}
