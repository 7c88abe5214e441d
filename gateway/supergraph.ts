import { ApolloGateway } from '@apollo/gateway';
import type { Composed } from '../schema/compose.js';
import type { Transport } from '../schema/transport.js';
import { explainSource, gatewaySubgraph } from './access/explain-subgraph.js';
import { type Executor, type Gate, openGate } from './access/gate.js';
import { dataSource } from './data-source.js';

export interface OpenSupergraph extends Gate {
  /** Runs whatever it is given, for whomever: only for those who measure what the gate costs. */
  readonly unchecked: Executor;
  stop(): Promise<void>;
}

/** Loads the supergraph behind its gate. Nothing phones home: APOLLO_TELEMETRY_DISABLED is set before the library is constructed. */
export async function openSupergraph({ gatewaySdl, access }: Composed, transport: Transport): Promise<OpenSupergraph> {
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
  const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: (message: unknown) => console.error(message) };
  const explanations = explainSource(() => gate.explainer);
  const inner = new ApolloGateway({
    supergraphSdl: gatewaySdl,
    buildService: ({ name }) => (name === gatewaySubgraph.name ? explanations : dataSource(name, transport)),
    logger: quiet,
  });
  const { schema, executor } = await inner.load();
  const gate = openGate(schema, access, executor);
  return { ...gate, unchecked: executor, stop: () => inner.stop() };
}
