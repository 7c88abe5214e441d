import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../../kernel/sql.js';

export interface ProgrammeSteps {
  readonly programme: string;
  readonly days: readonly number[];
}

/** The steps that programmes were given; those without any of their own are left out. */
export async function readSteps(em: EntityManager, programmes: readonly string[]): Promise<ProgrammeSteps[]> {
  const found = await rows<{ programme: string; days: string }>(
    em,
    'select programme, array_to_json(days_before)::text as days from reminder_policy where programme = any(?::text[])',
    [programmes],
  );
  return found.map(({ programme, days }) => ({ programme, days: JSON.parse(days) as number[] }));
}
