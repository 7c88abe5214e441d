import { openBell } from '../subscriptions/bell.js';
import type { News } from '../subscriptions/news.js';
import { takeTurn, type TurnParts } from './turn.js';
import type { Work } from './store.js';

export interface DelivererParts extends Omit<TurnParts, 'newsOf' | 'stopping'> {
  readonly news: Pick<News, 'listen'>;
}

export interface Deliverer {
  /** Endpoints that are being worked on. */
  readonly size: () => number;
  /** Takes nothing new. Resolves when what is under way is written down. */
  stop(): Promise<void>;
}

interface Busy {
  readonly partner: string;
  again: boolean;
  done: Promise<void>;
}

/**
 * Takes what is due, as much as there is room for, and works on it side by side: one endpoint that is slow holds up itself. Every instance
 * does the same, and the ledger sees to it that none is at an endpoint that another one is at.
 */
export function startDeliverer(parts: DelivererParts): Deliverer {
  const { store, clock, settings, news, log } = parts;
  const stopped = new AbortController();
  const bell = openBell();
  /** Partners to whom something happened since their endpoints were looked at. */
  const rung = new Set<string>();
  /** How often each was rung for: by it a turn knows whether it has seen everything. */
  const rings = new Map<string, number>();
  const busy = new Set<Busy>();
  const listening = new Map<string, () => void>();
  const newsOf = (partner: string): number => rings.get(partner) ?? 0;

  const follow = (partners: readonly string[]): void => {
    for (const partner of partners)
      if (!listening.has(partner)) {
        const ring = (): void => {
          rings.set(partner, newsOf(partner) + 1);
          rung.add(partner);
          bell.ring();
        };
        listening.set(partner, news.listen({ partner }, ring));
      }
    for (const [partner, stop] of listening)
      if (!partners.includes(partner)) {
        stop();
        listening.delete(partner);
        rung.delete(partner);
        rings.delete(partner);
      }
  };
  const begin = (work: Work, at: number): void => {
    for (const claimed of work.due) {
      const { partner } = claimed;
      const mine: Busy = { partner, again: false, done: Promise.resolve() };
      mine.done = takeTurn(claimed, at, { ...parts, newsOf, stopping: stopped.signal })
        .catch((error: unknown) => log.error({ err: error }, 'a webhook failed'))
        .finally(() => {
          busy.delete(mine);
          if (mine.again) rung.add(partner);
          bell.ring();
        });
      busy.add(mine);
    }
  };
  const look = async (): Promise<void> => {
    const free = settings.atOnce - busy.size;
    if (free <= 0) return;
    const asked = [...rung];
    const at = performance.now();
    const work = await store.claim(free, settings.leaseMs, asked);
    clock.heard(work.now);
    for (const partner of asked) rung.delete(partner);
    // What rang may have come too late for a turn that is just ending: its endpoint is asked for again then.
    for (const each of busy) if (asked.includes(each.partner)) each.again = true;
    follow(work.partners);
    begin(work, at);
  };

  const run = async (): Promise<void> => {
    let complained = false;
    while (!stopped.signal.aborted) {
      try {
        await look();
        complained = false;
      } catch (error) {
        if (!complained) log.warn({ err: error }, 'webhooks wait for the ledger');
        complained = true;
      }
      await bell.rest(settings.pollMs, stopped.signal);
    }
  };
  const running = run();
  return {
    size: () => busy.size,
    async stop() {
      stopped.abort();
      for (const stop of listening.values()) stop();
      listening.clear();
      await running;
      await Promise.all([...busy].map(({ done }) => done));
    },
  };
}
