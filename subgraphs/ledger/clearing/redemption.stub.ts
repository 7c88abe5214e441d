import { Field, ID, ObjectType } from 'type-graphql';
import { Access, Key } from '../../kernel/access.js';

/** Owned by the catalog; clearing adds what it made partners owe each other. */
@ObjectType({ description: 'Something taken for points.' })
@Key('id')
@Access('PUBLIC')
export class Redemption {
  @Field(() => ID, { description: 'Opaque id.' }) id!: string;
}
