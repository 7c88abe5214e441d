import { Webhook } from 'standardwebhooks';

/** Pure: the headers of Standard Webhooks, a signature by each secret; the newest first. `atMs`: when it is sent, not when it happened. */
export function signedHeaders(secrets: readonly string[], id: string, atMs: number, body: string): Readonly<Record<string, string>> {
  const at = new Date(atMs);
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(atMs / 1_000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
  };
}
