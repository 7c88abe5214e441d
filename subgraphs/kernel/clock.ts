import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from './sql.js';

/** The database's clock decides, never the process's. `clock()` is a function in every subgraph's schema; a sandbox replaces its body. */
export async function now(em: EntityManager): Promise<Date> {
  const [row] = await rows<{ now: string }>(em, 'select clock() as now');
  return new Date(row?.now ?? Number.NaN);
}

export const addMs = (instant: Date, ms: number): Date => new Date(instant.getTime() + ms);
export const secondMs = 1_000;
export const dayMs = 86_400_000;
