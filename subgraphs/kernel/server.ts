import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Answers, drain, type DrainRules } from '../../schema/drain.js';
import { keptAnswer, readyKeptMs } from '../../schema/kept-answer.js';
import { type SeenNonces, seenNonces } from '../../schema/seen-nonces.js';
import { answersHeader, maxAgeMs, nonceOf, signatureHeaders, type SigningKey, verify } from '../../schema/signature.js';
import type { SubgraphRequest } from '../../schema/transport.js';
import { createLogger } from './log.js';
import type { RunningSubgraph } from './subgraph.js';

export interface SubgraphServer {
  readonly port: number;
  /** Takes nothing new, and ends what is under way; at once, and for as long as that takes, unless there are rules. */
  close(rules?: DrainRules): Promise<void>;
}

const maxBodyBytes = 2_097_152;

/** One subgraph on a port. Whoever is not the gateway or another subgraph is refused before the body is parsed. `port` 0 takes a free one. */
export async function serveSubgraph(
  subgraph: RunningSubgraph,
  keys: readonly SigningKey[],
  port: number,
  host = '127.0.0.1',
): Promise<SubgraphServer> {
  const log = createLogger(subgraph.name);
  const seen = seenNonces(maxAgeMs);
  const answers = new Answers();
  const isReady = keptAnswer(readyKeptMs, () => subgraph.ready());
  const server = createServer((request, response) => {
    answers.begin(response);
    answer({ subgraph, keys, seen, isReady, isDraining: answers.isDraining }, request, response).catch((error: unknown) => {
      log.error({ err: error }, 'a request failed');
      if (!response.headersSent) send(response, 500, { errors: [{ message: 'INTERNAL' }] });
    });
  });
  // Longer than the callers keep idle connections, so a reused one is never reset under them.
  server.keepAliveTimeout = 75_000;
  server.requestTimeout = 15_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: (rules = { noticeMs: 0, longestMs: 20_000 }) => drain(server, () => answers.drain(), rules),
  };
}

interface Served {
  readonly subgraph: RunningSubgraph;
  readonly keys: readonly SigningKey[];
  readonly seen: SeenNonces;
  /** Asked once for all callers of a moment, who need no signature. */
  readonly isReady: () => Promise<boolean>;
  readonly isDraining: boolean;
}

async function answer(
  { subgraph, keys, seen, isReady, isDraining }: Served,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method === 'GET' && request.url === '/health/live') return send(response, 200, { status: 'live' });
  if (request.method === 'GET' && request.url === '/health/ready') {
    if (isDraining) return send(response, 503, { status: 'draining' });
    const ready = await isReady();
    return send(response, ready ? 200 : 503, { status: ready ? 'ready' : 'no database' });
  }
  if (request.method !== 'POST' || request.url !== '/graphql') return send(response, 404, { errors: [{ message: 'Not found' }] });
  const body = await read(request);
  if (body === null) return send(response, 413, { errors: [{ message: 'Too large' }] }, { connection: 'close' });
  const viewer = verify(keys, subgraph.name, request.headers, body, Date.now(), seen);
  if (!viewer)
    return send(response, 401, {
      errors: [{ message: 'This subgraph answers its gateway only', extensions: { code: 'UNAUTHENTICATED' } }],
    });
  const asked = parseRequest(body.toString('utf8'));
  if (!asked) return send(response, 400, { errors: [{ message: 'The body is not a request as JSON', extensions: { code: 'BAD_INPUT' } }] });
  const nonce = nonceOf(String(request.headers[signatureHeaders.signature])) ?? '';
  send(response, 200, await subgraph.execute(asked, viewer), { [answersHeader]: nonce });
}

function parseRequest(text: string): SubgraphRequest | null {
  try {
    const body = JSON.parse(text) as Partial<SubgraphRequest> | null;
    return typeof body?.query === 'string' ? (body as SubgraphRequest) : null;
  } catch {
    return null;
  }
}

async function read(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
  const text = JSON.stringify(body);
  const length = { 'content-length': Buffer.byteLength(text) };
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...length, ...headers });
  response.end(text);
}
