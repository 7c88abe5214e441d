import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ApolloServer } from '@apollo/server';
import { pino } from 'pino';
import { codes } from '../schema/codes.js';
import type { Composed } from '../schema/compose.js';
import { type Limits, usualLimits } from '../schema/limits.js';
import { logSink } from '../schema/log-sink.js';
import type { PairwiseIds } from '../schema/pairwise-id.js';
import type { ExecutorName } from '../schema/settings.js';
import type { Transport } from '../schema/transport.js';
import { audienceOf } from './access/explain.js';
import { type GatewayContext, provenBy, TokenRefused, type TokenRules } from './context.js';
import { audiences } from './introspection/audience.js';
import { parseBody, readBody } from './limits/body.js';
import { type Caller, callerOf } from './limits/caller.js';
import { documentChecks } from './limits/documents.js';
import { oneAtATime } from './limits/one-at-a-time.js';
import { pricing } from './limits/pricing.js';
import { openRates } from './limits/rates.js';
import { badRequest, Refused } from './limits/refused.js';
import { checkHead } from './limits/request-head.js';
import { documentChooser } from './persisted/chooser.js';
import { codeOf, openMetrics } from './metrics/metrics.js';
import { nothingPersisted, openPersisted, type PersistedSettings, type RegisteredDocument } from './persisted/store.js';
import { alwaysHeaders, refuse, send } from './respond.js';
import { serverFor } from './served.js';
import { byTokenAlone, standings } from './standing.js';
import { type Straight, straight } from './straight.js';
import { type Bus, noBus } from './subscriptions/bus.js';
import { eventLog } from './subscriptions/event-log.js';
import { openNews } from './subscriptions/news.js';
import { type AskedBody, serveStream } from './subscriptions/serve-stream.js';
import { type StreamSettings, usualStreams } from '../schema/stream-settings.js';
import { mayWrite } from './subscriptions/may-write.js';
import { asksForStream } from './subscriptions/sse.js';
import { openStreams } from './subscriptions/streams.js';
import { isSubscription } from './subscriptions/subscribed.js';
import { openWebSockets } from './subscriptions/web-socket.js';
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
  readonly limits?: Limits;
  readonly persisted?: PersistedSettings;
  /** How streams of events run. */
  readonly streams?: StreamSettings;
  /** How instances tell each other that something was written; each finds out by itself, only later. */
  readonly bus?: Bus;
}

export interface Gateway {
  /** Handles one HTTP request. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
  /** Takes a connection that wants to be a WebSocket. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** What clients have registered, as it is now: worth planning before anybody asks. */
  readonly registered: () => readonly RegisteredDocument[];
  /** Figures of this instance in the form of Prometheus. */
  metrics(): Promise<{ readonly type: string; readonly text: string }>;
  /** From now on it is not ready, streams end, and each answer ends its connection; requests are still answered. */
  drain(): void;
  stop(): Promise<void>;
}

/** The gateway out of its parts; opens no port. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const log = pino({ name: 'gateway', level: process.env['TONGDUI_LOG'] ?? 'warn', base: null, redact: ['authorization'] }, logSink());
  const { composed, limits = usualLimits } = options;
  const metrics = openMetrics();
  const transport = metrics.transport(options.transport);
  const persisted = await openPersisted(options.persisted ?? nothingPersisted, log);
  const supergraph = await openSupergraph(composed, transport, options.executor);
  const rates = metrics.rates(openRates(limits));
  const prices = { priceOf: pricing(composed.weights, limits), rates, refusedCost: limits.refusedCost };
  const started = audiences.map((audience) => serverFor(audience, supergraph, log, { prices, limits }));
  const servers = new Map(audiences.map((audience, index) => [audience, straight(started[index] as ApolloServer<GatewayContext>)]));
  for (const server of started) await server.start();
  // Nobody waits for it: whoever asks before makes the plan.
  void supergraph.warm(persisted.documents());
  const standingOf = options.subgraphs.includes('ledger') ? standings(transport) : byTokenAlone;
  const textOf = documentChooser(persisted, log);
  const checkDocument = documentChecks(limits);
  const { tokens, ids, subgraphs, streams: settings = usualStreams, bus = noBus } = options;
  const events = eventLog(subgraphs, transport, ids, log);
  const news = openNews(subgraphs, transport, settings.pollMs, log);
  const parts = { gate: supergraph, access: composed.access, servers, prices, tokens, ids, standingOf, events, news, settings, log };
  const streams = openStreams(parts);
  bus.subscribe(news.look);
  metrics.read({ plans: supergraph.plans, streams: streams.size });
  const underWay = new Set<ServerResponse>();
  let isDraining = false;

  /** Who asks, and whether there is anything left to spend. Refuses by throwing, as all that follows does. */
  const admit = async (headers: IncomingHttpHeaders, address: string | undefined) => {
    const { viewer: proven, client, expiresAtMs } = await provenBy(headers, options.tokens, options.ids);
    const { viewer, known: standingKnown } = await standingOf(proven);
    const audience = audienceOf(viewer);
    const spender = callerOf(viewer, audience, client, address);
    rates.admit(spender);
    return { viewer, standingKnown, audience, spender, expiresAtMs };
  };

  /** Which document a request means; it is measured. */
  const read = (spender: Caller, text: string): AskedBody => {
    try {
      const { query, documentId, operationName, variables } = parseBody(text, limits);
      const document = textOf(spender, { query, documentId });
      checkDocument(document);
      return { query: document, operationName: operationName ?? null, variables: variables ?? null };
    } catch (error) {
      rates.charge(spender, limits.refusedCost);
      throw error;
    }
  };

  const written = (body: AskedBody): boolean => {
    const isWrite = mayWrite(body.query);
    if (isWrite) {
      news.look();
      bus.publish();
    }
    return isWrite;
  };

  /** Authenticate, read, choose the document, measure it; then validated, priced, decided and planned. */
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    checkHead(request, limits.bodyBytes);
    const { viewer, standingKnown, audience, spender, expiresAtMs } = await admit(request.headers, request.socket.remoteAddress);
    const body = read(spender, await readBody(request, limits.bodyBytes));
    const ask = servers.get(audience) as Straight;
    const context = { viewer, standingKnown, spender, log, events };
    if (asksForStream(request))
      return serveStream(streams, ask, { request, response, body, context, kind: audience, expiresAtMs, settings });
    if (isSubscription({ ...body, text: body.query }))
      throw badRequest('A subscription is answered as text/event-stream; ask for that with the header Accept');
    const startedAt = performance.now();
    const answered = await ask(request.headers, body, context);
    const headers = { ...Object.fromEntries(answered.headers), ...alwaysHeaders, 'content-length': Buffer.byteLength(answered.text) };
    response.writeHead(answered.status, headers);
    response.end(answered.text);
    metrics.answered(audience, written(body) ? 'mutation' : 'query', answered.status, performance.now() - startedAt);
  };

  const sockets = openWebSockets({
    admit,
    async prepare(headers, address, text) {
      const { viewer, standingKnown, audience: kind, spender, expiresAtMs } = await admit(headers, address);
      const body = read(spender, text);
      const context = { viewer, standingKnown, spender, log, events };
      const asked = { ...body, text: body.query };
      const isStream = isSubscription(asked);
      return { body, context, kind, isStream, stream: { asked, viewer, spender, kind, headers, expiresAtMs, lastEventId: null } };
    },
    async answer({ body, context, kind }) {
      const answered = await (servers.get(kind) as Straight)({ 'content-type': 'application/json' }, body, context);
      written(body);
      return answered.text;
    },
    streams,
    maxSockets: settings.streams,
    maxBytes: limits.bodyBytes,
    stallMs: settings.stallMs,
  });

  const route = (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? '/').split('?', 1)[0];
    if (path === '/graphql') return answer(request, response);
    if (request.method === 'GET' && path === '/health/live') return Promise.resolve(send(response, 200, { status: 'live' }));
    if (request.method === 'GET' && path === '/health/ready') return ready(options, response, isDraining);
    return Promise.reject(badRequest('There is nothing at this path; the graph is at /graphql', 404));
  };

  const fail = (response: ServerResponse, error: unknown): void => {
    metrics.refused(error instanceof TokenRefused ? 'UNAUTHENTICATED' : codeOf(error));
    if (response.headersSent) return void response.destroy();
    if (error instanceof Refused) return refuse(response, error);
    if (error instanceof TokenRefused) return refuse(response, tokenRefusal(error));
    log.error({ err: error }, 'a request failed');
    return refuse(response, { status: 500, code: 'INTERNAL', message: codes.INTERNAL });
  };

  return {
    handle(request, response) {
      underWay.add(response);
      response.once('close', () => underWay.delete(response));
      if (isDraining) response.setHeader('connection', 'close');
      oneAtATime(request, response, () => {
        route(request, response).catch((error: unknown) => fail(response, error));
      });
    },
    upgrade: sockets.upgrade,
    registered: persisted.documents,
    metrics: () => metrics.text(),
    drain() {
      isDraining = true;
      void streams.drain().then(sockets.close);
      for (const response of underWay) if (!response.headersSent) response.setHeader('connection', 'close');
    },
    async stop() {
      await streams.drain();
      sockets.close();
      await news.stop();
      await bus.close();
      persisted.close();
      await Promise.all(started.map((server) => server.stop()));
      await supergraph.stop();
    },
  };
}

const tokenRefusal = ({ reason, message }: TokenRefused): Parameters<typeof refuse>[1] =>
  reason === 'invalid'
    ? { status: 401, code: 'UNAUTHENTICATED', message, headers: { 'www-authenticate': 'Bearer' } }
    : { status: 503, code: 'SUBGRAPH_UNAVAILABLE', message, headers: { 'retry-after': '5' } };

/** Ready means that every subgraph answers; which one does not is for the log, not for the caller. */
async function ready({ transport, subgraphs }: GatewayOptions, response: ServerResponse, isDraining: boolean): Promise<void> {
  if (isDraining) return send(response, 503, { status: 'draining' });
  const up = (await Promise.all(subgraphs.map((name) => transport.ready(name)))).filter(Boolean).length;
  send(response, up === subgraphs.length ? 200 : 503, {
    status: up === subgraphs.length ? 'ready' : 'not ready',
    subgraphs: { up, of: subgraphs.length },
  });
}
