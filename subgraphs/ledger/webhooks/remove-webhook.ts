import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';

export interface WebhookNamed {
  readonly partner: string;
  readonly name: string;
}

export const noWebhook = () => badInput('The partner has no webhook of that name', { argument: 'name' });

/** Removes a webhook with its secrets; what is under way may still arrive. */
export function removeWebhook(
  { em }: Pick<Context, 'em'>,
  key: WriteKey,
  { partner, name }: WebhookNamed,
): Promise<Once<{ kind: 'removed' }>> {
  return once<{ kind: 'removed' }>(em, key, { partner, name }, async (tx) => {
    const [gone] = await rows<{ url: string }>(tx, 'delete from webhook where partner = ? and name = ? returning url', [partner, name]);
    if (!gone) throw noWebhook();
    await auditChange(tx, key, { partner, before: { webhook: name, host: new URL(gone.url).host }, after: null });
    return { kind: 'removed' };
  });
}
