import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import type { TestGraph } from '../support/graph.js';
import { openMeter } from '../support/held-meter.js';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** One request exactly as written: `body` may be of any kind, and is sent in chunks where a list is given. */
export function raw(
  url: string,
  {
    method = 'POST',
    path,
    headers = {},
    body,
  }: { method?: string; path?: string; headers?: Record<string, string>; body?: string | Buffer | readonly Buffer[] } = {},
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(path === undefined ? url : new URL(path, url), { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      const done = (): void =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString('utf8') });
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', done);
      response.on('error', done);
    });
    request.on('error', (error: NodeJS.ErrnoException) =>
      // Whoever is refused while still sending may see the connection close before the answer.
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? resolve({ status: 0, headers: {}, text: '' }) : reject(error),
    );
    for (const chunk of typeof body === 'object' && !Buffer.isBuffer(body) ? body : []) request.write(chunk);
    request.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : undefined);
  });
}

/** Text sent to the port as it is, and what came back until the other side closed or a moment passed. */
export function speak(url: string, text: string, waitMs = 300): Promise<string> {
  return new Promise((resolve) => {
    const { port, hostname } = new URL(url);
    const socket = connect(Number(port), hostname, () => socket.write(text));
    let heard = '';
    socket.on('data', (chunk) => (heard += chunk.toString()));
    socket.on('error', () => resolve(heard));
    socket.on('close', () => resolve(heard));
    setTimeout(() => {
      socket.destroy();
      resolve(heard);
    }, waitMs);
  });
}

export interface Attack {
  readonly status: number;
  readonly text: string;
  /** How long the attack took, and how long somebody else had to wait at the most meanwhile. */
  readonly tookMs: number;
  readonly othersWaitedMs: number;
  /** The longest that the event loop was held meanwhile, by the processor's clock. */
  readonly heldMs: number;
}

/** Sends a document while somebody else keeps asking a trifle. */
export async function attack(graph: Pick<TestGraph, 'url'>, body: object, headers: Record<string, string> = {}): Promise<Attack> {
  const json = { 'content-type': 'application/json' };
  const over = new AbortController();
  let othersWaitedMs = 0;
  const others = (async () => {
    while (!over.signal.aborted) {
      const at = performance.now();
      const { status } = await raw(graph.url, { headers: json, body: '{"query":"{ __typename }"}' });
      if (status !== 200) throw new Error(`somebody else got ${status}`);
      othersWaitedMs = Math.max(othersWaitedMs, performance.now() - at);
    }
  })();
  const meter = openMeter();
  const started = performance.now();
  const { status, text } = await raw(graph.url, { headers: { ...json, ...headers }, body: JSON.stringify(body) });
  const tookMs = performance.now() - started;
  over.abort();
  await others;
  const heldMs = Math.round(meter.take().longest);
  meter.stop();
  return { status, text, tookMs, othersWaitedMs, heldMs };
}

export interface Watched<T> {
  readonly result: T;
  /** The longest that the event loop was held, by the processor's clock; the gateway, the caller and the test share it. */
  readonly heldMs: number;
  /** How much resident memory grew at the most. */
  readonly grewBytes: number;
}

/** What `work` does to this process: measured and printed. What is held here is held for everybody. */
export async function watched<T>(what: string, work: () => Promise<T>): Promise<Watched<T>> {
  const meter = openMeter();
  const before = process.memoryUsage.rss();
  let most = before;
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 20);
  meter.take();
  try {
    const result = await work();
    // What held the loop last is counted when it next turns.
    await new Promise((resolve) => setTimeout(resolve, 15));
    const found = { result, heldMs: Math.round(meter.take().longest), grewBytes: Math.max(most, process.memoryUsage.rss()) - before };
    process.stderr.write(
      `${what}: event loop held ${found.heldMs} ms at the most, ${Math.round(found.grewBytes / 2 ** 20)} MB more resident\n`,
    );
    return found;
  } finally {
    meter.stop();
    clearInterval(timer);
  }
}
