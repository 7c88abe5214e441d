import type { EntityManager } from '@mikro-orm/postgresql';
import { validate } from 'uuid';
import { badInput } from '../../kernel/errors.js';
import { rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import { Coupon } from './coupon.entity.js';

/** The coupon under its lock; somebody else's is as unknown to a member as one that never was. */
export async function lockedCoupon({ viewer }: Context, tx: EntityManager, id: string): Promise<Coupon> {
  const [locked] = validate(id) ? await rows(tx, 'select 1 as locked from coupon where id = ? for update', [id]) : [];
  const coupon = locked ? await tx.findOneOrFail(Coupon, { id }, { disableIdentityMap: true }) : null;
  if (!coupon || (viewer.kind === 'member' && coupon.memberUid !== viewer.uid))
    throw badInput('There is no such coupon', { argument: 'coupon' });
  return coupon;
}
