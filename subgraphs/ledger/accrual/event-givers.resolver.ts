import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { Internal } from '../../kernel/access.js';
import { now } from '../../kernel/clock.js';
import type { Context } from '../context.js';
import { Partner } from '../partners/partner.entity.js';
import { AccrualRule } from './rule.entity.js';
import { inForce } from './rules.js';

@Resolver()
export class EventGiversResolver {
  @Query(() => [ID], {
    description: 'For other subgraphs: partners, not suspended, whose earn programme has a rule in force for an event.',
  })
  @Internal()
  async eventGivers(
    @Arg('event', () => String, { description: 'The event, such as CHILD_BIRTHDAY.' }) event: string,
    @Ctx() { em }: Context,
  ): Promise<string[]> {
    const named = await em.find(AccrualRule, { kind: 'EVENT', event, publishedAt: { $ne: null } });
    const programmes = [...new Set(named.map(({ programmeId }) => programmeId))];
    // A newer version of the same name may have changed what it is for, so all versions are looked at.
    const rules = await em.find(AccrualRule, { programmeId: { $in: programmes }, publishedAt: { $ne: null } });
    const at = await now(em);
    const giving = programmes.filter((programme) =>
      inForce(
        rules.filter(({ programmeId }) => programmeId === programme),
        at,
      ).some((rule) => rule.kind === 'EVENT' && rule.event === event),
    );
    const partners = await em.find(Partner, { earnProgrammeId: { $in: giving }, suspended: false }, { orderBy: { id: 'asc' } });
    return partners.map(({ id }) => id);
  }
}
