import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { GraphQLError, OperationTypeNode } from 'graphql';
import { type Logger, pino } from 'pino';
import { codes } from '../schema/codes.js';
import type { Composed } from '../schema/compose.js';
import type { PairwiseIds } from '../schema/pairwise-id.js';
import type { ExecutorName } from '../schema/settings.js';
import type { Transport } from '../schema/transport.js';
import { principalOf } from '../schema/viewer.js';
import { audienceOf } from './access/explain.js';
import type { Gate } from './access/gate.js';
import { type GatewayContext, TokenRefused, type TokenRules, viewerOf } from './context.js';
import { present } from './errors.js';
import { type Audience, audiences } from './introspection/audience.js';
import { byTokenAlone, standings } from './standing.js';
import { type Straight, straight } from './straight.js';
import { openSupergraph } from './supergraph.js';

export interface GatewayOptions {
  readonly composed: Composed;
  readonly transport: Transport;
  readonly tokens: TokenRules;
  readonly ids: PairwiseIds;
  /** Names of the subgraphs that must answer before the gateway calls itself ready. */
  readonly subgraphs: readonly string[];
  /** Who runs the plans; ours unless said otherwise. */
  readonly executor?: ExecutorName;
}

export interface Gateway {
  /** Handles one HTTP request. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
  stop(): Promise<void>;
}

const maxBodyBytes = 102_400;
/** The gateway out of its parts; opens no port. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const log = pino(
    { name: 'gateway', level: process.env['TONGDUI_LOG'] ?? 'warn', base: null, redact: ['authorization'] },
    pino.destination({ dest: 2, sync: true }),
  );
  const supergraph = await openSupergraph(options.composed, options.transport, options.executor);
  const started = audiences.map((audience) => serverFor(audience, supergraph, log));
  const servers = new Map(audiences.map((audience, index) => [audience, straight(started[index] as ApolloServer<GatewayContext>)]));
  for (const server of started) await server.start();

  const standingOf = options.subgraphs.includes('ledger') ? standings(options.transport) : byTokenAlone;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? '/').split('?', 1)[0];
    if (request.method === 'GET' && path === '/health/live') return send(response, 200, { status: 'live' });
    if (request.method === 'GET' && path === '/health/ready') return ready(options, response);
    if (path !== '/graphql') return refuse(response, 404, 'There is nothing at this path; the graph is at /graphql');
    if (request.method !== 'POST') return refuse(response, 405, 'The graph answers POST only', { allow: 'POST' });
    if (!/^application\/(json|graphql-response\+json)\s*(;\s*charset=utf-8\s*)?$/i.test(request.headers['content-type'] ?? '')) {
      return refuse(response, 415, 'Send the request as application/json in UTF-8');
    }
    if (request.headers['content-encoding'] !== undefined) return refuse(response, 415, 'Send the request body without encoding');
    const { viewer, known: standingKnown } = await standingOf(await viewerOf(request.headers, options.tokens, options.ids));
    const body = await readBody(request);
    if (body === null) return refuse(response, 413, `A request is ${maxBodyBytes} bytes at the most`, { connection: 'close' });
    const parsed = parseBody(body);
    if (parsed === undefined) return refuse(response, 400, 'The body is not a JSON object with a `query`');
    const ask = servers.get(audienceOf(viewer)) as Straight;
    const { status, headers, text } = await ask(request.headers, parsed, { viewer, standingKnown, log });
    response.writeHead(status, { ...Object.fromEntries(headers), ...alwaysHeaders, 'content-length': Buffer.byteLength(text) });
    response.end(text);
  };

  return {
    handle(request, response) {
      answer(request, response).catch((error: unknown) => {
        if (response.headersSent) return response.destroy();
        if (error instanceof TokenRefused) {
          if (error.reason === 'invalid') return refuse(response, 401, error.message, { 'www-authenticate': 'Bearer' }, 'UNAUTHENTICATED');
          return refuse(response, 503, error.message, { 'retry-after': '5' }, 'SUBGRAPH_UNAVAILABLE');
        }
        log.error({ err: error }, 'a request failed');
        return refuse(response, 500, codes.INTERNAL, {}, 'INTERNAL');
      });
    },
    async stop() {
      await Promise.all(started.map((server) => server.stop()));
      await supergraph.stop();
    },
  };
}

/**
 * The server for one kind of callers. Each kind validates against the schema that it may know, so that a name hidden from it is
 * refused by the very same code as a name that does not exist.
 */
export function serverFor(audience: Audience, gate: Pick<Gate, 'servedTo'>, log: Logger): ApolloServer<GatewayContext> {
  return new ApolloServer<GatewayContext>({
    gateway: gate.servedTo(audience),
    introspection: true,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: true,
    maxRecursiveSelections: 500,
    parseOptions: { maxTokens: 2_000 },
    allowBatchedHttpRequests: false,
    stopOnTerminationSignals: false,
    logger: {
      debug: () => {},
      info: () => {},
      warn: (message: unknown) => log.warn(message),
      error: (message: unknown) => log.error(message),
    },
    formatError: (formatted, error) => present(formatted, error, (id, cause) => log.error({ err: cause, id }, 'masked error')),
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      {
        requestDidStart: () =>
          Promise.resolve({
            // Apollo's gateway path answers 500 where the operation name names nothing.
            didResolveOperation: ({ operation, schema, contextValue }) => {
              // And for an operation of a kind that there is not: validation lets `subscription` pass where nothing can be subscribed to.
              const problem = !operation
                ? 'The document has no operation of that name'
                : !schema.getRootType(operation.operation)
                  ? `There is no ${operation.operation} here`
                  : null;
              if (problem !== null) throw new GraphQLError(problem, { extensions: { code: 'BAD_INPUT', http: { status: 400 } } });
              if (operation?.operation === OperationTypeNode.MUTATION && contextValue.standingKnown === false)
                throw new GraphQLError(codes.SUBGRAPH_UNAVAILABLE, { extensions: { code: 'SUBGRAPH_UNAVAILABLE', http: { status: 503 } } });
              return Promise.resolve();
            },
            // The planner's own remarks about nulls name nothing that `errors` does not.
            willSendResponse: ({ response, operation, contextValue: { viewer } }) => {
              if (response.body.kind !== 'single') return Promise.resolve();
              const { singleResult } = response.body;
              delete singleResult.extensions;
              // No subgraph hears of a write that is refused here, so none could write it down.
              const isRefused = singleResult.errors?.some(({ extensions }) => extensions?.['code'] === 'FORBIDDEN_OPERATION');
              if (isRefused && viewer.kind === 'staff' && operation?.operation === OperationTypeNode.MUTATION)
                log.warn(
                  { actor: principalOf(viewer), needs: singleResult.errors?.map(({ extensions }) => extensions?.['needs']) },
                  'a write of staff was refused',
                );
              return Promise.resolve();
            },
          }),
      },
    ],
  });
}

const alwaysHeaders = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;

function send(response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...alwaysHeaders, ...headers });
  response.end(JSON.stringify(body));
}

const refuse = (
  response: ServerResponse,
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
  code = 'BAD_INPUT',
): void => send(response, status, { errors: [{ message, extensions: { code } }] }, headers);

/** Null for a body above the limit, of which no more is read. */
function readBody(request: IncomingMessage): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBodyBytes) {
        request.pause();
        resolve(null);
      } else chunks.push(chunk);
    });
    request.on('end', () => resolve((chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)).toString('utf8')));
    request.on('error', reject);
    // A caller that goes away in the middle of its body ends without an error.
    request.on('close', () => reject(new Error('the request was not sent to its end')));
  });
}

/** The request as an object, or undefined for anything that Apollo Server would answer with its parser's own words. */
function parseBody(text: string): object | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && 'query' in body && typeof body.query === 'string' ? body : undefined;
  } catch {
    return undefined;
  }
}

/** Ready means that every subgraph answers; which one does not is for the log, not for the caller. */
async function ready({ transport, subgraphs }: GatewayOptions, response: ServerResponse): Promise<void> {
  const up = (await Promise.all(subgraphs.map((name) => transport.ready(name)))).filter(Boolean).length;
  send(response, up === subgraphs.length ? 200 : 503, {
    status: up === subgraphs.length ? 'ready' : 'not ready',
    subgraphs: { up, of: subgraphs.length },
  });
}

/** Opens a port for the gateway; the next free one where the wanted one is taken. `port` 0 takes any. */
export async function listen(gateway: Gateway, wantedPort: number, host: string, tries = 20): Promise<{ server: Server; port: number }> {
  for (let port = wantedPort; ; port += 1) {
    const server = createServer(gateway.handle);
    server.keepAliveTimeout = 65_000;
    server.headersTimeout = 10_000;
    server.requestTimeout = 20_000;
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, resolve);
      });
      return { server, port: (server.address() as AddressInfo).port };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || port - wantedPort >= tries) throw error;
    }
  }
}
