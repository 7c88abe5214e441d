import { type SubgraphError, type Transport, Unavailable } from '../../schema/transport.js';
import type { Viewer } from '../../schema/viewer.js';
import { type Code, isCode } from '../../schema/codes.js';
import { DomainError } from './errors.js';

/** How a subgraph asks another one: over the same transport as the gateway, for the same viewer, and in its own name. */
export interface Peers {
  /** The `data` of the answer. Rejects with `Unavailable`, or with the peer's own coded refusal. */
  ask<T>(subgraph: string, query: string, variables: Readonly<Record<string, unknown>>, viewer: Viewer, key?: string): Promise<T>;
}

/** `self`: the name under which this subgraph calls; the peer sees it as `viewer.via`. */
export const peersOf = (self: string, transport: Transport): Peers => ({
  async ask<T>(subgraph: string, query: string, variables: Readonly<Record<string, unknown>>, viewer: Viewer, key?: string): Promise<T> {
    const { idempotencyKey: _outer, severalWrites: _all, ...caller } = viewer;
    const answer = await transport.send(
      subgraph,
      { query, variables },
      { ...caller, via: self, ...(key === undefined ? {} : { idempotencyKey: key }) },
    );
    const [first] = answer.errors ?? [];
    // Without any data the peer refused the document itself, which we wrote: our fault, not the caller's.
    if (first && answer.data === undefined) throw new Error(`${subgraph} refuses our document: ${first.message}`);
    if (first) throw asError(subgraph, first);
    return answer.data as T;
  },
});

function asError(subgraph: string, error: SubgraphError): Error {
  const { code, ...facts } = error.extensions ?? {};
  if (code === 'SUBGRAPH_UNAVAILABLE') return new Unavailable(subgraph, error.message);
  if (isCode(code) && code !== 'INTERNAL') return new DomainError(code as Code, error.message, facts);
  return new Error(`${subgraph}: ${error.message}`);
}
