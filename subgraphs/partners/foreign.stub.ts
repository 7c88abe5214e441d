import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { Access } from '../kernel/access.js';

/** Records of other subgraphs that ours point to: the key is all that is known of them here. */
@ObjectType({ description: 'A company of the coalition.' })
@Directive('@key(fields: "id", resolvable: false)')
@Access('PUBLIC')
export class Partner {
  @Field(() => ID, { description: 'Slug of the partner, such as telecom.' }) id!: string;
}

@ObjectType({ description: 'Something that points can be redeemed for.' })
@Directive('@key(fields: "id", resolvable: false)')
@Access('PUBLIC')
export class Item {
  @Field(() => ID, { description: 'Slug of the item, such as basic-maintenance.' }) id!: string;
}

@ObjectType({ description: 'Points that one purchase earned.' })
@Directive('@key(fields: "id", resolvable: false)')
@Access('OWN')
export class Accrual {
  @Field(() => ID, { description: 'Id of the accrual in the ledger.' }) id!: string;
  /** Whose it is; known from the report that shows it, and not published. */
  memberUid!: string;
  partnerId!: string;
}
