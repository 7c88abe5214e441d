import type { CallSettings } from '../schema/call-settings.js';
import { type Composed, compose } from '../schema/compose.js';
import type { Limits } from '../schema/limits.js';
import type { PairwiseIds } from '../schema/pairwise-id.js';
import type { RosterLine } from '../schema/roster.js';
import { type ExecutorName, following } from '../schema/settings.js';
import { inProcessTransport } from '../subgraphs/in-process.js';
import type { Faults } from '../subgraphs/kernel/faults.js';
import type { RunningSubgraph } from '../subgraphs/kernel/subgraph.js';
import { openSubgraphs } from '../subgraphs/serve.js';
import { gatewaySubgraph } from './access/explain-subgraph.js';
import type { TokenRules } from './context.js';
import type { PersistedSettings } from './persisted/store.js';
import { createGateway, type Gateway } from './server.js';
import type { Bus } from './subscriptions/bus.js';
import type { StreamSettings } from '../schema/stream-settings.js';
import { readOwn } from './versions/read-own.js';
import type { Source } from './versions/source.js';
import type { WebhookSettings } from '../schema/webhook-settings.js';

/**
 * Gateway and subgraphs in one process: the one place, with the start beside it, that knows both halves. Subgraphs are called without
 * HTTP through the same interface, so everything means what it means between processes.
 */
export interface Graph {
  readonly gateway: Gateway;
  readonly composed: Composed;
  readonly subgraphs: readonly RunningSubgraph[];
  startJobs(): void;
  close(): Promise<void>;
}

export interface GraphOptions {
  readonly lines: readonly RosterLine[];
  readonly databaseUrl: string;
  readonly ids: PairwiseIds;
  readonly tokens: TokenRules;
  readonly faults: Faults;
  /** Connections per subgraph. */
  readonly poolSize?: number;
  /** What calls to subgraphs keep to. */
  readonly calls?: CallSettings;
  /** Who runs the plans; ours unless said otherwise. */
  readonly executor?: ExecutorName;
  /** What a request may be and cost. */
  readonly limits?: Limits;
  /** Whose pages may read answers in a browser. */
  readonly origins?: readonly string[];
  /** Documents that clients have registered. */
  readonly persisted?: PersistedSettings;
  /** How streams of events run. */
  readonly streams?: StreamSettings;
  /** How webhooks are delivered; none are where nothing is said. */
  readonly webhooks?: WebhookSettings | null;
  /** How instances tell each other that something was written. */
  readonly bus?: Bus;
  /** Where the supergraph comes from; it is composed of the subgraphs in this process where nothing is said. */
  readonly source?: Source | undefined;
}

export async function openGraph({ lines, databaseUrl, ids, tokens, faults, poolSize, calls, ...options }: GraphOptions): Promise<Graph> {
  const transport = inProcessTransport(faults, calls);
  const subgraphs = await openSubgraphs(lines, { databaseUrl, transport, ids, faults, ...(poolSize === undefined ? {} : { poolSize }) });
  for (const subgraph of subgraphs) transport.add(subgraph);
  const names = lines.map((line) => line.name);
  const { source } = options;
  const composed = source
    ? await following(`TONGDUI_SUPERGRAPH ${source.name}`, async () => readOwn(await source.read(), names))
    : compose([...subgraphs, gatewaySubgraph]);
  const gateway = await createGateway({ composed, transport, tokens, ids, subgraphs: names, ...options });
  return {
    gateway,
    composed,
    subgraphs,
    startJobs() {
      for (const subgraph of subgraphs) subgraph.startJobs();
    },
    async close() {
      await gateway.stop();
      await Promise.all(subgraphs.map((subgraph) => subgraph.close()));
      await transport.close();
    },
  };
}
