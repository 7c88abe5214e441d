import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { pino } from 'pino';
import type { Composed } from '../schema/compose.js';
import { type Limits, usualLimits } from '../schema/limits.js';
import { logSink } from '../schema/log-sink.js';
import type { PairwiseIds } from '../schema/pairwise-id.js';
import { type ExecutorName, following } from '../schema/settings.js';
import type { Transport } from '../schema/transport.js';
import { audienceOf } from './access/explain.js';
import { provenBy, TokenRefused, type TokenRules } from './context.js';
import { openFront } from './front.js';
import { parseBody, readBody } from './limits/body.js';
import { type Caller, callerOf } from './limits/caller.js';
import { documentChecks } from './limits/documents.js';
import { openRates, paying } from './limits/rates.js';
import { shareRates } from './limits/shared-rates.js';
import { badRequest } from './limits/refused.js';
import { checkHead } from './limits/request-head.js';
import { documentChooser } from './persisted/chooser.js';
import { openMetrics } from './metrics/metrics.js';
import { nothingPersisted, openPersisted, type PersistedSettings } from './persisted/store.js';
import { readiness } from './readiness.js';
import { alwaysHeaders, type Refusal, send } from './respond.js';
import { byTokenAlone, standings } from './standing.js';
import { type Bus, noBus } from './subscriptions/bus.js';
import { eventLog } from './subscriptions/event-log.js';
import { openNews } from './subscriptions/news.js';
import { type Answer, type Ask, type AskedBody, serveStream } from './subscriptions/serve-stream.js';
import { type StreamSettings, usualStreams } from '../schema/stream-settings.js';
import { mayWrite } from './subscriptions/may-write.js';
import { asksForStream } from './subscriptions/sse.js';
import { openStreams } from './subscriptions/streams.js';
import { isSubscription, operationIn } from './subscriptions/subscribed.js';
import { openWebSockets } from './subscriptions/web-socket.js';
import { readOwn } from './versions/read-own.js';
import { startReloading } from './versions/reloading.js';
import type { Source } from './versions/source.js';
import { openVersion, type Version } from './versions/version.js';
import { openVersions } from './versions/versions.js';
import type { WebhookSettings } from '../schema/webhook-settings.js';
import { openWebhooks } from './webhooks/index.js';

export interface GatewayOptions {
  readonly composed: Composed;
  /** Where a new version of it will be; it stays as it is where there is none. */
  readonly source?: Source | undefined;
  readonly transport: Transport;
  readonly tokens: TokenRules;
  readonly ids: PairwiseIds;
  /** Names of the subgraphs that must answer before the gateway calls itself ready. */
  readonly subgraphs: readonly string[];
  /** Who runs the plans; ours unless said otherwise. */
  readonly executor?: ExecutorName;
  readonly limits?: Limits;
  /** Whose pages may read answers in a browser; none unless they are named. */
  readonly origins?: readonly string[];
  readonly persisted?: PersistedSettings;
  /** How streams of events run. */
  readonly streams?: StreamSettings;
  /** How webhooks are delivered; none are by this instance where nothing is said. */
  readonly webhooks?: WebhookSettings | null;
  /** How instances tell each other that something was written; each finds out by itself, only later. */
  readonly bus?: Bus;
}

export interface Gateway {
  /** Handles one HTTP request. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
  /** Takes a connection that wants to be a WebSocket. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Looks at once whether there is a new supergraph. */
  reload(): Promise<void>;
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
  let warm: Version['supergraph']['warm'] | undefined;
  const documents = options.persisted ?? nothingPersisted;
  const persisted = await following(`TONGDUI_DOCUMENTS ${documents.folder}`, () =>
    openPersisted(documents, log, (added) => void warm?.(added)),
  );
  const { tokens, ids, subgraphs, streams: settings = usualStreams, bus = noBus } = options;
  const own = openRates(limits);
  const shared = bus === noBus || limits.shareMs === 0 ? null : shareRates(own, limits, bus, ids);
  const rates = metrics.rates(shared ?? own);
  const opening = { transport, log, limits, rates, executor: options.executor, failed: metrics.failed };
  const versions = openVersions(await openVersion(composed, opening), (error) => log.error({ err: error }, 'closing a supergraph'));
  metrics.version(composed.supergraphSdl);
  // Nobody waits for it: whoever asks before makes the plan.
  warm = (asked) => versions.current().supergraph.warm(asked);
  void warm(persisted.documents());
  let plansBefore = { asked: 0, made: 0 };
  const reloading =
    options.source &&
    startReloading<Version>({
      source: options.source,
      versions,
      sdlOf: (version) => version.composed.supergraphSdl,
      async open(sdl, last) {
        const next = await openVersion(readOwn(sdl, options.subgraphs), opening);
        await next.supergraph.warm([...persisted.documents(), ...last.known()]);
        const { asked, made } = last.supergraph.plans();
        plansBefore = { asked: plansBefore.asked + asked, made: plansBefore.made + made };
        return next;
      },
      told: (outcome) => metrics.reloaded(outcome, versions.current().composed.supergraphSdl),
      log,
    });
  const plans = (): ReturnType<Version['supergraph']['plans']> => {
    const { asked, made, kept } = versions.current().supergraph.plans();
    return { asked: plansBefore.asked + asked, made: plansBefore.made + made, kept };
  };
  const standingOf = options.subgraphs.includes('ledger') ? standings(transport) : byTokenAlone;
  const textOf = documentChooser(persisted, log);
  const checkDocument = documentChecks(limits);
  const events = eventLog(subgraphs, transport, ids, log);
  const news = openNews(subgraphs, transport, settings.pollMs, log);
  const streams = openStreams({ versions, rates, tokens, ids, standingOf, events, news, settings, refusedCost: limits.refusedCost, log });
  bus.subscribe(news.look);
  /** Runs a request with the version that answers now; it ends with the one with which it began. */
  const ask: Ask = async (audience, headers, body, context) => {
    const held = versions.use();
    try {
      return await held.version.serverOf(audience)(headers, body, context);
    } finally {
      held.done();
    }
  };

  const webhooks = openWebhooks({
    transport,
    events,
    news,
    ids,
    accessNow: () => versions.current().composed.access,
    standingOf,
    ask: (headers, body, context) => ask('partner', headers, body, context),
    metrics,
    log,
    settings: subgraphs.includes('ledger') ? (options.webhooks ?? null) : null,
  });
  metrics.read({ plans, streams: streams.size, webhooks: webhooks.size });

  /** Who asks, and whether there is anything left to spend. Refuses by throwing, as all that follows does. */
  const admit = async (headers: IncomingHttpHeaders, address: string | undefined) => {
    const { viewer: proven, client, expiresAtMs } = await provenBy(headers, options.tokens, options.ids);
    const { viewer, known: standingKnown } = await standingOf(proven);
    const audience = audienceOf(viewer);
    const spender = callerOf(viewer, audience, client, address);
    rates.admit(spender);
    return { viewer, standingKnown, audience, spender, expiresAtMs };
  };

  const paid = paying(rates, limits.refusedCost);
  /** Which document a request means; it is measured. */
  const read = (text: string, spender: Caller): AskedBody => {
    const { query, documentId, operationName, variables } = parseBody(text, limits);
    const document = textOf(spender, { query, documentId });
    checkDocument(document);
    return { query: document, operationName: operationName ?? null, variables: variables ?? null };
  };

  const written = (body: AskedBody): boolean => {
    const isWrite = mayWrite(body.query);
    if (isWrite) {
      news.look();
      bus.publish();
    }
    return isWrite;
  };

  const answered: Answer = async (kind, headers, body, context) => {
    const startedAt = performance.now();
    const told = await ask(kind, headers, body, context);
    metrics.answered(kind, written(body) ? 'mutation' : 'query', told.status, performance.now() - startedAt);
    return told;
  };

  /** Authenticate, read, choose the document, measure it; then validated, priced, decided and planned. */
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    checkHead(request, limits.bodyBytes);
    const { viewer, standingKnown, audience, spender, expiresAtMs } = await admit(request.headers, request.socket.remoteAddress);
    const text = await readBody(request, limits.bodyBytes);
    const body = paid(spender, () => read(text, spender));
    const context = { viewer, standingKnown, spender, log, events, webhooks: webhooks.desk };
    if (asksForStream(request))
      return serveStream(streams, answered, { request, response, body, context, kind: audience, expiresAtMs, settings });
    if (isSubscription({ ...body, text: body.query })) {
      rates.charge(spender, limits.refusedCost);
      throw badRequest('A subscription is answered as text/event-stream; ask for that with the header Accept');
    }
    const told = await answered(audience, request.headers, body, context);
    const headers = { ...Object.fromEntries(told.headers), ...alwaysHeaders, 'content-length': Buffer.byteLength(told.text) };
    response.writeHead(told.status, headers);
    response.end(told.text);
  };

  const sockets = openWebSockets({
    admit,
    async prepare(headers, address, text) {
      const { viewer, standingKnown, audience: kind, spender, expiresAtMs } = await admit(headers, address);
      const body = paid(spender, () => read(text, spender));
      const asked = { ...body, text: body.query };
      const { document, isSubscription: isStream } = paid(spender, () => operationIn(asked));
      const context = { viewer, standingKnown, spender, log, events, webhooks: webhooks.desk };
      const stream = { asked, viewer, spender, kind, headers, expiresAtMs, lastEventId: null };
      return { body, document, context, kind, isStream, stream };
    },
    answer: async ({ body, context, kind }) => (await answered(kind, { 'content-type': 'application/json' }, body, context)).text,
    streams,
    refused(code, failure) {
      metrics.refused(code);
      if (failure !== undefined) log.error({ err: failure }, 'an operation failed');
    },
    maxBytes: limits.bodyBytes,
    settings,
  });

  const ready = readiness(options.transport, subgraphs, () => front.isDraining());
  const route = (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? '/').split('?', 1)[0];
    if (path === '/graphql') return answer(request, response);
    if (request.method === 'GET' && path === '/health/live') return Promise.resolve(send(response, 200, { status: 'live' }));
    if (request.method === 'GET' && path === '/health/ready') return ready(response);
    return Promise.reject(badRequest('There is nothing at this path; the graph is at /graphql', 404));
  };

  const front = openFront({
    route,
    refusalOf: (error) => (error instanceof TokenRefused ? tokenRefusal(error) : null),
    refused: metrics.refused,
    origins: options.origins,
    log,
  });

  return {
    handle: front.handle,
    upgrade: sockets.upgrade,
    reload: () => reloading?.look() ?? Promise.resolve(),
    metrics: () => metrics.text(),
    drain() {
      front.drain();
      void streams.drain();
      sockets.drain();
      void webhooks.stop();
    },
    async stop() {
      await Promise.all([streams.drain(), webhooks.stop()]);
      sockets.close();
      shared?.stop();
      await news.stop();
      await bus.close();
      persisted.close();
      await reloading?.close();
      await versions.close();
    },
  };
}

const tokenRefusal = ({ reason, message }: TokenRefused): Refusal =>
  reason === 'invalid'
    ? { status: 401, code: 'UNAUTHENTICATED', message, headers: { 'www-authenticate': 'Bearer' } }
    : { status: 503, code: 'SUBGRAPH_UNAVAILABLE', message, headers: { 'retry-after': '5' } };
