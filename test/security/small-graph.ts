import { createLocalJWKSet } from 'jose';
import { listen, type Patience } from '../../gateway/listen.js';
import type { PersistedSettings } from '../../gateway/persisted/store.js';
import { createGateway, type Gateway } from '../../gateway/server.js';
import type { Bus } from '../../gateway/subscriptions/bus.js';
import { compose } from '../../schema/compose.js';
import type { Limits } from '../../schema/limits.js';
import type { ExecutorName } from '../../schema/settings.js';
import type { SubgraphRequest, Transport } from '../../schema/transport.js';
import { type Answer, audience, closeServer, issuer, jwks, post, unhurried } from '../support/graph.js';
import { testIds } from '../support/subgraph.js';

const head = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@policy", "@cost", "@listSize"])';
const page = '@listSize(slicingArguments: ["first"], sizedFields: ["nodes"], requireOneSlicingArgument: false)';
const open = '@policy(policies: [["class:PUBLIC"]])';
const sdls = {
  things: `${head} type Query { thing: Thing ${open} things: [Thing!] ${open} page(first: Int! = 20, of: [ID!]): ThingPage ${open} ${page} heavy: Int ${open} @cost(weight: 400) } type Mutation { write(of: [ID!]): Thing ${open} } type ThingPage ${open} { nodes: [Thing!] } type Thing @key(fields: "id") ${open} { id: ID! name: String count: Int constructor: String next: Thing more(first: Int! = 20): ThingPage ${page} }`,
  notes: `${head} type Thing @key(fields: "id") ${open} { id: ID! note: String tags: [String!] }`,
};

export interface SmallGraph {
  readonly url: string;
  metrics: Gateway['metrics'];
  ask(query: string, variables?: Record<string, unknown>): Promise<Answer>;
  close(): Promise<void>;
}

export interface SmallGraphOptions {
  readonly limits?: Limits;
  readonly persisted?: PersistedSettings;
  readonly patience?: Partial<Patience>;
  readonly executor?: ExecutorName;
  /** By which it hears of other instances. */
  readonly bus?: Bus;
}

/** A gateway over two subgraphs of a few public fields, whose answers a test makes up. */
export async function openSmallGraph(
  transport: Transport,
  { limits = unhurried, persisted, patience = {}, executor = 'own', bus }: SmallGraphOptions = {},
): Promise<SmallGraph> {
  process.env['TONGDUI_LOG'] ??= 'silent'; // What it makes up is masked, and masked errors are logged.
  const gateway = await createGateway({
    composed: compose(Object.entries(sdls).map(([name, sdl]) => ({ name, sdl }))),
    transport,
    tokens: { issuer, audience, keys: createLocalJWKSet(await jwks()) },
    ids: testIds,
    subgraphs: Object.keys(sdls),
    executor,
    limits,
    ...(persisted ? { persisted } : {}),
    ...(bus ? { bus } : {}),
  });
  const { server, port } = await listen(gateway, 0, '127.0.0.1', patience);
  const url = `http://127.0.0.1:${port}/graphql`;
  return {
    url,
    metrics: gateway.metrics,
    ask: (query, variables) => post(url, undefined, { query, variables }),
    async close() {
      await closeServer(server);
      await gateway.stop();
    },
  };
}

/** A transport that answers whatever `answer` makes up. */
export const lying = (answer: (subgraph: string, request: SubgraphRequest) => unknown): Transport => ({
  send: (subgraph, request) => Promise.resolve(answer(subgraph, request) as never),
  ready: () => Promise.resolve(true),
  close: () => Promise.resolve(),
});
