import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { change, rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import { expiryPolicyOf, Programme } from '../partners/programme.entity.js';
import { expiryOf } from '../points/expiry.js';
import { lockMember } from '../points/journal.js';

/** An event that happened to a purchase. */
export interface Confirmation {
  readonly partner: string;
  readonly purchaseRef: string;
  readonly event: string;
}

export type ConfirmOutcome =
  | { readonly kind: 'confirmed'; readonly accrual: string; readonly points: bigint }
  | { readonly kind: 'refused'; readonly code: 'NOTHING_PENDING' };

interface Waiting {
  id: string;
  member_uid: string;
  programme: string;
}

/**
 * Makes the points of a purchase that wait for this event usable from now on; their life begins now. Points that waited too long are gone,
 * and what does not wait for this very event is left alone. It moves no points, so it is no entry of the journal.
 */
export function confirmPending({ em }: Pick<Context, 'em'>, key: WriteKey, confirmation: Confirmation): Promise<Once<ConfirmOutcome>> {
  const { partner, purchaseRef, event } = confirmation;
  return once<ConfirmOutcome>(em, key, confirmation, async (tx) => {
    const [accrual] = await rows<Waiting>(tx, 'select id, member_uid, programme from accrual where partner = ? and purchase_ref = ?', [
      partner,
      purchaseRef,
    ]);
    if (!accrual) throw badInput('There is no such purchase', { argument: 'purchaseRef' });
    const member = await lockMember(tx, accrual.member_uid);
    const due = await rows<{ id: string; points: string }>(
      tx,
      `select l.id, l.remaining as points from lot l where l.member_uid = ? and l.accrual = ? and l.open and l.waits_for = ? and (l.expires_at is null or l.expires_at > ?)`,
      [accrual.member_uid, accrual.id, event, member?.now.toISOString() ?? null],
    );
    if (!member || due.length === 0) return { kind: 'refused', code: 'NOTHING_PENDING' };
    const programme = await tx.findOneOrFail(Programme, { id: accrual.programme });
    const expiresAt = expiryOf(expiryPolicyOf(programme), member.now);
    await change(tx, `update lot set waits_for = null, usable_from = ?, expires_at = ? where member_uid = ? and id = any (?::uuid[])`, [
      member.now.toISOString(),
      expiresAt?.toISOString() ?? null,
      member.uid,
      due.map(({ id }) => id),
    ]);
    const points = due.reduce((sum, lot) => sum + BigInt(lot.points), 0n);
    const about = { accrual: accrual.id, purchaseRef, event };
    await auditChange(tx, key, {
      partner,
      before: { ...about, pendingPoints: points },
      after: { ...about, pendingPoints: 0n, expiresAt },
    });
    return { kind: 'confirmed', accrual: accrual.id, points };
  });
}
