import type { EntityManager } from '@mikro-orm/postgresql';
import { minOf, sumOf } from '../../kernel/rational.js';
import { rows } from '../../kernel/sql.js';
import { type Actor, append, type LockedMember } from './journal.js';
import { isExpired, takeUpTo } from './lots.js';
import { moveLots, openLots } from './lot-store.js';
import { entryOf, type NewEntry } from './posting.js';

/** Takes what the member owes of a programme out of what has come into the wallet, whatever brought it; answers how many points that were. */
export async function settleArrears(
  tx: EntityManager,
  member: LockedMember,
  actor: Actor,
  programme: string,
  cause: NewEntry['cause'],
): Promise<bigint> {
  const [wallet] = await rows<{ arrears: string }>(
    tx,
    'select arrears from wallet where member_uid = ? and programme = ? and arrears > 0',
    [member.uid, programme],
  );
  if (!wallet) return 0n;
  const lots = (await openLots(tx, member.uid, [programme])).filter((lot) => !isExpired(lot, member.now));
  const parts = takeUpTo(lots, minOf(BigInt(wallet.arrears), sumOf(lots.map((lot) => lot.free))));
  const settled = sumOf(parts.map((part) => part.points));
  if (settled === 0n) return 0n;
  await moveLots(
    tx,
    member.uid,
    parts.map((part) => ({ lot: part.lot, remaining: -part.points, held: 0n })),
  );
  await append(tx, member, actor, [entryOf('CLAWBACK', programme, cause, parts)]);
  await rows(tx, 'update wallet set arrears = arrears - ? where member_uid = ? and programme = ?', [settled, member.uid, programme]);
  return settled;
}
