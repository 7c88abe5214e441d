import { readFileSync } from 'node:fs';
import { type Composed, readSupergraph } from '../../schema/compose.js';
import { supergraph as benchSupergraph, urlsFrom } from './gateway-data.js';

/** The supergraphs over which is measured how long the event loop is held. */
export const heldGraphs = ['product', 'bench'] as const;

export const heldSupergraph = (name: string): Composed =>
  readSupergraph(
    name === 'product'
      ? readFileSync(new URL('../../../schema/supergraph.graphql', import.meta.url), 'utf8')
      : benchSupergraph(urlsFrom(4_000)),
  );
