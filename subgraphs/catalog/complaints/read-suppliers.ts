import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../../kernel/sql.js';

/** Who supplies goods to a partner, with a rating from 0 to 5.0 in tenths; null where it has none. */
export interface SupplierFacts {
  readonly id: string;
  readonly owner: string;
  readonly name: { readonly zh: string; readonly en: string };
  readonly ratingTenths: number | null;
}

export async function suppliersOf(em: EntityManager, ids: readonly string[]): Promise<SupplierFacts[]> {
  const found = await rows<{ id: string; owner_id: string; name_zh: string; name_en: string; rating_tenths: number | null }>(
    em,
    'select id, owner_id, name_zh, name_en, rating_tenths from supplier where id = any(?::text[])',
    [ids],
  );
  return found.map((row) => ({
    id: row.id,
    owner: row.owner_id,
    name: { zh: row.name_zh, en: row.name_en },
    ratingTenths: row.rating_tenths,
  }));
}
