import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, ID, Info, Int, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { Access, Scopes } from '../../kernel/access.js';
import { actingFor } from '../../kernel/acting-for.js';
import { writeKey } from '../../kernel/idempotency.js';
import { as } from '../../kernel/union.js';
import type { Context } from '../context.js';
import type { Bill } from './bill.entity.js';
import { BillTerms, creditShareOf, setBillTerms } from './bill-terms.js';

@ObjectType({ description: 'The terms hold for bills that are reported from now on.' })
@Access('PUBLIC')
class BillTermsSet {
  @Field(() => BillTerms, { description: 'The terms.' }) terms!: BillTerms;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

@Resolver()
export class BillTermsResolver {
  @Mutation(() => BillTermsSet, {
    description:
      "Sets a partner's terms for its bills. For example, with `creditShareBasisPoints: 5000` a credit of 60.00 pays 50.00 of a bill of 100.00, and 10.00 stay for the next one.",
  })
  @Scopes('catalog.write:own')
  async setBillTerms(
    @Arg('creditShareBasisPoints', () => Int, {
      description: 'How much of a bill phone credit pays at most, rounded down to the fen: 0 is nothing, 10000 the whole bill.',
    })
    creditShareBasisPoints: number,
    @Arg('partner', () => ID, { nullable: true, description: 'The partner; the caller itself where absent.' }) named: string | null,
    @Ctx() { viewer, em }: Context<Bill>,
    @Info() info: GraphQLResolveInfo,
  ): Promise<BillTermsSet> {
    const partnerId = actingFor(viewer, 'catalog.write', named);
    const { replayed } = await setBillTerms(em, writeKey(info, viewer), { partnerId, creditShareBasisPoints });
    return { terms: as(BillTerms, { partnerId, creditShareBasisPoints }), replayed };
  }

  @Query(() => BillTerms, { description: "A partner's terms for its bills." })
  @Access('PUBLIC')
  async billTerms(
    @Arg('partner', () => ID, { description: 'The partner.' }) partnerId: string,
    @Ctx() { em }: Context<Bill>,
  ): Promise<BillTerms> {
    return as(BillTerms, { partnerId, creditShareBasisPoints: await creditShareOf(em, partnerId) });
  }
}
