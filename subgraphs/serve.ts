import type { PairwiseIds } from '../schema/pairwise-id.js';
import type { RosterLine } from '../schema/roster.js';
import type { Transport } from '../schema/transport.js';
import type { Faults } from './kernel/faults.js';
import { openSubgraph, type RunningSubgraph, type SubgraphDefinition } from './kernel/subgraph.js';

/** The definition that a roster line names. */
export async function loadSubgraph(line: RosterLine): Promise<SubgraphDefinition<never>> {
  const module = (await import(`./${line.folder}/index.js`)) as { subgraph: SubgraphDefinition<never> };
  return module.subgraph;
}

export interface ServeOptions {
  readonly databaseUrl: string;
  readonly transport: Transport;
  readonly ids: PairwiseIds;
  readonly faults: Faults;
  readonly poolSize?: number;
}

/** Opens the named subgraphs and brings their schemas up to date; their jobs are not started yet. */
export async function openSubgraphs(lines: readonly RosterLine[], { databaseUrl, ...runtime }: ServeOptions): Promise<RunningSubgraph[]> {
  return Promise.all(
    lines.map(async (line) => {
      const subgraph = await openSubgraph(await loadSubgraph(line), { url: databaseUrl, ...runtime });
      await subgraph.migrate();
      return subgraph;
    }),
  );
}
