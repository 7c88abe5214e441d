import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, ID, Info, InputType, Int, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { Access, Scopes } from '../../kernel/access.js';
import { enumOf } from '../../kernel/enum.js';
import { writeKey } from '../../kernel/idempotency.js';
import { as } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { type BoundAgainst, defaultPolicy, type Policy } from './policy.js';
import { everyone, policyOf } from './read-policy.js';
import { setPolicy } from './set-policy.js';

const BoundAgainstEnum = enumOf<BoundAgainst>('BoundAgainst', 'What a new price of an item is compared with.', {
  IN_FORCE: 'The price that was asked then, special prices included as far as they are below the regular one.',
  REGULAR: 'The regular price of then.',
});

const words = {
  quoteLifeSeconds: `For how many seconds a quoted price is kept; ${defaultPolicy.quoteLifeSeconds} unless set.`,
  priceBoundBasisPoints: `How far a price may move where \`setPricing\` does not say, in basis points; ${defaultPolicy.priceBoundBasisPoints} unless set.`,
  boundAgainst: `What a new price is compared with; ${defaultPolicy.boundAgainst} unless set.`,
  boundLookBackSeconds: `How many seconds ago that price held; ${defaultPolicy.boundLookBackSeconds} unless set.`,
  referenceLookBackSeconds: `A special price is compared with the lowest one of so many seconds before it; ${defaultPolicy.referenceLookBackSeconds} unless set.`,
  disclosureRequired: `Whether an item that states none of its rules is refused; ${defaultPolicy.disclosureRequired} unless set. One that states only some always is.`,
  complaintLimitBasisPoints: `From which share of complaints on an item is taken off the list, in basis points of the members that redeemed it; ${defaultPolicy.complaintLimitBasisPoints} unless set.`,
  complaintLeastOrders: `How many members have to have redeemed an item before that share counts; ${defaultPolicy.complaintLeastOrders} unless set.`,
  reportFloorMembers: `From how many members on a report shows figures of a group; ${defaultPolicy.reportFloorMembers} unless set, never below 2.`,
} as const;

@ObjectType({ description: "What admins have decided for a partner's catalog." })
@Access('PUBLIC')
class CatalogPolicy implements Policy {
  @Field(() => Int, { description: words.quoteLifeSeconds }) quoteLifeSeconds!: number;
  @Field(() => Int, { description: words.priceBoundBasisPoints }) priceBoundBasisPoints!: number;
  @Field(() => BoundAgainstEnum, { description: words.boundAgainst }) boundAgainst!: BoundAgainst;
  @Field(() => Int, { description: words.boundLookBackSeconds }) boundLookBackSeconds!: number;
  @Field(() => Int, { description: words.referenceLookBackSeconds }) referenceLookBackSeconds!: number;
  @Field(() => Boolean, { description: words.disclosureRequired }) disclosureRequired!: boolean;
  @Field(() => Int, { description: words.complaintLimitBasisPoints }) complaintLimitBasisPoints!: number;
  @Field(() => Int, { description: words.complaintLeastOrders }) complaintLeastOrders!: number;
  @Field(() => Int, { description: words.reportFloorMembers }) reportFloorMembers!: number;
}

@InputType({ description: 'What is to hold from now on; what is absent stays as it is.' })
class CatalogPolicyInput {
  @Field(() => Int, { nullable: true, description: words.quoteLifeSeconds }) quoteLifeSeconds?: number | null;
  @Field(() => Int, { nullable: true, description: words.priceBoundBasisPoints }) priceBoundBasisPoints?: number | null;
  @Field(() => BoundAgainstEnum, { nullable: true, description: words.boundAgainst }) boundAgainst?: BoundAgainst | null;
  @Field(() => Int, { nullable: true, description: words.boundLookBackSeconds }) boundLookBackSeconds?: number | null;
  @Field(() => Int, { nullable: true, description: words.referenceLookBackSeconds }) referenceLookBackSeconds?: number | null;
  @Field(() => Boolean, { nullable: true, description: words.disclosureRequired }) disclosureRequired?: boolean | null;
  @Field(() => Int, { nullable: true, description: words.complaintLimitBasisPoints }) complaintLimitBasisPoints?: number | null;
  @Field(() => Int, { nullable: true, description: words.complaintLeastOrders }) complaintLeastOrders?: number | null;
  @Field(() => Int, { nullable: true, description: words.reportFloorMembers }) reportFloorMembers?: number | null;
}

@ObjectType({ description: 'It holds from now on.' })
@Access('PUBLIC')
class CatalogPolicySet {
  @Field(() => CatalogPolicy, { description: 'All that holds now.' }) policy!: CatalogPolicy;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

@Resolver()
export class PolicyResolver {
  @Query(() => CatalogPolicy, {
    description: "What holds for a partner's catalog: price bounds, how long quotes last, what items have to state.",
  })
  @Access('PUBLIC')
  async catalogPolicy(
    @Arg('owner', () => ID, { nullable: true, description: 'The partner; what holds for all the others where absent.' }) owner:
      | string
      | null,
    @Ctx() { em }: Context,
  ): Promise<CatalogPolicy> {
    return as(CatalogPolicy, await policyOf(em, owner ?? everyone));
  }

  @Mutation(() => CatalogPolicySet, {
    description:
      "Decides what holds for a partner's catalog, or for all. For the operator's staff. For example, with `quoteLifeSeconds: 60` a price that was quoted can be had for 59 seconds more, and not after 60.",
  })
  @Scopes('pricing.write:all')
  async setCatalogPolicy(
    @Arg('owner', () => ID, { nullable: true, description: 'The partner; all of them where absent.' }) owner: string | null,
    @Arg('input', () => CatalogPolicyInput, { description: 'What is to hold.' }) input: CatalogPolicyInput,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CatalogPolicySet> {
    const wish = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null && value !== undefined)) as Partial<Policy>;
    const { replayed } = await setPolicy(context, writeKey(info, context.viewer), owner ?? null, wish);
    return as(CatalogPolicySet, { policy: as(CatalogPolicy, await policyOf(context.em, owner ?? everyone)), replayed });
  }
}
