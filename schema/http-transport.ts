import { Pool } from 'undici';
import { sign, type SigningKey } from './signature.js';
import { type SubgraphAnswer, type SubgraphRequest, type Transport, Unavailable } from './transport.js';
import type { Viewer } from './viewer.js';

export interface HttpTransportOptions {
  /** Base URL of each subgraph. */
  readonly urls: ReadonlyMap<string, string>;
  readonly keys: readonly SigningKey[];
  readonly readTimeoutMs?: number;
  readonly writeTimeoutMs?: number;
  readonly maxAnswerBytes?: number;
}

/** Signed calls over kept-alive connections, with a time limit and a size limit on every answer. */
export function httpTransport(options: HttpTransportOptions): Transport {
  const { readTimeoutMs = 2_000, writeTimeoutMs = 5_000, maxAnswerBytes = 2_097_152 } = options;
  const pools = new Map<string, Pool>();
  const poolOf = (subgraph: string): Pool => {
    let pool = pools.get(subgraph);
    if (!pool) {
      const url = options.urls.get(subgraph);
      if (!url) throw new Unavailable(subgraph, 'no URL is configured');
      pool = new Pool(url, { connections: 64, keepAliveTimeout: 30_000, connectTimeout: 1_000 });
      pools.set(subgraph, pool);
    }
    return pool;
  };
  return {
    async send(subgraph: string, request: SubgraphRequest, viewer: Viewer): Promise<SubgraphAnswer> {
      const pool = poolOf(subgraph);
      const body = JSON.stringify(request);
      const timeoutMs = /^\s*mutation\b/.test(request.query) ? writeTimeoutMs : readTimeoutMs;
      try {
        const answer = await pool.request({
          path: '/graphql',
          method: 'POST',
          headers: { 'content-type': 'application/json', ...sign(options.keys, subgraph, viewer, body, Date.now()) },
          body,
          signal: AbortSignal.timeout(timeoutMs),
        });
        const text = await readCapped(answer.body, maxAnswerBytes);
        if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}`);
        return JSON.parse(text) as SubgraphAnswer;
      } catch (error) {
        throw new Unavailable(subgraph, error instanceof Error ? error.message : String(error));
      }
    },
    async ready(subgraph) {
      try {
        const answer = await poolOf(subgraph).request({ path: '/health/ready', method: 'GET', signal: AbortSignal.timeout(readTimeoutMs) });
        await answer.body.dump();
        return answer.statusCode === 200;
      } catch {
        return false;
      }
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.close()));
    },
  };
}

async function readCapped(stream: AsyncIterable<Buffer>, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Error(`answer above ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
