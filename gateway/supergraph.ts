import { ApolloGateway } from '@apollo/gateway';
import type { Composed } from '../schema/compose.js';
import type { ExecutorName } from '../schema/settings.js';
import { type Transport, Unavailable } from '../schema/transport.js';
import { explainSource, gatewaySubgraph } from './access/explain-subgraph.js';
import { type Executor, type Gate, openGate } from './access/gate.js';
import { dataSource } from './data-source.js';
import { type FetchFor, ownExecutor } from './execution/executor.js';

export interface OpenSupergraph extends Gate {
  /** Runs whatever it is given, for whomever: only for those who measure what the gate costs. */
  readonly unchecked: Executor;
  stop(): Promise<void>;
}

/**
 * Loads the supergraph behind its gate, and runs its plans by our executor or by Apollo's own. Nothing phones home:
 * APOLLO_TELEMETRY_DISABLED is set before the library is constructed.
 */
export async function openSupergraph(
  { gatewaySdl, access }: Composed,
  transport: Transport,
  executorName: ExecutorName = 'own',
): Promise<OpenSupergraph> {
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
  const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: (message: unknown) => console.error(message) };
  const explanations = explainSource(() => gate.explainer);
  const inner = new ApolloGateway({
    supergraphSdl: gatewaySdl,
    buildService: ({ name }) => (name === gatewaySubgraph.name ? explanations : dataSource(name, transport)),
    logger: quiet,
  });
  const fetchFor: FetchFor = (context) => async (subgraph, request) => {
    try {
      if (subgraph === gatewaySubgraph.name) return await explanations.process({ request, context } as never);
      return await transport.send(subgraph, request, context.viewer);
    } catch (error) {
      const cause = error instanceof Unavailable ? { subgraph, reason: error.reason } : { subgraph, err: error };
      context.log.warn(cause, 'subgraph out of reach');
      throw error;
    }
  };
  if (executorName === 'own') inner.executor = ownExecutor(inner, fetchFor);
  const { schema, executor } = await inner.load();
  const gate = openGate(schema, access, executor);
  return { ...gate, unchecked: executor, stop: () => inner.stop() };
}
