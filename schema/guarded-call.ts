import type { Breaker, BreakerRules } from './breaker.js';
import type { CallSettings } from './call-settings.js';
import { Unavailable } from './transport.js';

/** What every call to a subgraph keeps to, over the wire or in one process. */
export interface CallRules {
  readonly readTimeoutMs: number;
  readonly writeTimeoutMs: number;
  readonly maxAnswerBytes: number;
  readonly breaker: BreakerRules;
}

const usual: CallRules = {
  readTimeoutMs: 2_000,
  writeTimeoutMs: 5_000,
  maxAnswerBytes: 2_097_152,
  breaker: { failures: 10, restMs: 500, atOnce: 512 },
};

/** Pure: the rules of calls to one subgraph. */
export function callRules({ subgraphs = {}, ...all }: CallSettings, subgraph: string): CallRules {
  const own = subgraphs[subgraph];
  return { ...usual, ...all, ...own, breaker: { ...usual.breaker, ...all.breaker, ...own?.breaker } } as CallRules;
}

export const isWrite = (query: string): boolean => /^\s*mutation\b/.test(query);

/** The answer is larger than anybody may be given. */
export class TooLarge extends Error {
  constructor(maxBytes: number) {
    super(`answer above ${maxBytes} bytes`);
  }
}

/** The answer says by its status that it is none. */
export class BadStatus extends Error {
  constructor(readonly status: number) {
    super(`status ${status}`);
  }
}

/**
 * Who refuses a call is there all the same, as who answers too much is: a caller that asks for what is refused closes nothing to others. So is
 * who refuses all calls, as with a wrong signing key: it says so at once, and rest would mend nothing.
 */
const isThere = (error: unknown): boolean => error instanceof TooLarge || (error instanceof BadStatus && error.status < 500);

/** A call that the breaker lets through, and whose outcome it hears of. Rejects with `Unavailable`, whatever was the matter. */
export async function guarded<T>(breaker: Breaker, subgraph: string, call: (startedAt: number) => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const closed = breaker.start(startedAt);
  if (closed !== null) throw new Unavailable(subgraph, closed);
  let succeeded = false;
  try {
    const answer = await call(startedAt);
    succeeded = true;
    return answer;
  } catch (error) {
    succeeded = isThere(error);
    throw new Unavailable(subgraph, error instanceof Error ? error.message : String(error));
  } finally {
    breaker.end(succeeded, performance.now());
  }
}
