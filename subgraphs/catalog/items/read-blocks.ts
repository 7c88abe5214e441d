import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../../kernel/sql.js';

/** Issuers whose points may not pay for anything of a category, by category. */
export async function blockedIssuers(em: EntityManager, categories: readonly string[]): Promise<string[][]> {
  const found = await rows<{ issuer: string; category: string }>(
    em,
    'select issuer, category from category_block where category = any(?::text[]) order by issuer',
    [categories],
  );
  return categories.map((category) => found.filter((row) => row.category === category).map(({ issuer }) => issuer));
}

export const categoriesBlockedFor = async (em: EntityManager, issuer: string): Promise<string[]> =>
  (await rows<{ category: string }>(em, 'select category from category_block where issuer = ? order by category', [issuer])).map(
    ({ category }) => category,
  );
