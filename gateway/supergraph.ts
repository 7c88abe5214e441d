import { ApolloGateway } from '@apollo/gateway';
import type { Composed } from '../schema/compose.js';
import type { Transport } from '../schema/transport.js';
import { dataSource } from './data-source.js';

/** Loads and plans the supergraph. Nothing phones home: APOLLO_TELEMETRY_DISABLED is set before the library is constructed. */
export function openSupergraph({ gatewaySdl }: Composed, transport: Transport): ApolloGateway {
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
  const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: (message: unknown) => console.error(message) };
  return new ApolloGateway({ supergraphSdl: gatewaySdl, buildService: ({ name }) => dataSource(name, transport), logger: quiet });
}
