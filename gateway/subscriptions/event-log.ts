import { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { codes } from '../../schema/codes.js';
import type { PairwiseIds } from '../../schema/pairwise-id.js';
import { type Transport, Unavailable } from '../../schema/transport.js';
import { recipientOf, serviceViewer, type Viewer } from '../../schema/viewer.js';
import { type Place, placeText, readPlace, tellers } from './place.js';

/** Who is told: a partner or a member; nobody else has events. */
export type Audience = { readonly partner: string } | { readonly memberUid: string };

/** Something that happened, as its reader may know it. */
export interface StreamEvent {
  /** The cursor after it. */
  readonly id: string;
  /** Names what happened: the same in every stream. */
  readonly origin: string;
  readonly type: string;
  readonly at: string;
  readonly memberUid: string | null;
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface EventPage {
  readonly events: readonly StreamEvent[];
  readonly end: string;
  readonly more: boolean;
}

export interface EventLog {
  /** The cursor of now. */
  now(viewer: Viewer): Promise<string>;
  /** What happened to the viewer after a cursor, in order. Refuses a cursor that is not the viewer's, or too old. */
  page(viewer: Viewer, after: string, first: number): Promise<EventPage>;
  /** One event by its id; null where there is none of it for this viewer. */
  event(viewer: Viewer, id: string): Promise<StreamEvent | null>;
  /** The member's id as a recipient knows it. */
  memberId(uid: string, recipient: string): string;
}

interface Told {
  readonly position: string;
  readonly type: string;
  readonly at: string;
  readonly memberUid: string | null;
  readonly facts: string;
}

interface Since {
  readonly events: readonly Told[];
  readonly end: string;
  readonly more: boolean;
  readonly tooOld: boolean;
}

const since = `query ($after: String, $partner: ID, $memberUid: ID, $first: Int!) {
  eventsSince(after: $after, partner: $partner, memberUid: $memberUid, first: $first) {
    events { position type at memberUid facts } end more tooOld
  }
}`;
const one = `query ($position: String!, $partner: ID, $memberUid: ID) {
  eventAt(position: $position, partner: $partner, memberUid: $memberUid) { position type at memberUid facts }
}`;

export function audienceOf({ kind, partner, uid }: Viewer): Audience | null {
  if (kind === 'member') return uid === undefined ? null : { memberUid: uid };
  return kind === 'partner' && partner !== undefined ? { partner } : null;
}

/**
 * Events of several subgraphs as one stream. Each has its own order; between them events go by their time, as far as both are at hand. A
 * subgraph that cannot be asked is left where it was, and told later: nothing is lost by it.
 */
export function eventLog(subgraphs: readonly string[], transport: Transport, ids: PairwiseIds, log: Logger): EventLog {
  const here = tellers.filter((name) => subgraphs.includes(name));
  const seal = (place: Place, viewer: Viewer): string => ids.sealText(placeText(place), recipientFor(viewer));
  const open = (cursor: string, viewer: Viewer): Place => {
    const text = ids.openText(cursor, recipientFor(viewer));
    const place = text === null ? null : readPlace(text);
    if (!place) throw refusal('BAD_INPUT', 'That is no cursor of these events', 'after');
    return place;
  };

  async function ask<T>(teller: string, query: string, variables: Readonly<Record<string, unknown>>): Promise<T> {
    const { data, errors } = await transport.send(teller, { query, variables }, serviceViewer('gateway', 'events'));
    if (!data || errors) throw new Error(`${teller} tells no events: ${errors?.[0]?.message}`);
    return Object.values(data)[0] as T;
  }

  /** What each subgraph says; null of one that cannot be asked now. */
  const askAll = async (variablesFor: (teller: string) => Readonly<Record<string, unknown>>): Promise<Map<string, Since>> => {
    const found = new Map<string, Since>();
    await Promise.all(
      here.map(async (teller) => {
        try {
          found.set(teller, await ask<Since>(teller, since, variablesFor(teller)));
        } catch (error) {
          log.warn(error instanceof Unavailable ? { teller, reason: error.reason } : { teller, err: error }, 'events could not be read');
        }
      }),
    );
    if (found.size === 0) throw refusal('SUBGRAPH_UNAVAILABLE', codes.SUBGRAPH_UNAVAILABLE);
    return found;
  };

  async function now(viewer: Viewer): Promise<string> {
    const heads = await askAll(() => ({ first: 1 }));
    if (heads.size < here.length) throw refusal('SUBGRAPH_UNAVAILABLE', codes.SUBGRAPH_UNAVAILABLE);
    return seal({ told: null, positions: new Map([...heads].map(([teller, { end }]) => [teller, end])) }, viewer);
  }

  return {
    now,
    async page(viewer, after, first) {
      const audience = mustHaveAudience(viewer);
      const place = open(after, viewer);
      const found = await askAll((teller) => ({ ...audience, first, after: place.positions.get(teller) ?? null }));
      if ([...found.values()].some(({ tooOld }) => tooOld)) throw refusal('CURSOR_TOO_OLD', codes.CURSOR_TOO_OLD);
      const positions = new Map(place.positions);
      const all = [...found].flatMap(([teller, { events }]) => events.map((told) => ({ teller, told })));
      // Stable, so that each subgraph's own order stays: its events are not always in the order of their times.
      const merged = merge(
        here.map((teller) => all.filter((each) => each.teller === teller)),
        ({ told }) => told.at,
      ).slice(0, first);
      const events = merged.map(({ teller, told }): StreamEvent => {
        positions.set(teller, told.position);
        return streamEvent(teller, told, seal({ told: teller, positions }, viewer));
      });
      for (const [teller, page] of found) {
        const left = page.events.length - merged.filter((each) => each.teller === teller).length;
        if (left === 0) positions.set(teller, page.end);
      }
      const more = merged.length < all.length || [...found.values()].some((page) => page.more);
      return { events, end: seal({ told: null, positions }, viewer), more };
    },
    async event(viewer, id) {
      const audience = mustHaveAudience(viewer);
      const { told: teller, positions } = open(id, viewer);
      if (teller === null || !(here as readonly string[]).includes(teller)) return null;
      const told = await ask<Told | null>(teller, one, { ...audience, position: positions.get(teller) });
      return told && streamEvent(teller, told, id);
    },
    memberId: (uid, recipient) => ids.seal(uid, recipient),
  };
}

/** Whose cursors these are: nobody else can hand them back. */
const recipientFor = (viewer: Viewer): string => `events ${recipientOf(viewer)}${viewer.uid === undefined ? '' : ` ${viewer.uid}`}`;

function mustHaveAudience(viewer: Viewer): Audience {
  const audience = audienceOf(viewer);
  if (!audience) throw refusal('FORBIDDEN_OPERATION', codes.FORBIDDEN_OPERATION);
  return audience;
}

const streamEvent = (teller: string, { position, type, at, memberUid, facts }: Told, id: string): StreamEvent => ({
  id,
  origin: `${teller}:${position.split('.')[1]}`,
  type,
  at,
  memberUid,
  facts: JSON.parse(facts) as Record<string, unknown>,
});

/** Pure: several ordered lists as one, always the earliest of those that are next. */
export function merge<T>(lists: readonly (readonly T[])[], at: (item: T) => string): T[] {
  const rest = lists.map((list) => [...list]).filter((list) => list.length > 0);
  const merged: T[] = [];
  while (rest.length > 0) {
    rest.sort((a, b) => (at(a[0] as T) < at(b[0] as T) ? -1 : at(a[0] as T) > at(b[0] as T) ? 1 : 0));
    const next = rest[0] as T[];
    merged.push(next.shift() as T);
    if (next.length === 0) rest.shift();
  }
  return merged;
}

const refusal = (code: keyof typeof codes, message: string, argument?: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code, ...(argument === undefined ? {} : { argument }) } });
