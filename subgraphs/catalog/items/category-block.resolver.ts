import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, ID, Info, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { Access, Scopes } from '../../kernel/access.js';
import { writeKey } from '../../kernel/idempotency.js';
import { as } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { setBlockedCategories } from './category-block.js';
import { categoriesBlockedFor } from './read-blocks.js';

@ObjectType({ description: 'It holds from now on, for new items and for every purchase.' })
@Access('PUBLIC')
class BlockedCategoriesSet {
  @Field(() => [String], { description: "All categories that the issuer's points may not pay now." }) categories!: string[];
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

@Resolver()
export class CategoryBlockResolver {
  @Query(() => [String], { description: "Categories that an issuer's points may not pay, such as cash equivalents for a regulated one." })
  @Access('PUBLIC')
  blockedCategories(@Arg('issuer', () => ID, { description: 'The issuer.' }) issuer: string, @Ctx() { em }: Context): Promise<string[]> {
    return categoriesBlockedFor(em, issuer);
  }

  @Mutation(() => BlockedCategoriesSet, {
    description:
      "Says which categories an issuer's points may not pay from now on, instead of those said before. For the operator's staff. For example, where a bank's points may not pay for `cash-equivalent`, an item of that category priced in them is refused.",
  })
  @Scopes('pricing.write:all')
  async setBlockedCategories(
    @Arg('issuer', () => ID, { description: 'The issuer.' }) issuer: string,
    @Arg('categories', () => [String], { description: 'All of them; none lifts the block.' }) categories: string[],
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<BlockedCategoriesSet> {
    const { replayed } = await setBlockedCategories(context, writeKey(info, context.viewer), { issuer, categories });
    return as(BlockedCategoriesSet, { categories: await categoriesBlockedFor(context.em, issuer), replayed });
  }
}
