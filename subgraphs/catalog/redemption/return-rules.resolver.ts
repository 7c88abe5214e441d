import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, Info, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { Access, Scopes } from '../../kernel/access.js';
import { writeKey } from '../../kernel/idempotency.js';
import { Text, TextInput } from '../../kernel/text.js';
import { as } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { DeliveryKind } from '../items/item.entity.js';
import { ReturnReasonEnum } from './return-reason.js';
import { readReferences, type References, setReferences } from './return-references.js';
import { reasonAllowed, returnReasons, type ReturnReason } from './returns.js';

@ObjectType({ description: 'One reason for which goods come back. How they were paid is none for which they do not.' })
@Access('PUBLIC')
class ReturnRule {
  @Field(() => ReturnReasonEnum, { description: 'The reason.' }) reason!: ReturnReason;
  @Field(() => [DeliveryKind], { description: 'What does not come back for it, being used up by its delivery.' }) notFor!: DeliveryKind[];
  @Field(() => [Text], { description: 'The laws that it rests on, in words that decide nothing; † where counsel has yet to check.' })
  references!: readonly Text[];
}

@ObjectType({ description: 'The rule says so from now on.' })
@Access('PUBLIC')
class ReturnReferencesSet {
  @Field(() => ReturnRule, { description: 'The rule.' }) rule!: ReturnRule;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

const kinds = Object.keys(DeliveryKind) as DeliveryKind[];
const ruleOf = (reason: ReturnReason, references: References): ReturnRule =>
  as(ReturnRule, { reason, notFor: kinds.filter((kind) => !reasonAllowed(reason, kind)), references: references[reason] });

@Resolver()
export class ReturnRulesResolver {
  @Query(() => [ReturnRule], {
    description: 'Every reason for which goods come back, and what it rests on. Having paid with points changes none of it.',
  })
  @Access('PUBLIC')
  async returnRules(@Ctx() { em }: Context): Promise<ReturnRule[]> {
    const references = await readReferences(em);
    return returnReasons.map((reason) => ruleOf(reason, references));
  }

  @Mutation(() => ReturnReferencesSet, {
    description:
      "Says which laws a reason rests on, in words, instead of what was said before. For the operator's staff. For example, a reason that rests on two laws, each marked † for counsel, is read with both of them by everybody.",
  })
  @Scopes('pricing.write:all')
  async setReturnReferences(
    @Arg('reason', () => ReturnReasonEnum, { description: 'The reason.' }) reason: ReturnReason,
    @Arg('references', () => [TextInput], { description: 'All of them; † where counsel has yet to check one.' }) references: TextInput[],
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ReturnReferencesSet> {
    const wish = { reason, references: references.map(({ zh, en }) => ({ zh, en })) };
    const { replayed } = await setReferences(context, writeKey(info, context.viewer), wish);
    return as(ReturnReferencesSet, { rule: ruleOf(reason, await readReferences(context.em)), replayed });
  }
}
