import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { GraphQLError, parse } from 'graphql';
import { type Context, handleProtocols, type SubscribePayload } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { codes } from '../../schema/codes.js';
import { TokenRefused } from '../context.js';
import { Refused } from '../limits/refused.js';
import { answerOf, type Channel, openChannel } from './channel.js';
import { guardHandover, refuseUpgrade } from './handover.js';
import type { Prepared } from './prepared.js';
import type { Streams } from './streams.js';

/** What the gateway does with a message before it is run; the same as with a request. */
export interface SocketParts {
  /** Who is asking, by headers that carry the token. Refuses by throwing. */
  readonly admit: (headers: IncomingHttpHeaders, address: string | undefined) => Promise<{ readonly expiresAtMs: number | undefined }>;
  readonly prepare: (headers: IncomingHttpHeaders, address: string | undefined, text: string) => Promise<Prepared>;
  readonly answer: (prepared: Prepared) => Promise<string>;
  readonly streams: Streams;
  readonly maxSockets: number;
  readonly maxBytes: number;
  readonly stallMs: number;
}

export interface WebSockets {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Tells every client to connect elsewhere. */
  close(): void;
}

interface Extra extends Record<PropertyKey, unknown> {
  readonly request: IncomingMessage;
  readonly socket: WebSocket;
  headers?: IncomingHttpHeaders;
}
type Connection = Context<Readonly<Record<string, unknown>>, Extra>;

const restart = 1012;
const unauthorized = 4401;
const withoutTokenMs = 60_000;
const longestMs = 86_400_000;
/** Streams say first why they end. */
const endingMs = 1_000;
const keepAliveMs = 12_000;
const longestCloseMs = 1_000;

/**
 * Subscriptions over `graphql-transport-ws` at the same path: each operation is read, measured, priced and run like a request of its own,
 * and each stream is the same stream as over server-sent events. The token comes in the header, or as `authorization` of the
 * connection's first message, for a browser's socket has no headers; never as a cookie, so that no other page can use it.
 */
export function openWebSockets(parts: SocketParts): WebSockets {
  const server = new WebSocketServer({ noServer: true, maxPayload: parts.maxBytes, perMessageDeflate: false, handleProtocols });
  useServer<Readonly<Record<string, unknown>>, Extra>(
    {
      async onConnect({ connectionParams, extra }) {
        const given = connectionParams?.['authorization'] ?? connectionParams?.['Authorization'];
        const headers = { ...extra.request.headers, ...(typeof given === 'string' ? { authorization: given } : {}) };
        if (server.clients.size > parts.maxSockets) return false;
        try {
          const { expiresAtMs } = await parts.admit(headers, extra.request.socket.remoteAddress);
          // A connection is no longer of use than its token is; one without a token has a minute at a time.
          const leftMs = Math.min((expiresAtMs ?? Date.now() + withoutTokenMs) - Date.now(), longestMs);
          const timer = setTimeout(() => extra.socket.close(unauthorized, 'Unauthorized'), leftMs + endingMs).unref();
          extra.socket.once('close', () => clearTimeout(timer));
        } catch (error) {
          if (error instanceof TokenRefused || error instanceof Refused) return false;
          throw error;
        }
        extra.headers = headers;
        return true;
      },
      onSubscribe: async ({ extra }: Connection, _id, payload: SubscribePayload) => {
        try {
          const { headers = {}, request } = extra;
          const prepared = await parts.prepare(headers, request.socket.remoteAddress, JSON.stringify(payload));
          const document = parse(prepared.body.query, { noLocation: true });
          const started = prepared.isStream ? await startStream(parts, prepared, extra) : undefined;
          // What runs it is below; the library only wants to know which of its two ways it goes.
          return { schema: undefined as never, document, operationName: prepared.body.operationName, contextValue: { prepared, started } };
        } catch (error) {
          return [asGraphQLError(error)];
        }
      },
      execute: async ({ contextValue }) => answerOf(await parts.answer((contextValue as Run).prepared)) as object,
      subscribe: ({ contextValue }) => (contextValue as Run).started as Started,
    },
    server as never,
    keepAliveMs,
  );
  return {
    upgrade(request, socket, head) {
      const path = (request.url ?? '/').split('?', 1)[0];
      const isOver = guardHandover(socket);
      if (path !== '/graphql') return refuseUpgrade(socket, 404);
      server.handleUpgrade(request, socket, head, (opened) => {
        isOver();
        server.emit('connection', opened, request);
      });
    },
    close() {
      for (const client of server.clients) {
        client.close(restart, 'Service restart');
        setTimeout(() => client.terminate(), longestCloseMs).unref();
      }
    },
  };
}

type Started = Channel['answers'];
interface Run {
  readonly prepared: Prepared;
  readonly started?: Started;
}

/** Opens the stream; resolves when it runs, and refuses by throwing as long as it does not. */
function startStream({ streams, stallMs }: SocketParts, prepared: Prepared, { socket }: Extra): Promise<Started> {
  return new Promise((resolve, reject) => {
    const gone = new AbortController();
    socket.once('close', () => gone.abort());
    const channel = openChannel(stallMs, () => socket.terminate());
    const begin = (): typeof channel.sink => {
      resolve(withReturn(channel, () => gone.abort()));
      return channel.sink;
    };
    streams.open(prepared.stream, begin, gone.signal).then(channel.close, reject);
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

function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return new GraphQLError(error.message, { extensions: { code: 'BAD_INPUT' } });
  if (error instanceof Refused) return new GraphQLError(error.message, { extensions: { code: error.code, ...error.facts } });
  if (error instanceof TokenRefused) return new GraphQLError(error.message, { extensions: { code: 'UNAUTHENTICATED' } });
  return new GraphQLError(codes.INTERNAL, { extensions: { code: 'INTERNAL' } });
}
