import type { RosterLine } from '../schema/roster.js';
import type { SubgraphDefinition } from './kernel/subgraph.js';

/** The definition that a roster line names. */
export async function loadSubgraph(line: RosterLine): Promise<SubgraphDefinition<never>> {
  const module = (await import(`./${line.folder}/index.js`)) as { subgraph: SubgraphDefinition<never> };
  return module.subgraph;
}
