import type { EntityManager } from '@mikro-orm/postgresql';
import { addMs, dayMs } from '../../kernel/clock.js';
import { change } from '../../kernel/sql.js';
import type { Programme } from '../partners/programme.entity.js';
import type { HoldPart } from './hold-store.js';
import { type Actor, append, type LockedMember } from './journal.js';
import { isExpired, type LotPart } from './lots.js';
import { lotsById, moveLots, type StoredLot } from './lot-store.js';
import { entryOf } from './posting.js';
import { expireLots } from './settle.js';

/** Points that are back in a lot. */
export interface Restored {
  readonly lot: string;
  readonly programme: string;
  readonly points: bigint;
  readonly expiresAt: Date | null;
}

export interface PartReturn {
  readonly part: HoldPart;
  readonly points: bigint;
}

/**
 * Puts points back into the very lots they came from. A lot that expired meanwhile lives again for the programme's grace period; without
 * one, what comes back to it expires at once. Only what was spent at `capturedAt`, before it came to live again, lengthens its life
 * further: or a point spent and returned now and then would keep all others alive.
 */
export async function restore(
  tx: EntityManager,
  member: LockedMember,
  actor: Actor,
  cause: string,
  programme: Programme,
  { capturedAt, returns }: { readonly capturedAt: Date; readonly returns: readonly PartReturn[] },
): Promise<Restored[]> {
  const lots = await lotsById(
    tx,
    member.uid,
    returns.map(({ part }) => part.lot),
  );
  const expired = [...lots.values()].filter((lot) => isExpired(lot, member.now)).map(({ id }) => id);
  // First, or the rest of an expired lot would live again with what comes back to it.
  await expireLots(tx, member, actor, expired);
  const { returnGraceDays: graceDays } = programme;
  const again = graceDays === null || graceDays === 0 ? null : addMs(member.now, graceDays * dayMs);
  const back: Restored[] = [];
  const gone: LotPart[] = [];
  for (const { part, points } of returns) {
    const lot = lots.get(part.lot) as StoredLot;
    const over = isExpired(lot, member.now);
    const isOfEarlierLife = over || (lot.revivedAt !== null && capturedAt < lot.revivedAt);
    if (over && again === null) gone.push({ lot: lot.id, points });
    else
      back.push({
        lot: lot.id,
        programme: programme.id,
        points,
        expiresAt: isOfEarlierLife ? later(again, lot.expiresAt) : lot.expiresAt,
      });
  }
  for (const { lot, expiresAt } of back) {
    const until = lots.get(lot)?.expiresAt ?? null;
    if (expiresAt !== null && expiresAt.getTime() !== until?.getTime()) await lengthen(tx, member, lot, until, expiresAt);
  }
  await moveLots(
    tx,
    member.uid,
    back.map(({ lot, points }) => ({ lot, remaining: points, held: 0n })),
  );
  const why = { kind: 'RETURN', id: cause } as const;
  const all = returns.map(({ part, points }) => ({ lot: part.lot, points }));
  await append(tx, member, actor, [
    ...(all.length > 0 ? [entryOf('RETURN', programme.id, why, all)] : []),
    ...(gone.length > 0 ? [entryOf('EXPIRY', programme.id, why, gone)] : []),
  ]);
  return back;
}

/**
 * Lengthens a lot's life, also for what open holds take of it. Those of an earlier life of the lot are left out: their points
 * expired with it, and do so when they are given back.
 */
async function lengthen(tx: EntityManager, member: LockedMember, lot: string, until: Date | null, expiresAt: Date): Promise<void> {
  const lives = until !== null && until > member.now;
  await change(tx, 'update lot set expires_at = ?, revived_at = coalesce(?, revived_at) where member_uid = ? and id = ?', [
    expiresAt.toISOString(),
    lives ? null : member.now.toISOString(),
    member.uid,
    lot,
  ]);
  if (!lives) return;
  await change(
    tx,
    `update hold h set lot_expires_at = (
       select array_agg(case when p.lot = ? and p.until = ? then ?::timestamptz else p.until end order by p.n)
       from unnest(h.lots, h.lot_expires_at) with ordinality p (lot, until, n))
     where h.member_uid = ? and h.open and ? = any (h.lots)`,
    [lot, until.toISOString(), expiresAt.toISOString(), member.uid, lot],
  );
}

const later = (a: Date | null, b: Date | null): Date | null => (a === null ? b : b === null || a > b ? a : b);
