import { ApolloServer } from '@apollo/server';
import { pino } from 'pino';
import type { GatewayContext } from '../../gateway/context.js';
import { serverFor } from '../../gateway/served.js';
import { openSupergraph } from '../../gateway/supergraph.js';
import { compose } from '../../schema/compose.js';
import { subgraphHead } from '../../schema/subgraph-head.js';
import type { Transport } from '../../schema/transport.js';
import type { Viewer } from '../../schema/viewer.js';

const sdl = `${subgraphHead}
type Query { wallet(programme: ID!): Wallet @requiresScopes(scopes: [["ledger.read:own"]]) }
type Wallet @policy(policies: [["class:OWN"]]) { available: Int held: Int lots: [Lot!] }
type Lot @policy(policies: [["class:OWN"]]) { id: ID! points: Int expiresAt: String }
`;
const document = 'query ($p: ID!) { wallet(programme: $p) { available held lots { id points expiresAt } } }';
const lots = Array.from({ length: 5 }, (_, index) => ({ id: `l${index}`, points: index, expiresAt: '2027-01-01' }));
const answer = { data: { wallet: { available: 10, held: 0, lots } } };
const transport: Transport = { send: () => Promise.resolve(answer), ready: () => Promise.resolve(true), close: () => Promise.resolve() };
const viewer: Viewer = {
  kind: 'partner',
  sub: 'bench',
  partner: 'telecom',
  scopes: ['member.read:own', 'purchase.report:own', 'ledger.accrue:own', 'ledger.read:own', 'catalog.read', 'redeem.write:own'],
  language: 'en',
  traceId: 'bench',
};

const requestsPerRound = 400;
const rounds = 150;

/**
 * The gateway's CPU per request of a small cached operation, with the gate and without it. Small, because the gate's share is largest
 * there; the subgraph answers at once, so that nothing but the gateway is measured. Rounds alternate, medians are compared.
 */
export async function bench(): Promise<void> {
  const supergraph = await openSupergraph(compose([{ name: 'bench', sdl }]), transport);
  const log = pino({ level: 'silent' });
  const served = supergraph.servedTo('partner');
  const withGate = serverFor('partner', supergraph, log);
  const without = serverFor(
    'partner',
    {
      servedTo: () => ({
        onSchemaLoadOrUpdate: (listener) => served.onSchemaLoadOrUpdate(listener),
        load: async (options) => ({ ...(await served.load(options)), executor: supergraph.unchecked as never }),
        stop: () => served.stop(),
      }),
    },
    log,
  );
  await withGate.start();
  await without.start();
  const times = { gate: [] as number[], plain: [] as number[] };
  for (let round = -10; round < rounds; round += 1) {
    const order = round % 2 === 0 ? (['gate', 'plain'] as const) : (['plain', 'gate'] as const);
    for (const which of order) {
      const spent = await cpuPerRequest(which === 'gate' ? withGate : without, log);
      if (round >= 0) times[which].push(spent);
    }
  }
  const [gate, plain] = [median(times.gate), median(times.plain)];
  console.log(
    `access overhead ${((gate / plain - 1) * 100).toFixed(1)} % (${gate.toFixed(0)} against ${plain.toFixed(0)} µs CPU per request)`,
  );
  await withGate.stop();
  await without.stop();
  await supergraph.stop();
}

async function cpuPerRequest(server: ApolloServer<GatewayContext>, log: GatewayContext['log']): Promise<number> {
  const start = process.cpuUsage();
  for (let index = 0; index < requestsPerRound; index += 1) {
    // As fresh as a verified token makes it: nothing of the viewer is the same object twice.
    const contextValue = { viewer: { ...viewer, scopes: [...viewer.scopes] }, log };
    const { body } = await server.executeOperation({ query: document, variables: { p: 'TEL-P' } }, { contextValue });
    if (index === 0 && (body.kind !== 'single' || body.singleResult.errors)) throw new Error('the bench operation failed');
  }
  const { user, system } = process.cpuUsage(start);
  return (user + system) / requestsPerRound;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
