import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLocalJWKSet } from 'jose';
import { createGateway } from '../../gateway/server.js';
import { compose } from '../../schema/compose.js';
import type { SubgraphRequest, Transport } from '../../schema/transport.js';
import { type Answer, audience, closeServer, issuer, jwks, post } from '../support/graph.js';
import { testIds } from '../support/subgraph.js';

const head = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@policy"])';
const open = '@policy(policies: [["class:PUBLIC"]])';
const sdls = {
  things: `${head} type Query { thing: Thing ${open} things: [Thing!] ${open} } type Thing @key(fields: "id") ${open} { id: ID! name: String count: Int constructor: String }`,
  notes: `${head} type Thing @key(fields: "id") ${open} { id: ID! note: String tags: [String!] }`,
};

export interface SmallGraph {
  readonly url: string;
  ask(query: string, variables?: Record<string, unknown>): Promise<Answer>;
  close(): Promise<void>;
}

/** A gateway over two subgraphs of a few public fields, whose answers a test makes up. */
export async function openSmallGraph(transport: Transport): Promise<SmallGraph> {
  process.env['TONGDUI_LOG'] ??= 'silent'; // What it makes up is masked, and masked errors are logged.
  const gateway = await createGateway({
    composed: compose(Object.entries(sdls).map(([name, sdl]) => ({ name, sdl }))),
    transport,
    tokens: { issuer, audience, keys: createLocalJWKSet(await jwks()) },
    ids: testIds,
    subgraphs: Object.keys(sdls),
  });
  const server = createServer(gateway.handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  return {
    url,
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
