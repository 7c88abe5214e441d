import type { IncomingMessage, ServerResponse } from 'node:http';
import { pino } from 'pino';
import { anonymous } from '../../schema/viewer.js';
import { languageOf, traceIdOf } from '../context.js';
import { openFront } from '../front.js';
import { parseBody, readBody } from '../limits/body.js';
import { callerOf } from '../limits/caller.js';
import { documentChecks } from '../limits/documents.js';
import { openRates, paying } from '../limits/rates.js';
import { badRequest } from '../limits/refused.js';
import { checkHead } from '../limits/request-head.js';
import { openMetrics } from '../metrics/metrics.js';
import { alwaysHeaders, send } from '../respond.js';
import type { Gateway } from '../server.js';
import { mayWrite } from '../subscriptions/may-write.js';
import { startReloading } from '../versions/reloading.js';
import { fileSource } from '../versions/source.js';
import { openVersions } from '../versions/versions.js';
import { type ForeignViewer, openGeneration } from './generation.js';
import type { Undecided } from './open-fields.js';
import type { ForeignRules } from './settings.js';

export interface ForeignOptions
  extends Pick<ForeignRules, 'executor' | 'limits' | 'isPriced'>, Partial<Pick<ForeignRules, 'calls' | 'origins'>> {
  readonly file: string;
  readonly undecided: Undecided;
}

export type ForeignGateway = Pick<Gateway, 'handle' | 'stop' | 'reload' | 'drain' | 'metrics'>;

/**
 * A supergraph that is not ours: for conformance tests, and for whoever wants to try the executor on a graph of their own. It serves what
 * the file says to everybody, asks the subgraphs at the addresses in it, and hands on the caller's authorization as it came. Nobody is
 * known here, so of Tongdui's armour there is what needs no token: sizes, and prices and rates by address where they are asked for.
 */
export async function openForeign({
  file,
  undecided,
  calls,
  executor,
  limits,
  origins,
  isPriced,
}: ForeignOptions): Promise<ForeignGateway> {
  const log = pino(
    { name: 'gateway', level: process.env['TONGDUI_LOG'] ?? 'warn', base: null, redact: ['authorization'] },
    pino.destination({ dest: 2, sync: true }),
  );
  const metrics = openMetrics();
  const rates = isPriced ? metrics.rates(openRates(limits)) : undefined;
  const options = { undecided, calls, executor, limits, rates, timed: metrics.transport, failed: metrics.failed, log };
  const paid = paying(rates, limits.refusedCost);
  const checkDocument = documentChecks(limits);
  const source = fileSource(file, 500);
  const versions = openVersions(await openGeneration(await source.read(), options), (error) => log.error({ err: error }, 'closing'));
  const sdlNow = (): string => versions.current().composed.supergraphSdl;
  metrics.version(sdlNow());
  metrics.read({ plans: () => versions.current().supergraph.plans(), streams: () => 0, webhooks: () => 0 });
  const reloading = startReloading({
    source,
    versions,
    sdlOf: ({ composed }) => composed.supergraphSdl,
    open: (sdl, last) => openGeneration(sdl, options, last),
    told: (outcome) => metrics.reloaded(outcome, sdlNow()),
    log,
  });

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    checkHead(request, limits.bodyBytes);
    const { authorization } = request.headers;
    const viewer: ForeignViewer = {
      ...anonymous(languageOf(request.headers['accept-language']), traceIdOf(request.headers['traceparent'])),
      ...(authorization === undefined ? {} : { authorization }),
    };
    const spender = callerOf(viewer, 'anonymous', undefined, request.socket.remoteAddress);
    rates?.admit(spender);
    const text = await readBody(request, limits.bodyBytes);
    const startedAt = performance.now();
    const body = paid(spender, () => {
      const { query, operationName, variables } = parseBody(text, limits);
      if (query === undefined) throw badRequest('The body is not a JSON object with a `query`');
      checkDocument(query);
      return { query, operationName: operationName ?? null, variables: variables ?? null };
    });
    const held = versions.use();
    try {
      const answered = await held.version.serverOf('anonymous')(request.headers, body, { viewer, spender, log });
      const length = { 'content-length': Buffer.byteLength(answered.text) };
      response.writeHead(answered.status, { ...Object.fromEntries(answered.headers), ...alwaysHeaders, ...length });
      response.end(answered.text);
      metrics.answered('anonymous', mayWrite(body.query) ? 'mutation' : 'query', answered.status, performance.now() - startedAt);
    } finally {
      held.done();
    }
  };

  const route = (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? '/').split('?', 1)[0];
    if (path === '/graphql' || path === '/') return answer(request, response);
    if (path === '/health/live') return Promise.resolve(send(response, 200, { status: 'live' }));
    const isDraining = front.isDraining();
    if (path === '/health/ready')
      return Promise.resolve(send(response, isDraining ? 503 : 200, { status: isDraining ? 'draining' : 'ready' }));
    return Promise.reject(badRequest('There is nothing at this path; the graph is at /graphql', 404));
  };
  const front = openFront({ route, refused: metrics.refused, origins, log });

  return {
    handle: front.handle,
    drain: front.drain,
    reload: reloading.look,
    metrics: metrics.text,
    async stop() {
      await reloading.close();
      await versions.close();
    },
  };
}
