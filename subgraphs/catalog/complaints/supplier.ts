import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { change } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import { type SupplierFacts, suppliersOf } from './read-suppliers.js';

export type SupplierOutcome = { readonly kind: 'set' } | { readonly kind: 'refused'; readonly code: 'SUPPLIER_TAKEN' };

/** Names a supplier of a partner, or changes what is said of it. An id belongs to the partner that used it first. */
export function setSupplier({ em }: Context, key: WriteKey, wish: SupplierFacts): Promise<Once<SupplierOutcome>> {
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(wish.id))
    throw badInput('A supplier id is 1 to 63 lower-case letters, digits and hyphens', { argument: 'id' });
  if (wish.name.zh.trim() === '' || wish.name.en.trim() === '')
    throw badInput('A supplier has a name in Chinese and in English', { argument: 'name' });
  if (wish.ratingTenths !== null && (wish.ratingTenths < 0 || wish.ratingTenths > 50))
    throw badInput('A rating is 0 to 50 tenths', { argument: 'ratingTenths' });
  return once<SupplierOutcome>(em, key, wish, async (tx) => {
    const [before] = await suppliersOf(tx, [wish.id]);
    const set = await change(
      tx,
      `insert into supplier (id, owner_id, name_zh, name_en, rating_tenths) values (?, ?, ?, ?, ?)
       on conflict (id) do update set name_zh = excluded.name_zh, name_en = excluded.name_en, rating_tenths = excluded.rating_tenths
       where supplier.owner_id = excluded.owner_id`,
      [wish.id, wish.owner, wish.name.zh, wish.name.en, wish.ratingTenths],
    );
    if (set === 0) return { kind: 'refused', code: 'SUPPLIER_TAKEN' };
    await auditChange(tx, key, { partner: wish.owner, before: before ?? null, after: wish });
    return { kind: 'set' };
  });
}
