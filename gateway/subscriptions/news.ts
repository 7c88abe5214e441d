import type { Logger } from 'pino';
import type { Transport } from '../../schema/transport.js';
import { serviceViewer } from '../../schema/viewer.js';
import type { Audience } from './event-log.js';
import { tellers } from './place.js';

/** Wakes those for whom something happened. One question per subgraph and interval, however many streams there are. */
export interface News {
  /** `wake` is called when there may be something new; returns how to stop that. */
  listen(audience: Audience, wake: () => void): () => void;
  /** Somebody says that something was written: looks now, and once more when what was under way has ended. */
  look(): void;
  /** Resolves when no question is under way. */
  stop(): Promise<void>;
}

interface Heard {
  readonly head: string;
  readonly partners: readonly string[];
  readonly memberUids: readonly string[];
  readonly many: boolean;
}

const question = 'query ($after: String) { eventNews(after: $after) { head partners memberUids many } }';
const againMs = 150;
/** However much is written, it is asked no oftener than this. */
const leastMs = 50;

export function openNews(subgraphs: readonly string[], transport: Transport, pollMs: number, log: Logger): News {
  const here = tellers.filter((name) => subgraphs.includes(name));
  const heads = new Map<string, string>();
  const listeners = new Map<string, Set<() => void>>();
  let timer: NodeJS.Timeout | undefined;
  let again: NodeJS.Timeout | undefined;
  let soon: NodeJS.Timeout | undefined;
  let lookedAt = 0;
  let looking: Promise<void> | undefined;
  let isStopped = false;

  const wake = (key: string): void => {
    for (const call of listeners.get(key) ?? []) call();
  };
  const ask = async (teller: string): Promise<void> => {
    try {
      const after = heads.get(teller) ?? null;
      const { data } = await transport.send(teller, { query: question, variables: { after } }, serviceViewer('gateway', 'events'));
      const heard = data?.['eventNews'] as Heard | undefined;
      if (!heard) return;
      heads.set(teller, heard.head);
      // Of a subgraph that was not heard before nothing but the head is known: what came just before it is for everybody to look.
      if (heard.many || after === null) for (const key of listeners.keys()) wake(key);
      for (const partner of heard.partners) wake(keyOf({ partner }));
      for (const memberUid of heard.memberUids) wake(keyOf({ memberUid }));
    } catch (error) {
      log.debug({ err: error, teller }, 'no news for now');
    }
  };
  const lookNow = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    lookedAt = performance.now();
    await (looking ??= Promise.all(here.map(ask))
      .then(() => {})
      .finally(() => {
        looking = undefined;
      }));
    clearTimeout(timer);
    if (!isStopped && listeners.size > 0) timer = setTimeout(() => void lookNow(), pollMs).unref();
  };

  return {
    listen(audience, call) {
      const key = keyOf(audience);
      const calls = listeners.get(key) ?? new Set();
      calls.add(call);
      listeners.set(key, calls);
      if (!timer && !looking) {
        heads.clear(); // Nobody listened: what happened meanwhile is for the new stream's own first look.
        void lookNow();
      }
      return () => {
        calls.delete(call);
        if (calls.size === 0) listeners.delete(key);
        if (listeners.size === 0) {
          clearTimeout(timer);
          timer = undefined;
        }
      };
    },
    look() {
      if (listeners.size === 0 || isStopped) return;
      soon ??= setTimeout(
        () => {
          soon = undefined;
          if (!isStopped && listeners.size > 0) void lookNow();
        },
        Math.max(0, lookedAt + leastMs - performance.now()),
      ).unref();
      again ??= setTimeout(() => {
        again = undefined;
        if (!isStopped && listeners.size > 0) void lookNow();
      }, againMs).unref();
    },
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      clearTimeout(again);
      clearTimeout(soon);
      await looking;
    },
  };
}

const keyOf = (audience: Audience): string => ('partner' in audience ? `partner:${audience.partner}` : `member:${audience.memberUid}`);
