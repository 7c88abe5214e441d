import type { EntityManager } from '@mikro-orm/postgresql';
import type { WebhookFailureReason } from '../../../schema/webhook-failures.js';
import { auditChange } from '../../kernel/idempotency.js';
import { change, rows } from '../../kernel/sql.js';

/** How far an endpoint is. */
export interface Settlement {
  readonly lease: string;
  readonly version: string;
  readonly cursor: string;
  /** Whether a message was taken since the last word. */
  readonly delivered: boolean;
  readonly failure: {
    readonly reason: WebhookFailureReason;
    readonly status: number | null;
    readonly event: string | null;
    /** Until the next attempt; null: no more of them, it is disabled. */
    readonly retryMs: number | null;
  } | null;
  /** When the oldest event that waits happened, as far as is known. */
  readonly behindSince: Date | null;
  /** Null: the lease goes on for `leaseMs`. Else it is given back, and looked at again after so long. */
  readonly lookInMs: number | null;
  readonly leaseMs: number;
}

/**
 * Writes down how far an endpoint is, for whoever holds its lease. False where the lease is over or the endpoint was changed meanwhile: then
 * nothing is written, and the one who asks stops.
 */
export function settleWebhook(em: EntityManager, settlement: Settlement): Promise<boolean> {
  return em.transactional(async (tx) => {
    const { lease, version, cursor, delivered, failure, behindSince, lookInMs, leaseMs } = settlement;
    const [row] = await rows<{ partner: string; name: string; is_same: boolean }>(
      tx,
      `select partner, name, version::text = ? as is_same from webhook where lease = ? and lease_until > clock_timestamp() for update`,
      [version, lease],
    );
    if (!row) return false;
    if (!row.is_same) {
      await change(tx, 'update webhook set lease = null, lease_until = null, look_at = clock_timestamp() where lease = ?', [lease]);
      return false;
    }
    const isEnd = failure !== null && failure.retryMs === null;
    const held = lookInMs === null && failure === null;
    await change(
      tx,
      `update webhook set cursor = ?, behind_since = ?::timestamptz,
         lease = ${held ? 'lease' : 'null'}, lease_until = ${held ? `clock_timestamp() + make_interval(secs => ?)` : 'null'}
         ${held ? '' : ', look_at = clock_timestamp() + make_interval(secs => ?)'} ${delivered ? deliveredNow : ''} where lease = ?`,
      [cursor, behindSince?.toISOString() ?? null, (held ? leaseMs : (lookInMs ?? 0)) / 1_000, lease],
    );
    if (failure === null) return true;
    await change(
      tx,
      `update webhook set failed_at = clock(), failure = ?, failure_status = ?, failure_event = ?, ${
        isEnd
          ? `state = 'DISABLED', since = clock(), attempts = attempts + 1, failing_since = coalesce(failing_since, clock()), next_at = clock()`
          : `attempts = attempts + 1, failing_since = coalesce(failing_since, clock()), next_at = clock() + make_interval(secs => ?)`
      } where partner = ? and name = ?`,
      [failure.reason, failure.status, failure.event, ...(isEnd ? [] : [(failure.retryMs as number) / 1_000]), row.partner, row.name],
    );
    if (isEnd)
      await auditChange(
        tx,
        { principal: 'service:gateway', key: lease, operation: 'disableWebhook' },
        {
          partner: row.partner,
          before: { webhook: row.name, state: 'ACTIVE' },
          after: { webhook: row.name, state: 'DISABLED', reason: failure.reason, status: failure.status },
        },
      );
    return true;
  });
}

const deliveredNow = `, delivered_at = clock(), since = case when attempts > 0 then clock() else since end, attempts = 0, failing_since = null, next_at = null`;
