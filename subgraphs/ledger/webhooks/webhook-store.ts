import type { EntityManager } from '@mikro-orm/postgresql';
import type { EventTypeName } from '../../../schema/event-types.js';
import type { Viewer } from '../../../schema/viewer.js';
import type { WebhookFailureReason } from '../../../schema/webhook-failures.js';
import { rows } from '../../kernel/sql.js';
import { as } from '../../kernel/union.js';
import { Webhook, WebhookFailure } from './webhook.types.js';

export const webhookId = (partner: string, name: string): string => `${partner}/${name}`;

interface Row {
  readonly partner: string;
  readonly name: string;
  readonly url: string;
  readonly types: string | null;
  readonly state: 'ACTIVE' | 'DISABLED';
  readonly since: string;
  readonly cursor: string;
  readonly delivered_at: string | null;
  readonly behind_since: string | null;
  readonly attempts: number;
  readonly failing_since: string | null;
  readonly next_at: string | null;
  readonly failed_at: string | null;
  readonly failure: WebhookFailureReason | null;
  readonly failure_status: number | null;
  readonly failure_event: string | null;
  readonly old_until: string | null;
}

/**
 * Webhooks of partners by name, or those of some ids; of the viewer's own partner only, where the viewer is bounded to one, and of none for
 * members and whoever has no token.
 */
export async function readWebhooks(
  em: EntityManager,
  { partner: bound, via, kind }: Pick<Viewer, 'partner' | 'via' | 'kind'>,
  asked: { readonly partners: readonly string[] } | { readonly ids: readonly string[] },
): Promise<Webhook[]> {
  const [where, values] =
    'partners' in asked ? ['w.partner = any(?::text[])', asked.partners] : [`w.partner || '/' || w.name = any(?::text[])`, asked.ids];
  if (via === undefined && (kind === 'member' || kind === 'anonymous')) return [];
  const own = via === undefined && bound !== undefined ? [bound] : [];
  const found = await rows<Row>(
    em,
    `select w.partner, name, url, array_to_json(types)::text as types, state, since, cursor, delivered_at, behind_since, attempts, failing_since,
       next_at, failed_at, failure, failure_status, failure_event,
       (select max(s.until) from webhook_secret s where s.partner = w.partner and s.name = w.name and s.until > clock()) as old_until
     from webhook w where ${where} ${own.length > 0 ? 'and w.partner = ?' : ''} order by w.partner, w.name`,
    [values, ...own],
  );
  return found.map(webhook);
}

const instant = (text: string | null): Date | null => (text === null ? null : new Date(text));

function webhook(row: Row): Webhook {
  const { partner, name, attempts, state } = row;
  const isFailing = state === 'ACTIVE' && attempts > 0;
  return as(Webhook, {
    id: webhookId(partner, name),
    partner,
    name,
    url: row.url,
    types: row.types === null ? null : (JSON.parse(row.types) as EventTypeName[]),
    state: isFailing ? 'FAILING' : state,
    since: new Date(isFailing ? (row.failing_since as string) : row.since),
    deliveredAt: instant(row.delivered_at),
    cursor: row.cursor,
    failure:
      row.failure === null
        ? null
        : as(WebhookFailure, {
            partner,
            at: new Date(row.failed_at as string),
            reason: row.failure,
            status: row.failure_status,
            event: row.failure_event,
          }),
    attempts,
    nextAttemptAt: isFailing ? instant(row.next_at) : null,
    behindSince: instant(row.behind_since),
    oldSecretUntil: instant(row.old_until),
  });
}
