import { createLocalJWKSet } from 'jose';
import { gatewaySubgraph } from '../../gateway/access/explain-subgraph.js';
import { listen } from '../../gateway/listen.js';
import { createGateway } from '../../gateway/server.js';
import { compose } from '../../schema/compose.js';
import { httpTransport, type HttpTransportOptions } from '../../schema/http-transport.js';
import { subgraphsOf } from '../../schema/roster.js';
import { type Transport, Unavailable } from '../../schema/transport.js';
import type { Viewer } from '../../schema/viewer.js';
import { type SubgraphServer, serveSubgraph } from '../../subgraphs/kernel/server.js';
import { openSubgraphs } from '../../subgraphs/serve.js';
import { sandboxFaults } from '../../subgraphs/sandbox/index.js';
import { createTestDatabase } from './database.js';
import { type FaultProxy, faultProxy } from './fault-proxy.js';
import { audience, closeServer, issuer, jwks, post, type TestGraph, tokenOf, unhurried } from './graph.js';
import { testIds } from './subgraph.js';

/** The whole graph in this process, but every call between its parts goes over a connection that can be broken. */
export interface WiredGraph extends Omit<TestGraph, 'subgraph'> {
  /** The way that everybody takes to a subgraph. */
  way(subgraph: string): FaultProxy;
}

const keys = [{ id: 'test', secret: 's'.repeat(40) }];

/** Gateway and subgraphs have connections, time limits and breakers of their own, as if each were a process. */
export async function openWiredGraph(
  patience: Pick<HttpTransportOptions, 'readTimeoutMs' | 'writeTimeoutMs' | 'breaker'>,
): Promise<WiredGraph> {
  const lines = subgraphsOf(true);
  const database = await createTestDatabase();
  const faults = sandboxFaults(database.url);
  const ports = new Map<string, number>();
  const ways = new Map(
    await Promise.all(lines.map(async ({ name }) => [name, await faultProxy(() => ports.get(name) as number)] as const)),
  );
  const urls = new Map([...ways].map(([name, { port }]) => [name, `http://127.0.0.1:${port}`]));
  const transports: Transport[] = [];
  const transport = (): Transport => {
    const made = httpTransport({ urls, keys, ...patience });
    transports.push(made);
    return made;
  };
  const opened = await Promise.all(
    lines.map(async (line) => {
      const [subgraph] = await openSubgraphs([line], {
        databaseUrl: database.url,
        transport: transport(),
        ids: testIds,
        faults,
        poolSize: 6,
      });
      if (!subgraph) throw new Unavailable(line.name, 'it was not opened');
      const server: SubgraphServer = await serveSubgraph(subgraph, keys, 0);
      ports.set(line.name, server.port);
      return { subgraph, server };
    }),
  );
  const gateway = await createGateway({
    composed: compose([...opened.map(({ subgraph }) => subgraph), gatewaySubgraph]),
    transport: transport(),
    tokens: { issuer, audience, keys: createLocalJWKSet(await jwks()) },
    ids: testIds,
    subgraphs: lines.map(({ name }) => name),
    limits: unhurried,
  });
  const { server, port } = await listen(gateway, 0, '127.0.0.1');
  const url = `http://127.0.0.1:${port}/graphql`;
  return {
    url,
    databaseUrl: database.url,
    tokenOf,
    ask: async (viewer: Viewer, query, variables, key) => post(url, await tokenOf(viewer), { query, variables }, key),
    way: (name) => ways.get(name) as FaultProxy,
    gateway,
    async close() {
      await closeServer(server);
      await gateway.stop();
      await Promise.all([...ways.values()].map((way) => way.close()));
      for (const { subgraph, server: port } of opened) {
        await port.close();
        await subgraph.close();
      }
      await Promise.all(transports.map((one) => one.close()));
      await faults.close();
      await database.drop();
    },
  };
}
