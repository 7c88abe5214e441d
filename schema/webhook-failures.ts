/**
 * Why a webhook was not delivered: a closed list, and never a word of the other end. Everything below HTTP is one reason, or the answers
 * of a test would tell what there is inside our network.
 */
export const webhookFailures = {
  UNREACHABLE: 'No answer in time: no such host, an address that is not public, no connection, no TLS, or silence.',
  STATUS: 'An answer with another status than 2xx; `status` says which.',
  REDIRECT: 'An answer that points elsewhere; nobody goes there. Set the URL itself.',
  GONE: 'Status 410: the receiver wants nothing more. Ended at once.',
  CURSOR_TOO_OLD: 'What waited is no longer kept: read the state anew and resume from a cursor of now.',
  SECRET_UNREADABLE: 'The secret can no longer be opened here: make a new one with `rotateSecret`.',
} as const;

export type WebhookFailureReason = keyof typeof webhookFailures;

export const webhookFailureMeaning = 'Why a webhook was not delivered.';
