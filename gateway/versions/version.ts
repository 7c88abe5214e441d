import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ApolloServer } from '@apollo/server';
import type { Logger } from 'pino';
import type { Composed } from '../../schema/compose.js';
import type { Limits } from '../../schema/limits.js';
import type { ExecutorName } from '../../schema/settings.js';
import type { Transport } from '../../schema/transport.js';
import type { GatewayContext } from '../context.js';
import { type Audience, audiences as everybody } from '../introspection/audience.js';
import type { Prices } from '../limits/plugin.js';
import { pricing } from '../limits/pricing.js';
import { type ServedOptions, serverFor } from '../served.js';
import { type Straight, straight } from '../straight.js';
import { type OpenSupergraph, openSupergraph, type WarmOperation } from '../supergraph.js';

/** One version of a supergraph, ready to answer: what its callers may know, who may read what, what it costs, and its plans. */
export interface Version {
  readonly composed: Composed;
  readonly supergraph: OpenSupergraph;
  /** What operations of it cost, where that is reckoned. */
  readonly prices: Prices | undefined;
  /** Answers callers of one kind. */
  serverOf(audience: Audience): Straight;
  /** What has been asked of it lately. */
  known(): readonly WarmOperation[];
  close(): Promise<void>;
}

export interface VersionOptions {
  readonly transport: Transport;
  readonly log: Logger;
  readonly limits: Limits;
  /** Who pays; nothing is priced where nobody does. */
  readonly rates?: Prices['rates'] | undefined;
  readonly executor?: ExecutorName | undefined;
  readonly whose?: 'ours' | 'foreign';
  /** The kinds of callers that there are. */
  readonly audiences?: readonly Audience[];
  readonly failed?: ServedOptions['failed'];
  readonly formatError?: ServedOptions['formatError'];
}

/** Opens a supergraph as a whole, beside any other version of it. Rejects where it cannot be served, and leaves nothing behind. */
export async function openVersion(composed: Composed, options: VersionOptions): Promise<Version> {
  const { transport, log, limits, rates, executor, whose, audiences = everybody, failed, formatError } = options;
  const supergraph = await openSupergraph(composed, transport, executor, whose, limits);
  const prices = rates && { priceOf: pricing(composed.weights, limits), rates, refusedCost: limits.refusedCost };
  const served = { limits, failed, ...(prices ? { prices } : {}), ...(formatError ? { formatError } : {}) };
  const servers = audiences.map((audience) => serverFor(audience, supergraph, log, served));
  const ways = new Map(audiences.map((audience, index) => [audience, straight(servers[index] as ApolloServer<GatewayContext>)]));
  // Much work, in as many turns as it has parts: requests are answered in between.
  for (const server of servers) {
    await nextTurn();
    await server.start();
  }
  return {
    composed,
    supergraph,
    prices,
    serverOf: (audience) => ways.get(audience) as Straight,
    known: () => [...ways.values()].flatMap((way) => way.known()),
    async close() {
      await Promise.all(servers.map((server) => server.stop()));
      await supergraph.stop();
    },
  };
}
