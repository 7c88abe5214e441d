import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../../kernel/sql.js';
import { Item } from './item.entity.js';

/** Items at the version that is on offer now: the regular one, or that of the special price that holds. Order kept. */
export async function inForce(em: EntityManager, regular: readonly Item[]): Promise<Item[]> {
  const special = await rows<{ id: string; version: number }>(
    em,
    `select item as id, version from price_override where item = any(?::text[]) and starts_at <= clock() and clock() < ends_at`,
    [regular.map(({ id }) => id)],
  );
  if (special.length === 0) return [...regular];
  const found = await em.find(Item, { $or: special }, { disableIdentityMap: true });
  return regular.map((item) => found.find(({ id }) => id === item.id) ?? item);
}
