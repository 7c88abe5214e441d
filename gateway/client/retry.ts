import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, type Ask, codeOf, NoAnswer } from './ask.js';

export interface Patience {
  /** How often one request is sent at the most. */
  readonly attempts: number;
  /** Longest wait before the second attempt; it doubles from there. */
  readonly firstWaitMs: number;
  readonly maxWaitMs: number;
}

export const patient: Patience = { attempts: 9, firstWaitMs: 200, maxWaitMs: 10_000 };

/** Codes that say "not now" and nothing about the request. */
export const passingCodes: ReadonlySet<string> = new Set(['SUBGRAPH_UNAVAILABLE', 'RATE_LIMITED']);

/** Pure: how long to wait after the given attempt (1 = first); `random` 0…1 spreads clients that failed together. */
export const waitMs = (attempt: number, { firstWaitMs, maxWaitMs }: Patience, random: number): number =>
  Math.min(maxWaitMs, firstWaitMs * 2 ** (attempt - 1)) * (0.5 + random / 2);

/** True where nothing at all was answered but "not now". */
export const isPassing = ({ data, errors = [] }: Answer): boolean =>
  !data && errors.length > 0 && errors.every((error) => passingCodes.has(codeOf(error)));

export const pause = async (attempt: number, patience: Patience): Promise<void> => {
  await sleep(waitMs(attempt, patience, Math.random()));
};

/** The same asking, patiently: what the network or an unavailable part lost is sent again under the same key. */
export function retrying(ask: Ask, patience: Patience = patient): Ask {
  return async (...request) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await ask(...request);
        if (!isPassing(answer) || attempt >= patience.attempts) return answer;
      } catch (error) {
        if (!(error instanceof NoAnswer) || attempt >= patience.attempts) throw error;
      }
      await pause(attempt, patience);
    }
  };
}
