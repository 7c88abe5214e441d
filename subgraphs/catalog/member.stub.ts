import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { Access, Inaccessible } from '../kernel/access.js';

/** A member by the key between subgraphs; who it is the members subgraph says, to whom it may. */
@ObjectType('Member', { description: 'A person enrolled in the coalition.' })
@Directive('@key(fields: "uid", resolvable: false)')
@Access('OWN')
export class MemberStub {
  @Field(() => ID, { description: 'Internal id, the key between subgraphs.' }) @Inaccessible() uid!: string;
}
