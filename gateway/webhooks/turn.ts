import { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import type { PairwiseIds } from '../../schema/pairwise-id.js';
import type { Viewer } from '../../schema/viewer.js';
import type { WebhookFailureReason } from '../../schema/webhook-failures.js';
import { openSecret } from '../../schema/webhook-secret.js';
import type { WebhookSettings } from '../../schema/webhook-settings.js';
import type { EventLog, EventPage, StreamEvent } from '../subscriptions/event-log.js';
import type { Line } from './line.js';
import { messageOf, type ReadEvent } from './message.js';
import type { RealClock } from './real-clock.js';
import { type Failed, failureOf, retryMs, type Sent } from './retry.js';
import { signedHeaders } from './signature.js';
import type { Claimed, Settlement, WebhookStore } from './store.js';
import { targetOf } from './target.js';

export interface TurnParts {
  readonly store: WebhookStore;
  readonly events: Pick<EventLog, 'page'>;
  /** The partner's system as it is now; null while it may not be told anything. */
  readonly viewerNow: (partner: string) => Promise<Viewer | null>;
  /** The event as the partner would read it now; null where it may not. */
  readonly read: (event: StreamEvent, viewer: Viewer) => Promise<ReadEvent | null>;
  /** Changes when something happened to the partner. */
  readonly newsOf: (partner: string) => number;
  readonly openLine: (url: URL) => Line;
  readonly ids: PairwiseIds;
  readonly clock: RealClock;
  readonly settings: WebhookSettings;
  readonly count: (outcome: 'DELIVERED' | WebhookFailureReason) => void;
  readonly stopping: AbortSignal;
  readonly log: Logger;
}

/** Part of a lease that is left alone, for clocks do not run alike. */
const usable = 0.9;

/**
 * One endpoint, from where it was, until there is nothing more, something fails, or others have their turn. Each message is written down
 * before the next one is made, so that a crash repeats one at the most, under the same id. `claimedAt`: before the lease was asked for.
 */
export async function takeTurn(claimed: Claimed, claimedAt: number, parts: TurnParts): Promise<void> {
  const { store, events, ids, clock, settings, stopping, log } = parts;
  const { partner, lease, version } = claimed;
  const { leaseMs, timeoutMs, idleMs, turnMs, local } = settings;
  let place = claimed.cursor;
  let heldAt = claimedAt;
  let earlier = claimed.attempts;
  const settle = async (what: Partial<Settlement>): Promise<boolean> => {
    const at = performance.now();
    const { settled, now } = await store.settle({ lease, version, cursor: place, delivered: false, behindSince: null, leaseMs, ...what });
    clock.heard(now);
    heldAt = at;
    return settled;
  };
  const fail = async (failed: Failed, event: StreamEvent | null, retryAfterMs: number | null = null): Promise<void> => {
    parts.count(failed.reason);
    const wait = retryMs(failed, earlier, retryAfterMs, settings, Math.random());
    await settle({ failure: { ...failed, event: event?.id ?? null, retryMs: wait }, behindSince: event?.at ?? null });
  };
  const holds = (): boolean => performance.now() - heldAt + timeoutMs <= leaseMs * usable;

  const secrets = claimed.secrets.flatMap((sealed) => openSecret(ids, partner, sealed) ?? []);
  const target = targetOf(claimed.url, local);
  const line = typeof target === 'string' ? null : parts.openLine(target);
  const send = async (event: StreamEvent, read: ReadEvent): Promise<Sent> => {
    if (!line) return { kind: 'unreachable' };
    const body = messageOf(read, settings.maxBytes);
    return line.post(body, signedHeaders(secrets, event.origin, clock.nowMs(), body));
  };

  try {
    if (secrets.length === 0) return await fail({ reason: 'SECRET_UNREADABLE', status: null }, null);
    const until = performance.now() + turnMs;
    const isOver = (): boolean => stopping.aborted || performance.now() > until;
    for (;;) {
      const viewer = await parts.viewerNow(partner);
      if (!viewer) return void (await settle({ lookInMs: idleMs }));
      const heard = parts.newsOf(partner);
      const page = await pageOf(events, viewer, place, settings.batch);
      if (page === 'CURSOR_TOO_OLD') return await fail({ reason: page, status: null }, null);
      for (const event of page.events) {
        if (claimed.types && !claimed.types.includes(event.type)) {
          place = event.id;
          continue;
        }
        if (isOver()) return void (await settle({ lookInMs: 0, behindSince: event.at }));
        const now = await parts.viewerNow(partner);
        const read = now && (await parts.read(event, now));
        if (!read) return void (await settle({ lookInMs: idleMs, behindSince: event.at }));
        if (!holds() && !(await settle({ behindSince: event.at }))) return;
        const sent = await send(event, read);
        const failed = failureOf(sent);
        if (failed) return await fail(failed, event, sent.kind === 'answered' ? sent.retryAfterMs : null);
        parts.count('DELIVERED');
        place = event.id;
        earlier = 0;
        if (!(await settle({ delivered: true }))) return;
      }
      place = page.end;
      if (!page.more && parts.newsOf(partner) === heard) return void (await settle({ lookInMs: idleMs }));
      // What is passed over takes time too, and would be passed over again if it were not written down.
      if (isOver()) return void (await settle({ lookInMs: 0 }));
    }
  } catch (error) {
    // Nothing is lost by it: what was not written down is due again, at the latest when the lease is over.
    log.warn({ err: error, partner }, 'a webhook waits');
    await settle({ lookInMs: settings.pollMs * 5 }).catch(() => {});
  } finally {
    await line?.close();
  }
}

async function pageOf(events: TurnParts['events'], viewer: Viewer, place: string, first: number): Promise<EventPage | 'CURSOR_TOO_OLD'> {
  try {
    return await events.page(viewer, place, first);
  } catch (error) {
    if (error instanceof GraphQLError && error.extensions['code'] === 'CURSOR_TOO_OLD') return 'CURSOR_TOO_OLD';
    throw error;
  }
}
