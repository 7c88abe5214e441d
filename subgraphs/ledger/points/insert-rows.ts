import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../../kernel/sql.js';

export type Cell = string | bigint | number | boolean | Date | null;

/** Several rows in one statement; none is no statement. */
export async function insertRows(
  tx: EntityManager,
  table: string,
  columns: readonly string[],
  values: readonly (readonly Cell[])[],
): Promise<void> {
  if (values.length === 0) return;
  const row = `(${columns.map(() => '?').join(', ')})`;
  await rows(tx, `insert into ${table} (${columns.join(', ')}) values ${values.map(() => row).join(', ')}`, values.flat());
}
