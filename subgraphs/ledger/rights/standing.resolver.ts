import { Arg, Ctx, Field, ID, Int, ObjectType, Query, Resolver } from 'type-graphql';
import { Access, Inaccessible, Internal } from '../../kernel/access.js';
import { badInput } from '../../kernel/errors.js';
import { as } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { rightsOfPartners, withdrawnFrom } from './read-rights.js';

@ObjectType({ description: "What holds beside a partner's tokens." })
@Inaccessible()
@Access('INTERNAL')
class PartnerStanding {
  @Field(() => ID, { description: 'The partner.' }) partner!: string;
  @Field(() => Boolean, { description: 'Whether it is suspended.' }) suspended!: boolean;
  @Field(() => [String], { description: 'Scopes granted to its system beyond the token.' }) extraScopes!: readonly string[];
  @Field(() => [String], { description: 'Scopes taken from it and its staff.' }) withdrawnScopes!: readonly string[];
  @Field(() => Int, { nullable: true, description: 'Milliseconds until the first of the grants runs out; absent where none will.' })
  nextChangeMs!: number | null;
}

@ObjectType({ description: "What holds beside a person's tokens." })
@Inaccessible()
@Access('INTERNAL')
class SubjectStanding {
  @Field(() => String, { description: 'Subject of the tokens.' }) subject!: string;
  @Field(() => [String], { description: 'Scopes taken from the person.' }) withdrawnScopes!: readonly string[];
}

const maxAsked = 200;

/** How the gateway learns what became of a partner or a person since a token was issued. */
@Resolver()
export class StandingResolver {
  @Query(() => [PartnerStanding], { description: 'For the gateway: standing of partners; unknown ids are left out.' })
  @Internal()
  async partnerStanding(
    @Arg('partners', () => [ID], { description: 'Partner ids, 200 at the most.' }) partners: string[],
    @Ctx() { em }: Context,
  ): Promise<PartnerStanding[]> {
    if (partners.length > maxAsked) throw badInput(`\`partners\` are ${maxAsked} at the most`, { argument: 'partners' });
    return (await rightsOfPartners(em, partners)).map((rights) => as(PartnerStanding, rights));
  }

  @Query(() => [SubjectStanding], { description: 'For the gateway: standing of people; those from whom nothing was taken are left out.' })
  @Internal()
  async subjectStanding(
    @Arg('subjects', () => [String], { description: 'Subjects of tokens, 200 at the most.' }) subjects: string[],
    @Ctx() { em }: Context,
  ): Promise<SubjectStanding[]> {
    if (subjects.length > maxAsked) throw badInput(`\`subjects\` are ${maxAsked} at the most`, { argument: 'subjects' });
    return (await withdrawnFrom(em, subjects)).map(({ subject, scopes }) => as(SubjectStanding, { subject, withdrawnScopes: scopes }));
  }
}
