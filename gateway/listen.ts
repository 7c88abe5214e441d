import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type Limits, usualLimits } from '../schema/limits.js';
import { networkOf } from './limits/caller.js';
import { isBusy } from './limits/one-at-a-time.js';
import { openTally } from './limits/tally.js';
import type { Gateway } from './server.js';

/** How long a connection may keep the gateway waiting. */
export interface Patience {
  /** For the head of a request … */
  readonly headersMs: number;
  /** … and for all of it. */
  readonly requestMs: number;
  /** For any byte in either direction, such as of an answer that is not fetched. */
  readonly idleMs: number;
  /** Between two requests of one connection; longer than callers keep theirs. */
  readonly keepAliveMs: number;
  /** How often these are looked at. */
  readonly checkMs: number;
}

const usual: Patience = { headersMs: 10_000, requestMs: 20_000, idleMs: 60_000, keepAliveMs: 65_000, checkMs: 1_000 };
const maxHeaders = 100;
const maxHeaderBytes = 16_384;

/** Opens a port for the gateway; the next free one where the wanted one is taken. `port` 0 takes any. */
export async function listen(
  gateway: Pick<Gateway, 'handle'> & Partial<Pick<Gateway, 'upgrade'>>,
  wantedPort: number,
  host: string,
  {
    tries = 20,
    limits = usualLimits,
    ...patience
  }: Partial<Patience> & { readonly tries?: number; readonly limits?: Pick<Limits, 'connections' | 'connectionsPerNetwork'> } = {},
): Promise<{ server: Server; port: number }> {
  const { headersMs, requestMs, idleMs, keepAliveMs, checkMs } = { ...usual, ...patience };
  for (let port = wantedPort; ; port += 1) {
    const server = createServer(
      {
        headersTimeout: headersMs,
        requestTimeout: requestMs,
        keepAliveTimeout: keepAliveMs,
        connectionsCheckingInterval: checkMs,
        maxHeaderSize: maxHeaderBytes,
        // Who would rather speak HTTP/2 is answered in what it asked in; only a WebSocket is another protocol here, and not before the
        // answers to what was asked ahead of it, which would come between its frames.
        shouldUpgradeCallback: ({ headers, socket }) =>
          gateway.upgrade !== undefined && headers.upgrade?.toLowerCase() === 'websocket' && !isBusy(socket),
      },
      gateway.handle,
    );
    if (gateway.upgrade) server.on('upgrade', gateway.upgrade);
    server.maxHeadersCount = maxHeaders;
    server.maxConnections = limits.connections;
    boundNetworks(server, limits);
    server.timeout = Math.max(idleMs, keepAliveMs);
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, resolve);
      });
      return { server, port: (server.address() as AddressInfo).port };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || port - wantedPort >= tries) throw error;
    }
  }
}

/** Whoever holds all connections that there may be would be alone: one network has a part of them, and what is above that is cut at once. */
function boundNetworks(
  server: Server,
  { connections, connectionsPerNetwork }: Pick<Limits, 'connections' | 'connectionsPerNetwork'>,
): void {
  const tally = openTally(connections, connectionsPerNetwork);
  server.on('connection', (socket: Socket) => {
    const network = networkOf(socket.remoteAddress ?? '');
    if (!tally.take(network)) return void socket.destroy();
    socket.once('close', () => tally.giveBack(network));
  });
}
