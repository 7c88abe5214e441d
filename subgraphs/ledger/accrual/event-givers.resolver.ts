import { Arg, Ctx, Field, ID, ObjectType, Query, Resolver } from 'type-graphql';
import { Access, Inaccessible, Internal } from '../../kernel/access.js';
import { now } from '../../kernel/clock.js';
import { as } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { Partner } from '../partners/partner.entity.js';
import { AccrualRule } from './rule.entity.js';
import { givesFrom } from './rules.js';
import { openings } from './seller.js';

@ObjectType({ description: 'For other subgraphs: a partner whose earn programme gives something for an event.' })
@Inaccessible()
@Access('INTERNAL')
class EventGiver {
  @Field(() => ID, { description: 'The partner.' }) partner!: string;
  @Field(() => Date, { description: 'The first instant, of those asked for, at which it does.' }) since!: Date;
}

@Resolver()
export class EventGiversResolver {
  @Query(() => [EventGiver], {
    description:
      'For other subgraphs: partners, not suspended, whose earn programme has had a rule in force for an event in a time that may not be over.',
  })
  @Internal()
  async eventGivers(
    @Arg('event', () => String, { description: 'The event, such as CHILD_BIRTHDAY.' }) event: string,
    @Arg('from', () => Date, { description: 'First instant of the time.' }) from: Date,
    @Arg('until', () => Date, { description: 'First instant after it.' }) until: Date,
    @Ctx() { em }: Context,
  ): Promise<EventGiver[]> {
    const named = await em.find(AccrualRule, { kind: 'EVENT', event, publishedAt: { $ne: null } });
    const programmes = [...new Set(named.map(({ programmeId }) => programmeId))];
    // A newer version of the same name may have changed what it is for, so all versions are looked at.
    const rules = await em.find(AccrualRule, { programmeId: { $in: programmes }, publishedAt: { $ne: null } });
    const to = new Date(Math.min(until.getTime() - 1, (await now(em)).getTime()));
    const giving = new Map<string, Date>();
    for (const programme of programmes) {
      const own = rules.filter(({ programmeId }) => programmeId === programme);
      const since = givesFrom(own, event, from, to);
      if (since) giving.set(programme, since);
    }
    const partners = await em.find(Partner, { earnProgrammeId: { $in: [...giving.keys()] }, suspended: false }, { orderBy: { id: 'asc' } });
    // At a bank nothing but an opening is given for.
    const able = partners.filter(({ trade }) => trade !== 'BANKING' || openings.has(event));
    return able.map(({ id, earnProgrammeId }) => as(EventGiver, { partner: id, since: giving.get(earnProgrammeId as string) as Date }));
  }
}
