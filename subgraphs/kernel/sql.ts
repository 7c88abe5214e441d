import type { EntityManager } from '@mikro-orm/postgresql';

/**
 * Rows of a plain statement, inside the entity manager's transaction if it has one; `?` marks a parameter.
 * Trap: bigint, numeric and timestamptz arrive as strings here; arrays are passed as `?::text[]` with a JavaScript array.
 */
export const rows = <T extends object>(em: EntityManager, statement: string, parameters: readonly unknown[] = []): Promise<T[]> =>
  em.execute<T[]>(statement, parameters as unknown[], 'all');

/** Number of rows that a plain statement changed. */
export const change = async (em: EntityManager, statement: string, parameters: readonly unknown[] = []): Promise<number> =>
  (await em.execute<{ affectedRows: number }>(statement, parameters as unknown[], 'run')).affectedRows;
