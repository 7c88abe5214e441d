import { type Composed, readSupergraph } from '../../schema/compose.js';
import { gatewaySubgraph } from '../access/explain-subgraph.js';
import { addressesIn } from './addresses.js';

/** Pure: our own contract. A field that nobody decided about is a reason to refuse it, and so is a subgraph that cannot be asked here. */
export function readOwn(supergraphSdl: string, subgraphs: readonly string[]): Composed {
  const composed = readSupergraph(supergraphSdl);
  const strange = [...addressesIn(supergraphSdl).keys()].filter((name) => name !== gatewaySubgraph.name && !subgraphs.includes(name));
  if (strange.length > 0) throw new Error(`There is no address here of the subgraphs ${strange.join(', ')}`);
  return composed;
}
