import { type Transport, Unavailable } from '../../schema/transport.js';

/** A graph in which no other subgraph is running. */
export const unreachable: Transport = {
  send: (subgraph) => Promise.reject(new Unavailable(subgraph, 'not running in this test')),
  ready: () => Promise.resolve(false),
  close: () => Promise.resolve(),
};
