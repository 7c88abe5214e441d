import type { GraphQLDataSource } from '@apollo/gateway';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type DocumentNode, execute, parse } from 'graphql';
import { inTurn } from '../../schema/in-turn.js';
import { subgraphHead } from '../../schema/subgraph-head.js';
import type { GatewayContext } from '../context.js';
import type { Explained, Explainer } from './explain.js';
import { eventResolvers, eventsSdl } from '../subscriptions/events-schema.js';
import { webhookResolvers, webhooksSdl } from '../webhooks/webhooks-schema.js';
import { Recent } from '../../schema/recent.js';

/** The part that explains. */
export const explainSdl = `${subgraphHead}
type Query {
  """For each field of an operation: open or closed to the caller, by which rule, and what would open it. Nothing of the operation runs."""
  explain(
    """The document."""
    operation: String!
    """Its variables, a JSON object as text; \`@skip\` and \`@include\` are decided by them."""
    variables: String
    """Which of the document's operations, where it has several."""
    operationName: String
  ): [FieldDecision!] @authenticated @cost(weight: 10)
  """For each field of an operation: what partners' systems, members and callers without a token get."""
  personaDiff(
    """The document."""
    operation: String!
    """Partners whose systems are compared, 20 at the most; members and callers without a token always are."""
    partners: [ID!]!
    """Its variables, a JSON object as text."""
    variables: String
    """Which of the document's operations, where it has several."""
    operationName: String
  ): [FieldOutcomes!] @requiresScopes(scopes: [["grants.read:all"]]) @cost(weight: 20)
}
"""Whether a field is open."""
enum FieldAccess {
  """On every record."""
  OPEN
  """On some records, such as the caller's own, or by consent; the record decides."""
  RECORD
  """On no record."""
  CLOSED
  """Closed, and answered like a name that does not exist."""
  HIDDEN
}
"""One field of an operation and whether the caller may have it."""
type FieldDecision @policy(policies: [["class:PUBLIC"]]) {
  """Names in the answer from the root, without positions in lists."""
  path: [String!]!
  """Type and field."""
  coordinate: String!
  """Open or closed."""
  decision: FieldAccess!
  """The rule that decides."""
  rule: FieldRule!
  """What would open it: any one of these; empty where the token lacks nothing."""
  needs: [String!]!
  """The decision as a sentence."""
  reason: String!
}
"""What a field asks for; all parts hold together."""
type FieldRule @policy(policies: [["class:PUBLIC"]]) {
  """Whether there must be a token."""
  authenticated: Boolean!
  """Alternatives of scopes: those of one list are needed together."""
  scopes: [[String!]!]!
  """Field classes, asked per record."""
  classes: [String!]!
}
"""One field of an operation and what different callers get."""
type FieldOutcomes @policy(policies: [["class:PUBLIC"]]) {
  """Names in the answer from the root, without positions in lists."""
  path: [String!]!
  """Type and field."""
  coordinate: String!
  """The rule that decides."""
  rule: FieldRule!
  """One per persona."""
  outcomes: [PersonaOutcome!]!
}
"""What one kind of caller gets of a field."""
type PersonaOutcome @policy(policies: [["class:PUBLIC"]]) {
  """\`partner:<id>\`, \`member\` or \`anonymous\`, with the scopes that such tokens carry by default."""
  persona: String!
  """Open or closed."""
  decision: FieldAccess!
  """What would open it: any one of these."""
  needs: [String!]!
  """The decision as a sentence."""
  reason: String!
}
`;

/**
 * What the gateway itself answers of the graph, as a subgraph that runs inside it: so composition checks it, the table decides it, and
 * the planner mixes it with everything else. It has no address; nobody reaches it but through the gate.
 */
export const gatewaySubgraph = { name: 'gateway', sdl: `${explainSdl}${eventsSdl}${webhooksSdl}` };

/** Runs the gateway's own subgraph in this process. A document may ask for many explanations, and each takes milliseconds. */
export function explainSource(explains: () => Explainer): GraphQLDataSource<GatewayContext> {
  const resolvers = {
    ...eventResolvers,
    ...webhookResolvers,
    Query: {
      ...eventResolvers.Query,
      explain: (_root: unknown, asked: Explained, { viewer }: GatewayContext) => inTurn(() => explains().explain(asked, viewer)),
      personaDiff: (_root: unknown, { partners, ...asked }: Explained & { partners: readonly string[] }, { viewer }: GatewayContext) =>
        inTurn(() => explains().personaDiff(asked, partners, viewer)),
    },
  };
  const schema = buildSubgraphSchema([{ typeDefs: parse(gatewaySubgraph.sdl), resolvers: resolvers as never }]);
  const documents = new Recent<DocumentNode>(200);
  return {
    async process({ request, context }) {
      const text = request.query ?? '';
      const document = documents.of(text, () => parse(text, { noLocation: true }));
      return (await execute({ schema, document, variableValues: request.variables ?? {}, contextValue: context })) as never;
    },
  };
}
