import type { EntityManager } from '@mikro-orm/postgresql';
import type { Open } from '../../kernel/personal-data.js';
import { change, rows } from '../../kernel/sql.js';

/** What `stateOf` calls USABLE. */
const usable = 'member_uid = ? and used_at is null and revoked_at is null and valid_until > clock()';

/** Coupons that a member could use now: what somebody owes that is not points. */
export async function usableCoupons(em: EntityManager, memberUid: string): Promise<Open[]> {
  const found = await rows<{ id: string; fen: string }>(
    em,
    `select id, face_fen::text as fen from coupon where ${usable} order by id limit 100`,
    [memberUid],
  );
  return found.map(({ id, fen }) => ({ what: 'COUPON', detail: `${fen} fen ${id}` }));
}

/** Coupons of who is forgotten count no more, nor once their use is called off or a return under way has failed; again, it changes nothing. */
export const giveUpCoupons = (tx: EntityManager, memberUid: string): Promise<number> =>
  change(tx, `update coupon set revoked_at = coalesce(revoked_at, clock()), revoked_by = null where member_uid = ?`, [memberUid]);
