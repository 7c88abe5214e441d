import { AsyncLocalStorage } from 'node:async_hooks';
import { aboutBytes } from '../schema/about-bytes.js';
import { type Transport, Unavailable } from '../schema/transport.js';
import type { Faults } from './kernel/faults.js';
import { InjectedFault } from './kernel/faults.js';
import type { RunningSubgraph } from './kernel/subgraph.js';

/** The transport of one process: the same interface as over HTTP, without the wire. Subgraphs are added once they are open. */
export interface InProcessTransport extends Transport {
  add(subgraph: RunningSubgraph): void;
}

export function inProcessTransport(faults: Faults): InProcessTransport {
  const subgraphs = new Map<string, RunningSubgraph>();
  // The ORM keeps the open transaction in the asynchronous context; what one subgraph has open must not reach the next one's call.
  const outside = AsyncLocalStorage.snapshot();
  return {
    add: (subgraph) => void subgraphs.set(subgraph.name, subgraph),
    async send(name, request, viewer) {
      const subgraph = subgraphs.get(name);
      if (!subgraph) throw new Unavailable(name, 'it does not run in this process');
      try {
        await faults.reach(`call.${name}`);
        const answer = await outside(() => subgraph.execute(request, viewer));
        await faults.reach(`answer.${name}`);
        return { ...answer, bytes: aboutBytes(answer.data) };
      } catch (error) {
        if (error instanceof InjectedFault) throw new Unavailable(name, error.message);
        throw error;
      }
    },
    ready: async (name) => (await subgraphs.get(name)?.ready()) ?? false,
    close: () => Promise.resolve(),
  };
}
