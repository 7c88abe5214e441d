import type { ApolloServer } from '@apollo/server';
import type { Logger } from 'pino';
import { httpTransport } from '../../schema/http-transport.js';
import type { ExecutorName } from '../../schema/settings.js';
import type { Viewer } from '../../schema/viewer.js';
import { audienceOf } from '../access/explain.js';
import type { GatewayContext } from '../context.js';
import { audiences } from '../introspection/audience.js';
import { serverFor } from '../served.js';
import { type Straight, straight } from '../straight.js';
import { openSupergraph, type WarmOperation } from '../supergraph.js';
import { addressesIn, readForeign, type Undecided } from './open-fields.js';

/** A caller whose authorization is the subgraphs' own matter. */
export interface ForeignViewer extends Viewer {
  readonly authorization?: string;
}

/** One version of the supergraph, ready to answer. */
export interface Generation {
  readonly sdl: string;
  /** What has been asked of it lately. */
  known(): readonly WarmOperation[];
  ask(headers: Readonly<Record<string, unknown>>, body: object, viewer: ForeignViewer): ReturnType<Straight>;
  close(): Promise<void>;
}

export interface ForeignOptions {
  readonly undecided: Undecided;
  readonly executor: ExecutorName;
  readonly log: Logger;
}

/** Opens a supergraph as a whole: schema, plans of what is in use, connections. Rejects where it cannot be served, and leaves nothing behind. */
export async function openGeneration(
  sdl: string,
  { undecided, executor, log }: ForeignOptions,
  warm: readonly WarmOperation[] = [],
): Promise<Generation> {
  const composed = readForeign(sdl, undecided);
  const transport = httpTransport({
    urls: addressesIn(sdl),
    forwards: (viewer) => {
      const { authorization } = viewer as ForeignViewer;
      return (authorization === undefined ? {} : { authorization }) as Record<string, string>;
    },
  });
  try {
    const supergraph = await openSupergraph(composed, transport, executor, 'foreign');
    const servers = audiences.map((audience) => serverFor(audience, supergraph, log, { formatError: (formatted) => formatted }));
    const ways = new Map(audiences.map((audience, index) => [audience, straight(servers[index] as ApolloServer<GatewayContext>)]));
    for (const server of servers) await server.start();
    await supergraph.warm(warm);
    return {
      sdl,
      known: () => [...ways.values()].flatMap((way) => way.known()),
      ask: (headers, body, viewer) => (ways.get(audienceOf(viewer)) as Straight)(headers, body, { viewer, log }),
      async close() {
        await Promise.all(servers.map((server) => server.stop()));
        await supergraph.stop();
        await transport.close();
      },
    };
  } catch (error) {
    await transport.close();
    throw error;
  }
}
