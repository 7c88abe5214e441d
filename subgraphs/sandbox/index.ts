import type { SubgraphDefinition } from '../kernel/subgraph.js';
import { Sandbox20261121Initial } from './migrations/initial.js';
import { Sandbox, SandboxResolver } from './sandbox.resolver.js';

export { sandboxFaults } from './faults.js';
export { installClock } from './clock.js';
export { hasSnapshot, saveSnapshot } from './snapshot.js';

/** Clock, faults and snapshots for rehearsing; on the roster only when started as a sandbox. */
export const subgraph: SubgraphDefinition<null> = {
  name: 'sandbox',
  entities: [],
  migrations: [Sandbox20261121Initial],
  resolvers: [SandboxResolver],
  orphanedTypes: [Sandbox],
  loaders: () => null,
};
