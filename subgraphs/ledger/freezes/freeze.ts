import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid } from 'uuid';
import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import { lockAccount, type LockedMember, lockMember } from '../points/journal.js';
import { lapseHolds } from '../points/settle.js';

export interface FreezeRequest {
  readonly member: string;
  readonly reason: string;
}

export interface Frozen {
  readonly kind: 'frozen';
  readonly memberUid: string;
  readonly before: boolean;
}

/**
 * Freezes a member's points at once, by one person: nothing more is set aside, spent or sent, and nothing is received from others. What
 * comes from purchases and returns still comes, and time goes on. Holds that wait for their capture end; what is being delivered already
 * is paid for, or a partner would lose what it handed over.
 */
export function freeze({ em }: Pick<Context, 'em'>, key: WriteKey, request: FreezeRequest, memberUid: string): Promise<Once<Frozen>> {
  mustSayWhy(request.reason);
  return once<Frozen>(em, key, request, async (tx) => {
    const member = await lockAccount(tx, memberUid);
    if (await standing(tx, memberUid)) return { kind: 'frozen', memberUid, before: true };
    await rows(tx, 'insert into points_freeze (id, member_uid, frozen_at, frozen_by, reason) values (?, ?, ?, ?, ?)', [
      uuid(),
      memberUid,
      member.now.toISOString(),
      key.principal,
      request.reason,
    ]);
    await rows(tx, 'update account set frozen = true where member_uid = ?', [memberUid]);
    await endWaitingHolds(tx, member, key);
    await auditChange(tx, key, { before: { memberUid, frozen: false }, after: { memberUid, frozen: true, reason: request.reason } });
    return { kind: 'frozen', memberUid, before: false };
  });
}

/** An untimed or pinned hold belongs to a redemption under way; a timed one waits for somebody to come back. */
async function endWaitingHolds(tx: EntityManager, member: LockedMember, key: WriteKey): Promise<void> {
  await lapseHolds(tx, member, key);
  await rows(
    tx,
    `select give_back(h, ?, ?, ?, 'RELEASED') from hold h where h.member_uid = ? and h.open and h.state = 'OPEN' and h.expires_at is not null`,
    [member.now.toISOString(), key.principal, key.key, member.uid],
  );
  await lapseHolds(tx, member, key);
}

export type UnfreezeOutcome =
  | { readonly kind: 'unfrozen'; readonly memberUid: string }
  | { readonly kind: 'refused'; readonly code: 'NOT_FROZEN' | 'SELF_APPROVAL' };

/** Gives a member's points free again; that takes another person than the one who froze them. */
export function unfreeze(
  { em }: Pick<Context, 'em'>,
  key: WriteKey,
  request: FreezeRequest,
  memberUid: string,
): Promise<Once<UnfreezeOutcome>> {
  mustSayWhy(request.reason);
  return once<UnfreezeOutcome>(em, key, request, async (tx) => {
    const member = await lockMember(tx, memberUid);
    const known = member && (await standing(tx, memberUid));
    if (!known) return { kind: 'refused', code: 'NOT_FROZEN' };
    if (known.frozen_by === key.principal) return { kind: 'refused', code: 'SELF_APPROVAL' };
    await rows(tx, 'update points_freeze set lifted_at = ?, lifted_by = ?, lift_reason = ? where id = ?', [
      member.now.toISOString(),
      key.principal,
      request.reason,
      known.id,
    ]);
    await rows(tx, 'update account set frozen = forgotten where member_uid = ?', [memberUid]);
    await auditChange(tx, key, { before: { memberUid, frozen: true }, after: { memberUid, frozen: false, reason: request.reason } });
    return { kind: 'unfrozen', memberUid };
  });
}

async function standing(tx: EntityManager, memberUid: string): Promise<{ id: string; frozen_by: string } | undefined> {
  const [found] = await rows<{ id: string; frozen_by: string }>(
    tx,
    'select id, frozen_by from points_freeze where member_uid = ? and lifted_at is null',
    [memberUid],
  );
  return found;
}

function mustSayWhy(reason: string): void {
  if (reason.trim() === '' || reason.length > 500) throw badInput('`reason` is 1 to 500 characters', { argument: 'reason' });
}
