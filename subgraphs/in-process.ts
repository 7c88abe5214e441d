import { AsyncLocalStorage } from 'node:async_hooks';
import { aboutBytes } from '../schema/about-bytes.js';
import { Breaker } from '../schema/breaker.js';
import type { CallSettings } from '../schema/call-settings.js';
import { type Deadlines, deadlinesOf, within } from '../schema/deadlines.js';
import { callRules, guarded, isWrite, TooLarge } from '../schema/guarded-call.js';
import { ownTime } from '../schema/own-time.js';
import { type SubgraphAnswer, type SubgraphRequest, type Transport, Unavailable } from '../schema/transport.js';
import type { Viewer } from '../schema/viewer.js';
import type { Faults } from './kernel/faults.js';
import type { RunningSubgraph } from './kernel/subgraph.js';

/** The transport of one process: the same interface as over HTTP, without the wire. Subgraphs are added once they are open. */
export interface InProcessTransport extends Transport {
  add(subgraph: Asked): void;
}

/** What is asked of a subgraph. */
type Asked = Pick<RunningSubgraph, 'name' | 'execute' | 'ready'>;

interface Line {
  readonly subgraph: Asked;
  readonly breaker: Breaker;
  readonly reads: Deadlines;
  readonly writes: Deadlines;
  readonly maxAnswerBytes: number;
}

/**
 * Calls without a wire, by the same rules as over it; only the time in which the process itself could not go on is nobody's. Trap: a call
 * that is given up goes on, as at the other end of a wire; nobody hears of its answer, and a write comes again under its key.
 */
export function inProcessTransport(faults: Faults, settings: CallSettings = {}): InProcessTransport {
  const clock = ownTime();
  const deadlines = deadlinesOf(clock.now);
  const lines = new Map<string, Line>();
  // The ORM keeps the open transaction in the asynchronous context; what one subgraph has open must not reach the next one's call.
  const outside = AsyncLocalStorage.snapshot();
  const answerOf = async ({ subgraph, maxAnswerBytes }: Line, request: SubgraphRequest, viewer: Viewer): Promise<SubgraphAnswer> => {
    await faults.reach(`call.${subgraph.name}`);
    const answer = await outside(() => subgraph.execute(request, viewer));
    await faults.reach(`answer.${subgraph.name}`);
    const bytes = aboutBytes(answer.data) + (answer.errors ? aboutBytes(answer.errors) : 0);
    if (bytes > maxAnswerBytes) throw new TooLarge(maxAnswerBytes);
    return { ...answer, bytes };
  };
  return {
    add(subgraph) {
      const { readTimeoutMs, writeTimeoutMs, maxAnswerBytes, breaker } = callRules(settings, subgraph.name);
      const [reads, writes] = [deadlines(readTimeoutMs), deadlines(writeTimeoutMs)];
      lines.set(subgraph.name, { subgraph, breaker: new Breaker(breaker), reads, writes, maxAnswerBytes });
    },
    async send(name, request, viewer) {
      const line = lines.get(name);
      if (!line) throw new Unavailable(name, 'it does not run in this process');
      return guarded(line.breaker, name, () => within(isWrite(request.query) ? line.writes : line.reads, answerOf(line, request, viewer)));
    },
    ready: async (name) => (await lines.get(name)?.subgraph.ready()) ?? false,
    close() {
      clock.stop();
      return Promise.resolve();
    },
  };
}
