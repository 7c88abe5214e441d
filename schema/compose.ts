import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { accessMisuses } from './access-misuse.js';
import { type AccessTable, readAccess, stripAccess } from './access.js';
import { readWeights, type Weights } from './weights.js';

export interface SubgraphSdl {
  readonly name: string;
  readonly sdl: string;
  /** Where the subgraph answers; unused in one process. */
  readonly url?: string;
}

export interface Composed {
  /** The contract, with the access directives. */
  readonly supergraphSdl: string;
  /** What the gateway loads: the same without them. */
  readonly gatewaySdl: string;
  readonly access: AccessTable;
  /** What fields cost and how long their lists are. */
  readonly weights: Weights;
}

/** One schema out of the subgraphs' own, or every reason why they do not fit. Order of the input does not matter. */
export function compose(subgraphs: readonly SubgraphSdl[]): Composed {
  const services = [...subgraphs]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, sdl, url }) => ({ name, url: url ?? `tongdui://${name}`, typeDefs: parse(sdl) }));
  const misuses = services.flatMap(({ name, typeDefs }) => accessMisuses(typeDefs).map((problem) => `[${name}] ${problem}`));
  if (misuses.length > 0) throw new Error(`Access directives that nobody would enforce:\n  ${misuses.join('\n  ')}`);
  const result = composeServices(services);
  if (result.errors) throw new Error(`The subgraphs do not compose:\n  ${result.errors.map((error) => error.message).join('\n  ')}`);
  return readSupergraph(result.supergraphSdl);
}

/** A composed supergraph as the gateway and the guards need it; an undecided field is refused. */
export function readSupergraph(supergraphSdl: string): Composed {
  const document = parse(supergraphSdl, { noLocation: true });
  const { table, undecided } = readAccess(document);
  if (undecided.length > 0) throw new Error(`No access decision for ${undecided.join(', ')}`);
  return { supergraphSdl, gatewaySdl: stripAccess(supergraphSdl), access: table, weights: readWeights(document) };
}
