import type { EntityManager } from '@mikro-orm/postgresql';

/**
 * Rows of a plain statement, inside the entity manager's transaction if it has one; `?` marks a parameter.
 * Trap: bigint, numeric and timestamptz arrive as strings here; arrays are passed as `?::text[]` with a JavaScript array.
 */
export const rows = <T extends object>(em: EntityManager, statement: string, parameters: readonly unknown[] = []): Promise<T[]> =>
  em.execute<T[]>(statement, parameters.map(bound), 'all');

/** Number of rows that a plain statement changed. */
export const change = async (em: EntityManager, statement: string, parameters: readonly unknown[] = []): Promise<number> =>
  (await em.execute<{ affectedRows: number }>(statement, parameters.map(bound), 'run')).affectedRows;

/** The ORM would write an array as `'a', 'b'`, which is no array; as text in braces the database reads it whatever its elements are. */
const bound = (parameter: unknown): unknown =>
  Array.isArray(parameter) ? `{${(parameter as Element[]).map(element).join(',')}}` : parameter;

type Element = string | number | bigint | boolean | Date | null | undefined;

function element(value: Element): string {
  if (value === null || value === undefined) return 'NULL';
  const text = value instanceof Date ? value.toISOString() : String(value);
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}
