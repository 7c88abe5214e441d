import { validate as isUuid } from 'uuid';
import { badInput } from '../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../kernel/idempotency.js';
import { rows } from '../kernel/sql.js';
import type { Context } from './context.js';

export interface WithdrawOutcome {
  readonly kind: 'withdrawn';
  readonly effectiveAt: Date;
}

/**
 * Ends a consent now; the next read of what it opened is closed, and a child's day that was kept under it is gone. Withdrawn again, it still ended the first time. `memberUid`: whose it
 * must be, null for anybody's; a stranger's consent and one that never was answer alike.
 */
export function withdrawConsent({ em }: Context, key: WriteKey, id: string, memberUid: string | null): Promise<Once<WithdrawOutcome>> {
  const unknown = (): Error => badInput('There is no such consent', { argument: 'id' });
  if (!isUuid(id)) throw unknown();
  return once<WithdrawOutcome>(em, key, { id }, async (tx) => {
    const [row] = await rows<{ withdrawn_at: string }>(
      tx,
      `update consent set withdrawn_at = coalesce(withdrawn_at, clock()) where id = ? and (?::uuid is null or member_uid = ?) returning withdrawn_at`,
      [id, memberUid, memberUid],
    );
    if (!row) throw unknown();
    await rows(tx, 'delete from child where consent_id = ?', [id]);
    await auditChange(tx, key, { before: { consent: id, inForce: true }, after: { consent: id, inForce: false } });
    return { kind: 'withdrawn', effectiveAt: new Date(row.withdrawn_at) };
  });
}
