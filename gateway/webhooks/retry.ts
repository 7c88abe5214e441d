import type { WebhookFailureReason } from '../../schema/webhook-failures.js';
import type { WebhookSettings } from '../../schema/webhook-settings.js';

/** What came of sending a message. */
export type Sent =
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'answered'; readonly status: number; readonly retryAfterMs: number | null };

export interface Failed {
  readonly reason: WebhookFailureReason;
  readonly status: number | null;
}

/** Pure: null where the message was taken. */
export function failureOf(sent: Sent): Failed | null {
  if (sent.kind === 'unreachable') return { reason: 'UNREACHABLE', status: null };
  const { status } = sent;
  if (status >= 200 && status < 300) return null;
  const reason = status === 410 ? 'GONE' : status >= 300 && status < 400 ? 'REDIRECT' : 'STATUS';
  return { reason, status };
}

/** Failures that no later attempt could mend. */
const final: ReadonlySet<WebhookFailureReason> = new Set(['GONE', 'CURSOR_TOO_OLD', 'SECRET_UNREADABLE']);

/**
 * Pure: milliseconds until the next attempt after so many failures in a row before this one; null: no more of them. A tenth is left to
 * chance, so that what failed together does not come back together. A receiver that names a time is waited for, within bounds.
 */
export function retryMs(
  failed: Failed,
  earlier: number,
  retryAfterMs: number | null,
  { retrySeconds, maxRetryAfterSeconds }: Pick<WebhookSettings, 'retrySeconds' | 'maxRetryAfterSeconds'>,
  chance: number,
): number | null {
  const seconds = retrySeconds[earlier];
  if (final.has(failed.reason) || seconds === undefined) return null;
  const named = failed.status === 429 || failed.status === 503 ? Math.min(retryAfterMs ?? 0, maxRetryAfterSeconds * 1_000) : 0;
  return Math.round(Math.max(seconds * 1_000 * (0.9 + 0.2 * chance), named));
}

/** Pure: `Retry-After` as milliseconds, seconds or a date; null for anything else. */
export function retryAfterOf(header: string | undefined, nowMs: number): number | null {
  if (header === undefined) return null;
  const ms = /^\d{1,9}$/.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - nowMs;
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}
