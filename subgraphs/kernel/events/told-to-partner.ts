import type { SubgraphContext } from '../subgraph.js';
import type { Emitted } from './read-events.js';

/** What a partner is told of events: all of it, unless the subgraph takes out of some whom they concern. */
export type ToldToPartner = (context: SubgraphContext, partner: string, events: readonly Emitted[]) => Promise<readonly Emitted[]>;
