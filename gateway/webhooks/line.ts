import { lookup, Resolver } from 'node:dns/promises';
import { isIPv6 } from 'node:net';
import { Client } from 'undici';
import { mayReach } from './public-address.js';
import { retryAfterOf, type Sent } from './retry.js';
import { literalOf } from './target.js';

/** A way to one receiver, for the time of one turn. */
export interface Line {
  /** Rejects never: everything below HTTP is one and the same. */
  post(body: string, headers: Readonly<Record<string, string>>): Promise<Sent>;
  close(): Promise<void>;
}

export interface LineRules {
  readonly timeoutMs: number;
  /** Also http and this machine. */
  readonly local: boolean;
  /** All addresses of a name. */
  readonly resolve?: (name: string, signal: AbortSignal) => Promise<readonly string[]>;
}

/** Of the answer's body nothing is of interest: so much of it is read to keep the connection, for so long. */
const maxBodyBytes = 4_096;
const maxBodyMs = 1_000;

/**
 * Messages to one receiver. Its name is resolved once, every address is looked at, and what is connected to is one of those and nothing
 * else, whatever the name says a moment later. No redirect is followed, and no proxy of the environment is used.
 */
export function openLine(url: URL, { timeoutMs, local, resolve = local ? byHost : byDns }: LineRules): Line {
  let client: Client | undefined;
  const connect = async (signal: AbortSignal): Promise<Client> => {
    const literal = literalOf(url);
    const addresses = literal === null ? await resolve(url.hostname, signal) : [literal];
    if (addresses.length === 0 || !addresses.every((address) => mayReach(address, local)))
      throw new Error('no address that may be reached');
    const known = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
    return new Client(url.origin, {
      connect: {
        timeout: timeoutMs,
        rejectUnauthorized: true,
        lookup: (_name, { all }, found) => {
          if (all) found(null, known);
          else found(null, known[0]?.address as string, known[0]?.family);
        },
      },
      allowH2: false,
      headersTimeout: timeoutMs,
      bodyTimeout: maxBodyMs,
      maxHeaderSize: 16_384,
      pipelining: 1,
    });
  };
  return {
    async post(body, headers) {
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        client ??= await within(signal, connect(signal));
        const answer = await client.request({
          path: url.pathname + url.search,
          method: 'POST',
          headers: { 'content-type': 'application/json', 'user-agent': 'tongdui-webhooks', ...headers },
          body,
          signal,
        });
        const retryAfter = answer.headers['retry-after'];
        const sent = {
          kind: 'answered',
          status: answer.statusCode,
          retryAfterMs: retryAfterOf(typeof retryAfter === 'string' ? retryAfter : undefined, Date.now()),
        } as const;
        await skim(answer.body);
        return sent;
      } catch {
        return { kind: 'unreachable' };
      }
    },
    async close() {
      await client?.destroy();
    },
  };
}

/** Reads a little, then cuts: the connection is opened anew for the next message. */
async function skim(body: AsyncIterable<Uint8Array> & { destroy(): unknown }): Promise<void> {
  const timer = setTimeout(() => body.destroy(), maxBodyMs);
  let bytes = 0;
  try {
    for await (const chunk of body) if ((bytes += chunk.length) > maxBodyBytes) break;
  } catch {
    // The status was said; whatever became of the rest changes nothing.
  } finally {
    clearTimeout(timer);
  }
}

/** By this machine, for names such as `localhost`. */
const byHost = async (name: string): Promise<readonly string[]> => (await lookup(name, { all: true })).map(({ address }) => address);

/** By the network's name servers alone, on sockets of its own: a name whose server is slow holds up nobody else's, nor the process's files. */
async function byDns(name: string, signal: AbortSignal): Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  signal.addEventListener('abort', () => resolver.cancel(), { once: true });
  const found = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
  return found.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
}

function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('no answer in time')), { once: true });
    work.then(resolve, reject);
  });
}
