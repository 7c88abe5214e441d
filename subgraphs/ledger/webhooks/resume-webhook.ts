import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { change } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import { countAtOnce, inOrder } from './at-once.js';
import { noWebhook, type WebhookNamed } from './remove-webhook.js';

/** Delivers again from a cursor, or from where it was. Whoever is sending stops before the next one; a lease is left to run, so that nobody sends beside it. */
export function resumeWebhook(
  { em }: Pick<Context, 'em'>,
  key: WriteKey,
  { partner, name }: WebhookNamed,
  after: string | null,
): Promise<Once<{ kind: 'resumed' }>> {
  return once<{ kind: 'resumed' }>(em, key, { partner, name, after }, async (tx) => {
    await inOrder(tx, partner);
    const changed = await change(
      tx,
      `update webhook set cursor = coalesce(?, cursor), version = version + 1, attempts = 0, failing_since = null, next_at = null,
         behind_since = null, look_at = clock_timestamp(), since = case when state = 'ACTIVE' then since else clock() end, state = 'ACTIVE'
       where partner = ? and name = ?`,
      [after, partner, name],
    );
    if (changed === 0) throw noWebhook();
    await countAtOnce(tx, partner);
    await auditChange(tx, key, {
      partner,
      before: null,
      after: { webhook: name, resumed: after === null ? 'where it was' : 'from a cursor' },
    });
    return { kind: 'resumed' };
  });
}
