import type { IncomingMessage, ServerResponse } from 'node:http';
import { pino } from 'pino';
import { codes } from '../../schema/codes.js';
import { logSink } from '../../schema/log-sink.js';
import type { ExecutorName } from '../../schema/settings.js';
import { anonymous } from '../../schema/viewer.js';
import { languageOf, traceIdOf } from '../context.js';
import type { Gateway } from '../server.js';
import { startReloading } from '../versions/reloading.js';
import { fileSource } from '../versions/source.js';
import { openVersions } from '../versions/versions.js';
import { type ForeignViewer, openGeneration } from './generation.js';
import type { Undecided } from './open-fields.js';

export interface ForeignSettings {
  readonly file: string;
  readonly undecided: Undecided;
  readonly executor: ExecutorName;
}

export type ForeignGateway = Pick<Gateway, 'handle' | 'stop' | 'reload'>;

const maxBodyBytes = 1_048_576;

/**
 * A supergraph that is not ours: for conformance tests, and for whoever wants to try the executor on a graph of their own. It serves what
 * the file says to everybody, asks the subgraphs at the addresses in it, and hands on the caller's authorization as it came. Nobody is
 * known here, so nothing of Tongdui's tokens, standings, limits and masked errors applies.
 */
export async function openForeign({ file, undecided, executor }: ForeignSettings): Promise<ForeignGateway> {
  const log = pino({ name: 'gateway', level: process.env['TONGDUI_LOG'] ?? 'warn', base: null, redact: ['authorization'] }, logSink());
  const options = { undecided, executor, log };
  const source = fileSource(file, 500);
  const versions = openVersions(await openGeneration(await source.read(), options), (error) => log.error({ err: error }, 'closing'));
  const reloading = startReloading({
    source,
    versions,
    sdlOf: ({ composed }) => composed.supergraphSdl,
    open: (sdl, last) => openGeneration(sdl, options, last),
    log,
  });

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? '/').split('?', 1)[0];
    if (path?.startsWith('/health')) return say(response, 200, { status: path.endsWith('ready') ? 'ready' : 'live' });
    if (path !== '/graphql' && path !== '/') return refuse(response, 404, 'There is nothing at this path; the graph is at /graphql');
    if (request.method !== 'POST') return refuse(response, 405, 'The graph answers POST only');
    if (!/^application\/(json|graphql-response\+json)\b/i.test(request.headers['content-type'] ?? ''))
      return refuse(response, 415, 'Send the request as application/json in UTF-8');
    const text = await bodyOf(request);
    if (text === null) return refuse(response, 413, `A request is ${maxBodyBytes} bytes at the most`);
    const body = requestIn(text);
    if (!body) return refuse(response, 400, 'The body is not a JSON object with a `query`');
    const { authorization } = request.headers;
    const viewer: ForeignViewer = {
      ...anonymous(languageOf(request.headers['accept-language']), traceIdOf(request.headers['traceparent'])),
      ...(authorization === undefined ? {} : { authorization }),
    };
    const held = versions.use();
    try {
      const { status, headers, text } = await held.version.serverOf('anonymous')(request.headers, body, { viewer, log });
      response.writeHead(status, { ...Object.fromEntries(headers), 'content-length': Buffer.byteLength(text) });
      response.end(text);
    } finally {
      held.done();
    }
  };

  return {
    handle(request, response) {
      answer(request, response).catch((error: unknown) => {
        if (response.headersSent) return response.destroy();
        log.error({ err: error }, 'a request failed');
        return say(response, 500, { errors: [{ message: codes.INTERNAL, extensions: { code: 'INTERNAL' } }] });
      });
    },
    reload: reloading.look,
    async stop() {
      await reloading.close();
      await versions.close();
    },
  };
}

function say(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}

const refuse = (response: ServerResponse, status: number, message: string): void =>
  say(response, status, { errors: [{ message, extensions: { code: 'BAD_INPUT' } }] });

async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function requestIn(text: string): object | null {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && 'query' in body && typeof body.query === 'string' ? body : null;
  } catch {
    return null;
  }
}
