import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, ID, Info, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import type { Language } from '../../../schema/viewer.js';
import { Access, Scopes } from '../../kernel/access.js';
import { writeKey } from '../../kernel/idempotency.js';
import { Refusal } from '../../kernel/refusal.js';
import { say } from '../../kernel/text.js';
import { as } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { PartnerStub } from '../partner.stub.js';
import { categoriesBlockedFor, setBlockedCategories } from './category-block.js';

@ObjectType({ description: "The issuer's points may not pay for anything of this category.", implements: Refusal })
@Access('PUBLIC')
export class CategoryBlocked extends Refusal {
  @Field(() => String, { description: 'The category.' }) category!: string;
  @Field(() => PartnerStub, { description: 'Whose points they are.' }) issuer!: PartnerStub;
}

export const categoryBlocked = (category: string, issuer: string, language: Language): CategoryBlocked =>
  as(CategoryBlocked, {
    code: 'CATEGORY_BLOCKED',
    message: say(language, `该发行方的积分不得兑换此类商品：${category}`, `The issuer's points may not pay for this category: ${category}`),
    category,
    issuer: { id: issuer },
  });

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
      "Says which categories an issuer's points may not pay from now on, instead of those said before. For the operator's staff.",
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
