import type { EntityManager } from '@mikro-orm/postgresql';
import { change, rows } from '../../kernel/sql.js';

/** Coupons of one redeemed line that were neither used nor taken back, locked. `bought`: how many there ever were; none before coupons were kept. */
export interface FreeCoupons {
  readonly bought: number;
  readonly free: readonly { readonly id: string; readonly expired: boolean }[];
}

export async function freeCoupons(tx: EntityManager, redemption: string, line: number): Promise<FreeCoupons> {
  const all = await rows<{ id: string; free: boolean; expired: boolean }>(
    tx,
    `select id, used_at is null and revoked_at is null as free, valid_until <= clock() as expired
     from coupon where redemption_id = ? and line = ? order by id for update`,
    [redemption, line],
  );
  return { bought: all.length, free: all.filter(({ free }) => free) };
}

/** Coupons go back with what they were bought with. */
export const revokeCoupons = (tx: EntityManager, ids: readonly string[], returnId: string): Promise<number> =>
  change(tx, 'update coupon set revoked_at = clock(), revoked_by = ? where id = any(?::uuid[])', [returnId, [...ids]]);

/** The return came to nothing: its coupons are there again, but for those given up meanwhile. */
export const restoreCoupons = (tx: EntityManager, returnId: string): Promise<number> =>
  change(tx, 'update coupon set revoked_at = null, revoked_by = null where revoked_by = ?', [returnId]);
