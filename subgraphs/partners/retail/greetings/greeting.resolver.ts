import type { EntityManager } from '@mikro-orm/postgresql';
import DataLoader from 'dataloader';
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, FieldResolver, ID, Info, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { Access, Scopes } from '../../../kernel/access.js';
import { actingFor } from '../../../kernel/acting-for.js';
import { writeKey } from '../../../kernel/idempotency.js';
import { Text, TextInput } from '../../../kernel/text.js';
import type { Context } from '../../context.js';
import type { Basket } from '../basket.entity.js';
import { Engagement } from '../engagement.entity.js';
import type { EngagementLoaders } from '../engagement.resolver.js';
import { type Greeting, greetingOf, greetingsAt, setGreeting } from './set-greeting.js';

type RetailContext = Context<Basket, EngagementLoaders>;

@ObjectType({ description: 'The greeting comes with gifts from now on; those that were given keep theirs.' })
@Access('PUBLIC')
class BirthdayGreetingSet {
  @Field(() => Text, { nullable: true, description: 'The greeting; absent where there is none any more.' }) greeting!: Text | null;
  @Field(() => Boolean, { description: 'Whether this answer was given before under the same key.' }) replayed!: boolean;
}

@Resolver(() => Engagement)
export class GreetingResolver {
  @Mutation(() => BirthdayGreetingSet, {
    description:
      "Sets what a brand says to a child's birthday; only guardians who agreed to the gift ever read it. For example, a gift of 200 points to a child born on 28 February comes with `Happy birthday!`.",
  })
  @Scopes('campaign.write:own')
  async setBirthdayGreeting(
    @Arg('greeting', () => TextInput, { nullable: true, description: 'In both languages, 1 to 500 characters each; absent: none.' })
    greeting: TextInput | null,
    @Arg('partner', () => ID, { nullable: true, description: 'The brand; the caller itself where absent.' }) named: string | null,
    @Ctx() { viewer, em }: RetailContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<BirthdayGreetingSet> {
    const partner = actingFor(viewer, 'campaign.write', named);
    const said = greeting ? { zh: greeting.zh, en: greeting.en } : null;
    const { replayed } = await setGreeting(em, writeKey(info, viewer), { partner, greeting: said });
    return { greeting: said, replayed };
  }

  @Query(() => Text, { nullable: true, description: "What a brand says to a child's birthday; absent where it says nothing." })
  @Access('PUBLIC')
  birthdayGreeting(
    @Arg('partner', () => ID, { description: 'The brand.' }) partner: string,
    @Ctx() { em }: RetailContext,
  ): Promise<Greeting | null> {
    return greetingOf(em, partner);
  }

  @FieldResolver(() => Text, {
    nullable: true,
    description: "What the brand said to a child's birthday at the time of the gift; absent for everything else.",
  })
  greeting(@Root() { kind, partnerId, at }: Engagement, @Ctx() { loaders }: RetailContext): Promise<Greeting | null> | null {
    return kind === 'CHILD_BIRTHDAY' ? loaders.own.greeting.load({ partner: partnerId, at }) : null;
  }
}

export type GreetingLoader = DataLoader<{ readonly partner: string; readonly at: Date }, Greeting | null>;

/** One statement for all gifts of a page. */
export const loadGreetings = (em: EntityManager): GreetingLoader => new DataLoader((asked) => greetingsAt(em, asked));
