import { ApolloServer } from '@apollo/server';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, type GraphQLFormattedError, type GraphQLSchema, isObjectType, parse } from 'graphql';
import { pino } from 'pino';
import { explainSdl, gatewaySubgraph } from '../../../gateway/access/explain-subgraph.js';
import { audienceOf } from '../../../gateway/access/explain.js';
import type { GatewayContext } from '../../../gateway/context.js';
import { type Audience, audiences } from '../../../gateway/introspection/audience.js';
import { serverFor } from '../../../gateway/served.js';
import { type OpenSupergraph, openSupergraph } from '../../../gateway/supergraph.js';
import { type Composed, compose } from '../../../schema/compose.js';
import { subgraphHead } from '../../../schema/subgraph-head.js';
import type { SubgraphAnswer, Transport } from '../../../schema/transport.js';
import type { Viewer } from '../../../schema/viewer.js';

const open = '@policy(policies: [["class:PUBLIC"]])';

/** Two small subgraphs with every kind of parent: objects, an interface, a union, lists, an entity that both describe. */
export const people = `${subgraphHead}
interface Node { id: ID! label: String }
union Found = Person | Company
type Query {
  me: Person @authenticated
  person(id: ID = "p1"): Person ${open}
  people(first: Int): [Person!]! ${open}
  node(id: ID = "p1"): Node ${open}
  nodes: [Node]! ${open}
  found: [Found!] ${open}
  surely: Person! ${open}
  asked: String @requiresScopes(scopes: [["redeem.quote:own"], ["me.read"]])
  staffed: Case @requiresScopes(scopes: [["partners.admin"]])
}
type Mutation {
  rename(id: ID!, name: String!): Person ${open}
  remove(id: ID!): Person @requiresScopes(scopes: [["catalog.write:own"]])
}
type Person implements Node @key(fields: "id") {
  id: ID! ${open}
  label: String ${open}
  name: String ${open}
  phone: String @requiresScopes(scopes: [["catalog.write:own"]])
  must: String! @requiresScopes(scopes: [["catalog.write:own"]])
  friend: Person ${open}
  friends: [Person]! ${open}
  best: Person! ${open}
  note: Note @requiresScopes(scopes: [["catalog.write:own"]])
  file: String @policy(policies: [["class:COMPLIANCE"]])
}
type Company implements Node {
  id: ID! ${open}
  label: String @requiresScopes(scopes: [["catalog.write:own"]])
  name: String ${open}
  tax: String! @requiresScopes(scopes: [["catalog.write:own"]])
  owner: Person ${open}
}
type Note @policy(policies: [["class:PUBLIC"]]) { text: String }
type Case @policy(policies: [["class:PUBLIC"]]) { number: Int state: CaseState }
enum CaseState { NEW }
`;
export const points = `${subgraphHead}
type Person @key(fields: "id") {
  id: ID! ${open}
  balance: Int @requiresScopes(scopes: [["catalog.write:own"]])
  wallets: [Wallet!] ${open}
}
type Wallet {
  programme: String ${open}
  points: Int! @requiresScopes(scopes: [["catalog.write:own"]])
}
type Query { programmes: [String!] ${open} }
`;

type Row = Readonly<Record<string, unknown>>;
const person = (id: string, more: Row = {}): Row => ({
  __typename: 'Person',
  id,
  label: `label ${id}`,
  name: `name ${id}`,
  phone: `phone ${id}`,
  must: `must ${id}`,
  file: `file ${id}`,
  note: { text: `note ${id}` },
  balance: 7,
  wallets: [
    { programme: 'A', points: 1 },
    { programme: 'B', points: 2 },
  ],
  ...more,
});
const company: Row = { __typename: 'Company', id: 'c1', label: 'label c1', name: 'name c1', tax: 'tax c1' };
const rows: Readonly<Record<string, Row>> = { p1: person('p1'), p2: person('p2', { phone: null }), p3: person('p3'), c1: company };
const byId = (id: unknown): Row | null => rows[String(id)] ?? null;

/** The resolvers of the whole small graph, by type; `Query` asks the rows above. */
export const resolvers: Readonly<Record<string, Readonly<Record<string, (parent: Row, args: Row) => unknown>>>> = {
  Query: {
    me: () => rows['p1'],
    person: (_parent, { id }) => byId(id),
    people: () => [rows['p1'], rows['p2'], rows['p3']],
    node: (_parent, { id }) => byId(id),
    nodes: () => [rows['p1'], null, rows['c1'], rows['p3']],
    found: () => [rows['c1'], rows['p2']],
    surely: () => rows['p1'],
    asked: () => 'asked',
    staffed: () => ({ number: 1, state: 'NEW' }),
    programmes: () => ['A', 'B'],
  },
  Mutation: { rename: (_parent, { id }) => byId(id), remove: (_parent, { id }) => byId(id) },
  Person: {
    friend: ({ id }) => (id === 'p1' ? rows['p2'] : null),
    friends: ({ id }) => (id === 'p1' ? [rows['p2'], null, rows['p3']] : []),
    best: () => rows['p3'],
    balance: ({ id }) => byId(id)?.['balance'],
    wallets: ({ id }) => byId(id)?.['wallets'],
  },
  Company: { owner: () => rows['p2'] },
};

/** Resolvers that note each coordinate before they answer. */
function counting(schema: GraphQLSchema, note: (coordinate: string) => void): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('_')) continue;
    for (const field of Object.values(type.getFields())) {
      if (field.name.startsWith('_')) continue;
      const resolve = resolvers[type.name]?.[field.name] ?? ((parent: Row) => parent[field.name]);
      field.resolve = (parent: Row, args: Row) => {
        note(`${type.name}.${field.name}`);
        return resolve(parent, args);
      };
    }
  }
  return schema;
}

export interface SmallGraph {
  readonly composed: Composed;
  readonly supergraph: OpenSupergraph;
  /** Documents that reached a subgraph since the last `forget`, and the coordinates that were resolved for them. */
  readonly sent: string[];
  readonly resolved: string[];
  forget(): void;
  ask(viewer: Viewer, query: string, variables?: Record<string, unknown>): Promise<Asked>;
  close(): Promise<void>;
}

export interface Asked {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLFormattedError[];
}

const subgraphs = { people, points };

/** The small graph behind the gate. Its subgraphs check nothing, so that whatever passes the gate shows. */
export async function openSmallGraph(): Promise<SmallGraph> {
  const sent: string[] = [];
  const resolved: string[] = [];
  const schemas = Object.fromEntries(
    Object.entries(subgraphs).map(([name, sdl]) => [
      name,
      counting(
        buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: { Person: { __resolveReference: ({ id }: Row) => byId(id) } } as never }]),
        (coordinate) => resolved.push(coordinate),
      ),
    ]),
  );
  const transport: Transport = {
    async send(subgraph, { query, variables }) {
      sent.push(query);
      const schema = schemas[subgraph] as GraphQLSchema;
      return (await execute({ schema, document: parse(query), variableValues: variables ?? {} })) as SubgraphAnswer;
    },
    ready: () => Promise.resolve(true),
    close: () => Promise.resolve(),
  };
  const composed = smallComposed();
  const supergraph = await openSupergraph(composed, transport);
  const servers = new Map<Audience, ApolloServer<GatewayContext>>();
  const log = pino({ level: 'silent' });
  for (const audience of audiences) {
    const server = serverFor(audience, supergraph, log);
    await server.start();
    servers.set(audience, server);
  }
  return {
    composed,
    supergraph,
    sent,
    resolved,
    forget() {
      sent.length = 0;
      resolved.length = 0;
    },
    async ask(viewer, query, variables) {
      const server = servers.get(audienceOf(viewer)) as ApolloServer<GatewayContext>;
      const { body } = await server.executeOperation({ query, ...(variables ? { variables } : {}) }, { contextValue: { viewer, log } });
      if (body.kind !== 'single') throw new Error('one answer was expected');
      return JSON.parse(JSON.stringify(body.singleResult)) as Asked;
    },
    async close() {
      for (const server of servers.values()) await server.stop();
      await supergraph.stop();
    },
  };
}

export const smallComposed = (): Composed =>
  compose([...Object.entries(subgraphs).map(([name, sdl]) => ({ name, sdl })), { ...gatewaySubgraph, sdl: explainSdl }]);
