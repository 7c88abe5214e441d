import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { GraphQLError } from 'graphql';
import { type Context, handleProtocols, type SubscribePayload } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocket, WebSocketServer } from 'ws';
import { type Code, codes } from '../../schema/codes.js';
import type { StreamSettings } from '../../schema/stream-settings.js';
import { TokenRefused } from '../context.js';
import { networkOf } from '../limits/caller.js';
import type { Spender } from '../limits/rates.js';
import { Refused } from '../limits/refused.js';
import { openTally } from '../limits/tally.js';
import { answerOf, type Channel, openChannel } from './channel.js';
import { guardHandover, refuseUpgrade } from './handover.js';
import type { Prepared } from './prepared.js';
import { openWork, type SocketWork } from './socket-work.js';
import type { Streams } from './streams.js';

/** What the gateway does with a message before it is run; the same as with a request. */
export interface SocketParts {
  /** Who is asking, by headers that carry the token. Refuses by throwing. */
  readonly admit: (
    headers: IncomingHttpHeaders,
    address: string | undefined,
  ) => Promise<{ readonly spender: Spender; readonly expiresAtMs: number | undefined }>;
  readonly prepare: (headers: IncomingHttpHeaders, address: string | undefined, text: string) => Promise<Prepared>;
  readonly answer: (prepared: Prepared) => Promise<string>;
  readonly streams: Pick<Streams, 'open'>;
  /** One operation refused; with the error where it is a failure of ours. */
  readonly refused: (code: Code, failure?: unknown) => void;
  readonly maxBytes: number;
  readonly settings: Pick<StreamSettings, 'streams' | 'socketsPerNetwork' | 'socketsPerPrincipal' | 'operationsPerSocket' | 'stallMs'>;
}

export interface WebSockets {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Tells every client to connect elsewhere, as soon as nothing of it is under way, and takes no new ones. */
  drain(): void;
  /** The same, at once. */
  close(): void;
}

interface Extra extends Record<PropertyKey, unknown> {
  readonly request: IncomingMessage;
  readonly socket: WebSocket;
  headers?: IncomingHttpHeaders;
}
type Connection = Context<Readonly<Record<string, unknown>>, Extra>;

const restart = [1012, 'Service restart'] as const;
const tooMany = [1013, 'Too many connections; try again later'] as const;
const unauthorized = [4401, 'Unauthorized'] as const;
const withoutTokenMs = 60_000;
const longestMs = 86_400_000;
/** Streams say first why they end. */
const endingMs = 1_000;
const keepAliveMs = 12_000;

/**
 * Subscriptions over `graphql-transport-ws` at the same path: each operation is read, measured, priced and run like a request of its own,
 * and each stream is the same stream as over server-sent events. The token comes in the header, or as `authorization` of the
 * connection's first message, for a browser's socket has no headers; never as a cookie, so that no other page can use it.
 */
export function openWebSockets(parts: SocketParts): WebSockets {
  const { maxBytes, settings } = parts;
  const server = new WebSocketServer({ noServer: true, maxPayload: maxBytes, perMessageDeflate: false, handleProtocols, WebSocket: Quiet });
  const works = new Map<WebSocket, SocketWork>();
  const ofNetworks = openTally(settings.streams, settings.socketsPerNetwork);
  const ofPrincipals = openTally(settings.streams, settings.socketsPerPrincipal);
  let isDraining = false;
  const workOf = ({ socket }: Extra): SocketWork => works.get(socket) as SocketWork;

  useServer<Readonly<Record<string, unknown>>, Extra>(
    {
      async onConnect({ connectionParams, extra }) {
        const given = connectionParams?.['authorization'] ?? connectionParams?.['Authorization'];
        const headers = { ...extra.request.headers, ...(typeof given === 'string' ? { authorization: given } : {}) };
        const { gone, leave } = workOf(extra);
        try {
          const { spender, expiresAtMs } = await parts.admit(headers, extra.request.socket.remoteAddress);
          if (gone.aborted) return false;
          if (!ofPrincipals.take(spender.key)) {
            extra.socket.close(...tooMany);
            return false;
          }
          // A connection is no longer of use than its token is; one without a token has a minute at a time.
          const leftMs = Math.min((expiresAtMs ?? Date.now() + withoutTokenMs) - Date.now(), longestMs);
          const timer = setTimeout(() => leave(...unauthorized), leftMs + endingMs).unref();
          extra.socket.once('close', () => {
            ofPrincipals.giveBack(spender.key);
            clearTimeout(timer);
          });
        } catch (error) {
          if (error instanceof TokenRefused || error instanceof Refused) return false;
          throw error;
        }
        extra.headers = headers;
        return true;
      },
      onSubscribe: async ({ extra }: Connection, _id, payload: SubscribePayload) => {
        const work = workOf(extra);
        try {
          work.begin(payload);
          const { headers = {}, request } = extra;
          const prepared = await parts.prepare(headers, request.socket.remoteAddress, JSON.stringify(payload));
          const started = prepared.isStream ? await startStream(parts, prepared, work, extra.socket) : undefined;
          const { document, body } = prepared;
          // What runs it is below; the library only wants to know which of its two ways it goes.
          return { schema: undefined as never, document, operationName: body.operationName, contextValue: { prepared, started, work } };
        } catch (error) {
          work.end(payload);
          return [asGraphQLError(error, parts)];
        }
      },
      async execute({ contextValue }) {
        const { prepared, work } = contextValue as Run;
        try {
          return answerOf(await parts.answer(prepared)) as object;
        } catch (error) {
          return { errors: [asGraphQLError(error, parts)] };
        } finally {
          setImmediate(work.look);
        }
      },
      subscribe: ({ contextValue }) => (contextValue as Run).started as Started,
      onComplete: ({ extra }: Connection, _id, payload) => works.get(extra.socket)?.end(payload),
    },
    server as never,
    keepAliveMs,
  );

  return {
    upgrade(request, socket, head) {
      const isOver = guardHandover(socket);
      const path = (request.url ?? '/').split('?', 1)[0];
      if (path !== '/graphql') return refuseUpgrade(socket, 404);
      if (isDraining) return refuseUpgrade(socket, 503);
      const network = networkOf(request.socket.remoteAddress ?? '');
      if (!ofNetworks.take(network)) return refuseUpgrade(socket, 429);
      socket.once('close', () => ofNetworks.giveBack(network));
      server.handleUpgrade(request, socket, head, (opened) => {
        isOver();
        works.set(opened, openWork(opened, request.socket, { operations: settings.operationsPerSocket, stallMs: settings.stallMs }));
        opened.once('close', () => works.delete(opened));
        server.emit('connection', opened, request);
        // A frame that is none: the socket is closed for it, and the library's word to the console is not needed.
        opened.removeAllListeners('error').on('error', () => {});
      });
    },
    drain() {
      isDraining = true;
      for (const work of works.values()) work.leave(...restart);
    },
    close() {
      isDraining = true;
      for (const work of works.values()) work.close(...restart);
    },
  };
}

/** Trap: the library writes to the console, with its stack, what could not be sent because its reader has gone. */
class Quiet extends WebSocket {
  override send(data: BufferLike, ...[sent]: unknown[]): void {
    super.send(data, () => (sent as (() => void) | undefined)?.());
  }
}
type BufferLike = Parameters<WebSocket['send']>[0];

type Started = Channel['answers'];
interface Run {
  readonly prepared: Prepared;
  readonly started?: Started;
  readonly work: SocketWork;
}

/** Opens the stream; resolves when it runs, and refuses by throwing as long as it does not. */
function startStream({ streams, settings }: SocketParts, prepared: Prepared, work: SocketWork, socket: WebSocket): Promise<Started> {
  return new Promise((resolve, reject) => {
    const ended = new AbortController();
    const channel = openChannel(settings.stallMs, () => socket.terminate());
    const begin = (): typeof channel.sink => {
      resolve(withReturn(channel, () => ended.abort()));
      return channel.sink;
    };
    streams.open(prepared.stream, begin, AbortSignal.any([work.gone, ended.signal])).then(channel.close, reject);
  });
}

/** A client that completes an operation ends its stream at once, whatever the stream waits for. */
function withReturn({ answers, close }: Channel, ended: () => void): Started {
  const original = answers.return.bind(answers);
  answers.return = (value) => {
    ended();
    close();
    return original(value);
  };
  return answers;
}

function asGraphQLError(error: unknown, { refused }: Pick<SocketParts, 'refused'>): GraphQLError {
  const { code, message, facts } =
    error instanceof Refused
      ? error
      : error instanceof TokenRefused
        ? {
            code: error.reason === 'invalid' ? ('UNAUTHENTICATED' as const) : ('SUBGRAPH_UNAVAILABLE' as const),
            message: error.message,
            facts: {},
          }
        : { code: 'INTERNAL' as const, message: codes.INTERNAL, facts: {} };
  refused(code, code === 'INTERNAL' ? error : undefined);
  return new GraphQLError(message, { extensions: { code, ...facts } });
}
