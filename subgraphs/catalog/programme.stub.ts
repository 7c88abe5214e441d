import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { Access } from '../kernel/access.js';

/** A programme by its id; the ledger knows the rest. */
@ObjectType('Programme', { description: "One issuer's points and their rules." })
@Directive('@key(fields: "id", resolvable: false)')
@Access('PUBLIC')
export class ProgrammeStub {
  @Field(() => ID, { description: 'Id of the programme.' }) id!: string;
}
