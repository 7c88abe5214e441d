import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { Access } from '../kernel/access.js';

/** A partner by its id; the ledger knows the rest. */
@ObjectType('Partner', { description: 'A company of the ecosystem.' })
@Directive('@key(fields: "id", resolvable: false)')
@Access('PUBLIC')
export class PartnerStub {
  @Field(() => ID, { description: 'Id of the partner.' }) id!: string;
}
