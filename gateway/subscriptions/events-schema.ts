import { GraphQLError } from 'graphql';
import { enumSdl, eventTypeMeaning, eventTypes } from '../../schema/event-types.js';
import { recipientOf } from '../../schema/viewer.js';
import type { GatewayContext } from '../context.js';
import type { EventLog, StreamEvent } from './event-log.js';

/**
 * What happened, as a part of the graph: `Subscription` is answered by streams that run each event through the same pipeline as a query, of
 * which these fields are the beginning; the same events can be read page by page.
 */
export const eventsSdl = `
extend type Query {
  """What happened to the calling partner after a cursor, in order; kept for 30 days unless the operator says otherwise."""
  events(
    """Id of the last event that was read, or a page's \`endCursor\`; without it the page is empty and its \`endCursor\` is where now is."""
    after: String
    """How many at the most, 1 to 100."""
    first: Int! = 20
  ): EventConnection @requiresScopes(scopes: [["events.read:own"]]) @cost(weight: 5) @listSize(slicingArguments: ["first"], sizedFields: ["edges", "nodes"], requireOneSlicingArgument: false)
  """One event by its id; null where the caller has none of that id."""
  event(
    """Id of the event."""
    id: ID!
  ): Event @requiresScopes(scopes: [["events.read:own"]]) @cost(weight: 2)
}
"""Streams, answered as \`text/event-stream\` or over a WebSocket. Each event runs the selection as a query of its own, with the rights of that moment."""
type Subscription {
  """What happens to the calling partner. Ends with a code when the partner is suspended or the token runs out."""
  events(
    """Id of the last event that was read; what followed on it comes first. Without it: from now on. The header \`Last-Event-ID\` goes before it."""
    after: String
    """Only these; all where nothing is said."""
    types: [EventType!]
    """Only what concerns one member, by the caller's own id of it. Such a stream ends when the member withdraws its consent towards the caller."""
    member: ID
  ): Event @requiresScopes(scopes: [["events.read:own"]])
  """The caller as it is after each change of its points, with what changed in \`balanceChanged\` or \`expiring\`. Ends with a code when its consents change or the token runs out."""
  me(
    """Id of the last change that was read; what followed on it comes first. Without it: from now on."""
    after: String
  ): Me @requiresScopes(scopes: [["me.read"]])
}
${enumSdl('EventType', eventTypeMeaning, eventTypes)}
"""A JSON object of ids and whole numbers: \`programme\`, \`points\`, \`entry\`, \`accrual\`, \`redemption\`, \`return\`, \`priceFen\`, \`cashFen\`, \`consent\`, \`purpose\`, \`classes\`, \`period\`, \`netFen\`, \`member\`, as far as the type has them."""
scalar EventData
scalar DateTime
scalar PointsDelta
"""Something that happened to the caller."""
type Event @requiresScopes(scopes: [["events.read:own"]]) @policy(policies: [["class:OWN"]]) {
  """Opaque; also the cursor from which to read on."""
  id: ID!
  """Names what happened: the same in every stream, so that what comes twice can be told."""
  origin: ID!
  """What kind of thing."""
  type: EventType!
  """When."""
  at: DateTime!
  """What exactly. Members are named by the caller's own id of them."""
  data: EventData!
  """The member that it concerns; absent where there is none, and to a charity where the donor did not agree to be named."""
  member: Member
  """The programme of its points."""
  programme: Programme
  """The accrual."""
  accrual: Accrual
  """The redemption."""
  redemption: Redemption
}
"""A page of events."""
type EventConnection @policy(policies: [["class:PUBLIC"]]) {
  """Entries with their cursors."""
  edges: [EventEdge!]!
  """The entries alone."""
  nodes: [Event!]!
  """Whether another page follows."""
  pageInfo: PageInfo!
}
"""One event of a page."""
type EventEdge @policy(policies: [["class:PUBLIC"]]) {
  """Opaque place in the list."""
  cursor: String!
  """The event."""
  node: Event!
}
"""Where a page ends and whether another follows."""
type PageInfo @shareable @policy(policies: [["class:PUBLIC"]]) {
  """Whether another page follows."""
  hasNextPage: Boolean!
  """Pass it as \`after\` to read on; absent on an empty page."""
  endCursor: String
}
"""A change of the caller's points."""
type BalanceChange @requiresScopes(scopes: [["me.read"]]) @policy(policies: [["class:OWN"]]) {
  """Opaque; also the cursor from which to read on."""
  id: ID!
  """What happened."""
  reason: EventType!
  """The programme; absent where points of several may be held or back."""
  programme: Programme
  """Points that came or went; absent where they are only held or back."""
  points: PointsDelta
  """When."""
  at: DateTime!
}
"""That points of the caller expire soon."""
type PointsExpiring @requiresScopes(scopes: [["me.read"]]) @policy(policies: [["class:OWN"]]) {
  """Opaque; also the cursor from which to read on."""
  id: ID!
  """The programme."""
  programme: Programme
  """Points that might have been spent when it was said."""
  points: PointsDelta!
  """First instant at which they may no longer be spent."""
  expiresAt: DateTime!
  """Within how many days."""
  daysBefore: Int!
}
type Me @key(fields: "principal") @policy(policies: [["class:OWN"]]) {
  """Key between subgraphs."""
  principal: ID! @inaccessible
  """In a subscription: the change of points that this answer is about; else null."""
  balanceChanged: BalanceChange @requiresScopes(scopes: [["me.read"]])
  """In a subscription: the reminder that this answer is about; else null."""
  expiring: PointsExpiring @requiresScopes(scopes: [["me.read"]])
}
"""A member."""
type Member @key(fields: "uid", resolvable: false) @policy(policies: [["class:OWN"]]) {
  """Internal id, the key between subgraphs."""
  uid: ID! @inaccessible
}
"""A programme."""
type Programme @key(fields: "id", resolvable: false) @policy(policies: [["class:PUBLIC"]]) {
  """Id of the programme."""
  id: ID!
}
"""An accrual."""
type Accrual @key(fields: "id", resolvable: false) @policy(policies: [["class:OWN"]]) {
  """Opaque id."""
  id: ID!
}
"""A redemption."""
type Redemption @key(fields: "id", resolvable: false) @policy(policies: [["class:PUBLIC"]]) {
  """Opaque id."""
  id: ID!
}
`;

interface Page {
  readonly after?: string | null;
  readonly first: number;
}

const logOf = ({ events }: GatewayContext): EventLog => {
  if (!events) throw new GraphQLError('Events are not told here', { extensions: { code: 'SUBGRAPH_UNAVAILABLE' } });
  return events;
};

const stub = (id: unknown): { id: unknown } | null => (typeof id === 'string' ? { id } : null);

const isExpiring = ({ type }: StreamEvent): boolean => type === 'POINTS_EXPIRING';
/** What changes how many points can be spent. */
export const changesBalance = ({ type }: Pick<StreamEvent, 'type'>): boolean =>
  (type.startsWith('POINTS_') && type !== 'POINTS_EXPIRING') || type === 'REDEMPTION_HELD' || type === 'REDEMPTION_ENDED';

export const eventResolvers = {
  Query: {
    async events(_root: unknown, { after, first }: Page, context: GatewayContext) {
      if (!Number.isInteger(first) || first < 1 || first > 100)
        throw new GraphQLError('`first` is a whole number from 1 to 100', { extensions: { code: 'BAD_INPUT', argument: 'first' } });
      const log = logOf(context);
      const page = after ? await log.page(context.viewer, after, first) : { events: [], end: await log.now(context.viewer), more: false };
      return {
        edges: page.events.map((node) => ({ cursor: node.id, node })),
        nodes: page.events,
        pageInfo: { hasNextPage: page.more, endCursor: page.end },
      };
    },
    event: (_root: unknown, { id }: { id: string }, context: GatewayContext) =>
      context.event?.id === id ? context.event : logOf(context).event(context.viewer, id),
  },
  Event: {
    data: ({ facts, memberUid }: StreamEvent, _args: unknown, { viewer, events }: GatewayContext) =>
      memberUid === null || !events ? facts : { ...facts, member: events.memberId(memberUid, recipientOf(viewer)) },
    member: ({ memberUid }: StreamEvent) => (memberUid === null ? null : { uid: memberUid }),
    programme: ({ facts }: StreamEvent) => stub(facts['programme']),
    accrual: ({ facts }: StreamEvent) => stub(facts['accrual']),
    redemption: ({ facts }: StreamEvent) => stub(facts['redemption']),
  },
  Me: {
    balanceChanged: (_me: unknown, _args: unknown, { event }: GatewayContext) => (event && changesBalance(event) ? event : null),
    expiring: (_me: unknown, _args: unknown, { event }: GatewayContext) => (event && isExpiring(event) ? event : null),
  },
  BalanceChange: {
    reason: ({ type }: StreamEvent) => type,
    programme: ({ facts }: StreamEvent) => stub(facts['programme']),
    points: ({ facts }: StreamEvent) => facts['points'] ?? null,
  },
  PointsExpiring: {
    programme: ({ facts }: StreamEvent) => stub(facts['programme']),
    points: ({ facts }: StreamEvent) => facts['points'],
    expiresAt: ({ facts }: StreamEvent) => new Date(String(facts['expiresAt'])).toISOString(),
    daysBefore: ({ facts }: StreamEvent) => facts['daysBefore'],
  },
};
