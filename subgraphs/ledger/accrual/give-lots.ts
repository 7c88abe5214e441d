import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid } from 'uuid';
import { minOf, sumOf } from '../../kernel/rational.js';
import { rows } from '../../kernel/sql.js';
import { type Actor, append, type LockedMember } from '../points/journal.js';
import { addLot } from '../points/lot-store.js';
import { entryOf } from '../points/posting.js';
import type { PlannedLot } from './pending.js';

export interface GivenLots {
  readonly accrual: string;
  readonly programme: { readonly id: string };
  readonly at: Date;
  /** Those that may be spent first in front; not empty. */
  readonly lots: readonly PlannedLot[];
}

/** Makes the lots of an accrual in one entry. What the wallet owes is taken out of them at once, of those first that may be spent first. */
export async function giveLots(
  tx: EntityManager,
  member: LockedMember,
  actor: Actor,
  { accrual, programme, at, lots }: GivenLots,
): Promise<void> {
  let owed = await deductArrears(tx, member.uid, programme.id, sumOf(lots.map(({ points }) => points)));
  const given = [];
  const taken = [];
  for (const { points, usableFrom, expiresAt, waitsFor } of lots) {
    const lot = uuid();
    const deducted = minOf(points, owed);
    owed -= deducted;
    const remaining = points - deducted;
    const facts = { points, remaining, earnedAt: at, usableFrom, expiresAt, waitsFor };
    await addLot(tx, member.uid, { ...facts, id: lot, programme: programme.id, accrual });
    given.push({ lot, points });
    if (deducted > 0n) taken.push({ lot, points: deducted });
  }
  const cause = { kind: 'ACCRUAL', id: accrual } as const;
  await append(tx, member, actor, [
    entryOf('ACCRUAL', programme.id, cause, given),
    ...(taken.length > 0 ? [entryOf('CLAWBACK', programme.id, cause, taken)] : []),
  ]);
}

/** Takes what the wallet owes out of new points; answers how much. */
async function deductArrears(tx: EntityManager, memberUid: string, programme: string, points: bigint): Promise<bigint> {
  const [wallet] = await rows<{ arrears: string }>(tx, 'select arrears from wallet where member_uid = ? and programme = ?', [
    memberUid,
    programme,
  ]);
  const deducted = minOf(BigInt(wallet?.arrears ?? 0), points);
  if (deducted > 0n)
    await rows(tx, 'update wallet set arrears = arrears - ? where member_uid = ? and programme = ?', [deducted, memberUid, programme]);
  return deducted;
}
