import { Arg, Ctx, Field, ID, Int, ObjectType, Query, Resolver } from 'type-graphql';
import { Access, Inaccessible, Internal, Shareable } from '../access.js';
import { badInput } from '../errors.js';
import type { SubgraphContext } from '../subgraph.js';
import { keptDays } from './kept.js';
import { type Position, readPosition } from './position.js';
import { type Audience, type Emitted, headOf, readEvent, readEvents, readNews } from './read-events.js';
import type { ToldToPartner } from './told-to-partner.js';

@ObjectType('EmittedEvent', { description: 'For the gateway: something that happened.' })
@Shareable()
@Inaccessible()
@Access('INTERNAL')
class EmittedEvent implements Emitted {
  @Field(() => String, { description: 'Its place.' }) position!: string;
  @Field(() => String, { description: 'What kind of thing happened.' }) type!: string;
  @Field(() => Date, { description: 'When.' }) at!: Date;
  @Field(() => ID, { nullable: true, description: 'To which member.' }) memberUid!: string | null;
  @Field(() => String, { description: 'Ids and whole numbers, as a JSON object.' }) facts!: string;
}

@ObjectType({ description: 'For the gateway: a page of what happened.' })
@Shareable()
@Inaccessible()
@Access('INTERNAL')
class EmittedPage {
  @Field(() => [EmittedEvent], { description: 'In order.' }) events!: readonly EmittedEvent[];
  @Field(() => String, { description: 'Where to read on.' }) end!: string;
  @Field(() => Boolean, { description: 'Whether there is more to read at once.' }) more!: boolean;
  @Field(() => Boolean, { description: 'What followed on the position is no longer kept.' }) tooOld!: boolean;
}

@ObjectType({ description: 'For the gateway: for whom something happened.' })
@Shareable()
@Inaccessible()
@Access('INTERNAL')
class EmittedNews {
  @Field(() => String, { description: 'Where to look from next time.' }) head!: string;
  @Field(() => [ID], { description: 'Partners.' }) partners!: readonly string[];
  @Field(() => [ID], { description: 'Members.' }) memberUids!: readonly string[];
  @Field(() => Boolean, { description: 'Too many to name.' }) many!: boolean;
}

const mostEvents = 200;

/** How the gateway learns what happened: it asks, so that nothing is lost when nobody listens. */
export function eventsResolver(toldToPartner: ToldToPartner = async (_context, _partner, events) => events): new () => object {
  const toldTo = async (context: SubgraphContext, audience: Audience, events: readonly Emitted[]): Promise<readonly Emitted[]> =>
    'partner' in audience ? toldToPartner(context, audience.partner, events) : events;

  @Resolver()
  class EventsResolver {
    @Query(() => EmittedPage, {
      description: 'For the gateway: what happened to one audience after a position; without one, where now is.',
    })
    @Shareable()
    @Internal()
    async eventsSince(
      @Arg('after', () => String, { nullable: true, description: 'Position.' }) after: string | undefined,
      @Arg('partner', () => ID, { nullable: true, description: 'The audience, where it is a partner.' }) partner: string | undefined,
      @Arg('memberUid', () => ID, { nullable: true, description: 'The audience, where it is a member.' }) memberUid: string | undefined,
      @Arg('first', () => Int, { description: 'How many, 200 at the most.' }) first: number,
      @Ctx() context: SubgraphContext,
    ): Promise<EmittedPage> {
      const { em } = context;
      if (first < 1 || first > mostEvents) throw badInput(`\`first\` is 1 to ${mostEvents}`, { argument: 'first' });
      if (after === undefined || after === null) return { events: [], end: await headOf(em), more: false, tooOld: false };
      const audience = audienceOf(partner, memberUid);
      const page = await readEvents(em, positionOf(after), audience, first, keptDays());
      if (page === null) return { events: [], end: after, more: false, tooOld: true };
      return { ...page, events: (await toldTo(context, audience, page.events)) as EmittedEvent[], tooOld: false };
    }

    @Query(() => EmittedEvent, { nullable: true, description: 'For the gateway: the event at a position.' })
    @Shareable()
    @Internal()
    async eventAt(
      @Arg('position', () => String, { description: 'Position.' }) position: string,
      @Arg('partner', () => ID, { nullable: true, description: 'The audience, where it is a partner.' }) partner: string | undefined,
      @Arg('memberUid', () => ID, { nullable: true, description: 'The audience, where it is a member.' }) memberUid: string | undefined,
      @Ctx() context: SubgraphContext,
    ): Promise<EmittedEvent | null> {
      const audience = audienceOf(partner, memberUid);
      const found = await readEvent(context.em, positionOf(position), audience, keptDays());
      const [told = null] = found === null ? [] : await toldTo(context, audience, [found]);
      return told as EmittedEvent | null;
    }

    @Query(() => EmittedNews, { description: 'For the gateway: for whom something happened after a position.' })
    @Shareable()
    @Internal()
    async eventNews(
      @Arg('after', () => String, { nullable: true, description: 'Position.' }) after: string | undefined,
      @Ctx() { em }: SubgraphContext,
    ): Promise<EmittedNews> {
      return readNews(em, after === undefined || after === null ? null : positionOf(after));
    }
  }
  return EventsResolver;
}

function positionOf(text: string): Position {
  const position = readPosition(text);
  if (!position) throw badInput('That is no position', { argument: 'after' });
  return position;
}

/** Exactly one: events without an audience are nobody's to read. */
function audienceOf(partner: string | undefined | null, memberUid: string | undefined | null): Audience {
  if (partner !== undefined && partner !== null && (memberUid === undefined || memberUid === null)) return { partner };
  if (memberUid !== undefined && memberUid !== null && (partner === undefined || partner === null)) return { memberUid };
  throw badInput('Name a partner or a member', { argument: 'partner' });
}
