import { createServer } from 'node:http';
import { ApolloGateway, type GraphQLDataSource, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { ownExecutor } from '../../gateway/execution/executor.js';
import { keepHeapSmall } from '../../gateway/heap.js';
import { createGateway } from '../../gateway/server.js';
import { stripAccess } from '../../schema/access.js';
import { readSupergraph } from '../../schema/compose.js';
import { httpTransport } from '../../schema/http-transport.js';
import { callerClasses, type Limits, usualLimits } from '../../schema/limits.js';
import { pairwiseIds } from '../../schema/pairwise-id.js';
import type { SubgraphAnswer, SubgraphRequest, Transport } from '../../schema/transport.js';
import { supergraph, urlsFrom } from './gateway-data.js';
import { type Call, listenFloor, pooledCall } from './gateway-floor.js';

/** One contender in its own process: `node gateway-contender.js NAME PORT FIRST_STUB_PORT`, the issuer's keys in JWKS. */
process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
const [name = '', port = '', firstStub = ''] = process.argv.slice(2);
const urls = urlsFrom(Number(firstStub));
const sdl = supergraph(urls);
const quiet = { debug() {}, info() {}, warn() {}, error: console.error };
const inProcess = name.endsWith('in process');

/** Subgraphs in this process: their answers' texts are known, and each answer is made anew out of its text. */
function recorded(call: Call): Call {
  const known = new Map<string, string>();
  return (subgraph, body, authorization) => {
    const text = known.get(subgraph + body);
    if (text !== undefined) return Promise.resolve(text);
    return call(subgraph, body, authorization).then((fresh) => {
      known.set(subgraph + body, fresh);
      return fresh;
    });
  };
}
const call: Call = inProcess ? recorded(pooledCall(urls)) : pooledCall(urls);

interface BareContext {
  readonly authorization: string;
}

class Forwarding extends RemoteGraphQLDataSource<BareContext> {
  override willSendRequest({
    request,
    context,
  }: Parameters<NonNullable<RemoteGraphQLDataSource<BareContext>['willSendRequest']>>[0]): void {
    const { authorization } = context as BareContext;
    if (authorization) request.http?.headers.set('authorization', authorization);
  }
}

const apollo = (own: boolean): ApolloGateway => {
  const source = (subgraph: string): GraphQLDataSource<BareContext> => ({
    process: async ({ request, context }) =>
      JSON.parse(
        await call(
          subgraph,
          JSON.stringify({ query: request.query, variables: request.variables }),
          (context as BareContext).authorization,
        ),
      ) as never,
  });
  const gateway = new ApolloGateway({
    supergraphSdl: stripAccess(sdl),
    buildService: ({ name: subgraph, url }) => (inProcess ? source(subgraph) : new Forwarding({ url: url as string })) as never,
    logger: quiet,
  });
  if (own)
    gateway.executor = ownExecutor(
      gateway,
      (context) =>
        async (subgraph, { query, variables }) =>
          JSON.parse(await call(subgraph, JSON.stringify({ query, variables }), (context as unknown as BareContext).authorization)),
    );
  return gateway;
};

async function standalone(own: boolean): Promise<void> {
  const server = new ApolloServer<BareContext>({ gateway: apollo(own), logger: quiet });
  await startStandaloneServer(server, {
    listen: { port: Number(port), host: '127.0.0.1' },
    context: ({ req }) => Promise.resolve({ authorization: req.headers.authorization ?? '' }),
  });
}

/** Nobody is suspended; it is asked for all the same. */
const standings = ({ variables }: SubgraphRequest): SubgraphAnswer => ({
  data: {
    partnerStanding: (variables?.['partners'] as string[]).map((partner) => ({
      partner,
      suspended: false,
      extraScopes: [],
      withdrawnScopes: [],
      nextChangeMs: null,
    })),
    subjectStanding: [],
  },
});

/** Everything is measured, priced and counted; only nobody runs out of units. */
const plenty = { perSecond: 1e9, burst: 1e9 };
const unhurried: Limits = {
  ...usualLimits,
  budgets: Object.fromEntries(callerClasses.map((caller) => [caller, 1e6])) as Limits['budgets'],
  rates: Object.fromEntries(callerClasses.map((caller) => [caller, plenty])) as Limits['rates'],
};

/** The product as it runs: tokens verified, permissions checked, calls signed, answers limited in time and size. */
async function product(): Promise<void> {
  keepHeapSmall();
  const keys = [{ id: 'k1', secret: 'a secret of the bench, of no use elsewhere' }];
  const http = httpTransport({ urls: new Map(Object.entries(urls)), keys });
  const send: Transport['send'] = inProcess
    ? async (subgraph, { query, variables }) => JSON.parse(await call(subgraph, JSON.stringify({ query, variables }), ''))
    : http.send;
  const transport: Transport = {
    ...http,
    send: (subgraph, request, viewer) => (subgraph === 'ledger' ? Promise.resolve(standings(request)) : send(subgraph, request, viewer)),
  };
  const gateway = await createGateway({
    composed: readSupergraph(sdl),
    transport,
    subgraphs: ['ledger'],
    limits: unhurried,
    ids: pairwiseIds(Buffer.alloc(32, 7)),
    tokens: {
      issuer: 'https://issuer.bench',
      audience: 'tongdui',
      keys: createLocalJWKSet(JSON.parse(process.env['JWKS'] ?? '{"keys":[]}') as JSONWebKeySet),
    },
  });
  createServer(gateway.handle).listen(Number(port), '127.0.0.1');
}

if (name.startsWith('stock')) await standalone(false);
else if (name.startsWith('bare')) await standalone(true);
else if (name.startsWith('ours')) await product();
else listenFloor(Number(port), call);
