import { pause } from './stream.js';

/** Wakes one reader. Rung while it is at work, it does not rest the next time, so that no ring is lost. */
export interface Bell {
  readonly ring: () => void;
  rest(longestMs: number, ended: AbortSignal): Promise<void>;
}

export function openBell(): Bell {
  let isRung = false;
  let wake: (() => void) | undefined;
  return {
    ring() {
      isRung = true;
      wake?.();
    },
    async rest(longestMs, ended) {
      if (!isRung) {
        const woken = new AbortController();
        wake = () => woken.abort();
        await pause(longestMs, AbortSignal.any([woken.signal, ended]));
        wake = undefined;
      }
      isRung = false;
    },
  };
}
