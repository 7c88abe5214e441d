import type { Logger } from 'pino';
import type { AccessTable } from '../../schema/access.js';
import { decide } from '../../schema/decide.js';
import type { PairwiseIds } from '../../schema/pairwise-id.js';
import type { Transport } from '../../schema/transport.js';
import type { Viewer } from '../../schema/viewer.js';
import { type WebhookSettings, webhookShape } from '../../schema/webhook-settings.js';
import type { Metrics } from '../metrics/metrics.js';
import type { StandingOf } from '../standing.js';
import type { Straight } from '../straight.js';
import type { EventLog, StreamEvent } from '../subscriptions/event-log.js';
import type { News } from '../subscriptions/news.js';
import { type Deliverer, startDeliverer } from './deliverer.js';
import { openDesk, type WebhookDesk } from './desk.js';
import { openLine } from './line.js';
import type { ReadEvent } from './message.js';
import { realClock } from './real-clock.js';
import { webhookStore } from './store.js';

export interface WebhooksOptions {
  readonly transport: Transport;
  readonly events: EventLog;
  readonly news: News;
  readonly ids: PairwiseIds;
  /** Who may read what, as of now. */
  readonly accessNow: () => AccessTable;
  readonly standingOf: StandingOf;
  /** The server of partners' systems. */
  readonly ask: (...asked: Parameters<Straight>) => ReturnType<Straight>;
  /** Null: this instance sends nothing. */
  readonly settings: WebhookSettings | null;
  readonly metrics: Pick<Metrics, 'webhook'>;
  readonly log: Logger;
}

export interface Webhooks {
  readonly desk: WebhookDesk;
  /** Endpoints that are being worked on. */
  readonly size: () => number;
  stop(): Promise<void>;
}

const question = 'query ($id: ID!) { event(id: $id) { id origin type at data } }';

/** Webhooks out of their parts: what callers say of them, and, unless it is off here, their delivery. */
export function openWebhooks({
  transport,
  events,
  news,
  ids,
  accessNow,
  standingOf,
  ask,
  settings,
  metrics,
  log,
}: WebhooksOptions): Webhooks {
  const store = webhookStore(transport);
  const rules = settings ?? webhookShape.parse({});
  const viewerNow = async (partner: string): Promise<Viewer | null> => {
    const { viewer, known } = await standingOf(asPartner(partner));
    const rule = accessNow().get('Query.event');
    // Where nothing is known nothing is sent: a ledger that cannot be asked is no open door.
    return known && rule && decide(rule, viewer) === null ? viewer : null;
  };
  /** As the partner itself would read it now, through the very same checks. */
  const read = async (event: StreamEvent, viewer: Viewer): Promise<ReadEvent | null> => {
    const body = { query: question, operationName: null, variables: { id: event.id } };
    const { text } = await ask({ 'content-type': 'application/json' }, body, { viewer, log, events, event });
    const { data, errors } = JSON.parse(text) as { data?: { event: ReadEvent | null } | null; errors?: unknown };
    return errors ? null : (data?.event ?? null);
  };
  const shared = { store, events, ids, viewerNow, settings: rules, openLine: (url: URL) => openLine(url, rules) };
  const deliverer: Deliverer | null = settings
    ? startDeliverer({ ...shared, news, read, clock: realClock(), count: metrics.webhook, log })
    : null;
  return {
    desk: openDesk({ ...shared, asPartner, delivers: deliverer !== null }),
    size: () => deliverer?.size() ?? 0,
    stop: async () => deliverer?.stop(),
  };
}

/** A partner's system with the one right that it takes; what became of its rights is asked each time. */
const asPartner = (partner: string): Viewer => ({
  kind: 'partner',
  sub: 'webhooks',
  partner,
  scopes: ['events.read:own'],
  language: 'en',
  traceId: 'webhooks',
});
