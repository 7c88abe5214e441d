import type { FilterQuery } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { decodeCursor, encodeCursor, type Page, type PageArgs, pageLimit, pageOf } from '../../kernel/page.js';
import { inForce } from './in-force.js';
import { Item } from './item.entity.js';
import type { ItemFilter } from './item-input.js';

/** A page of the items on the shelves, in the order of their ids. */
export async function listItems(em: EntityManager, page: PageArgs, filter: ItemFilter | null): Promise<Page<Item>> {
  const [after] = decodeCursor(page.after, 1) ?? [];
  const where: FilterQuery<Item> = {
    current: true,
    ...(after === undefined ? {} : { id: { $gt: after } }),
    ...(filter?.owner ? { ownerId: filter.owner } : {}),
    ...(filter?.category ? { category: filter.category } : {}),
    ...(filter?.tag ? { tags: { $contains: [filter.tag] } } : {}),
  };
  const found = await em.find(Item, where, { orderBy: { id: 'asc' }, limit: pageLimit(page), disableIdentityMap: true });
  return pageOf(await inForce(em, found), page, (item) => encodeCursor(item.id));
}
