import { badInput } from '../../kernel/errors.js';

/** Months are counted in Asia/Shanghai whatever the zones of the programmes; it has had no summer time since 1991. */
const offsetMs = 8 * 3_600_000;

/** Pure: the id as it was given in `argument`, a month as `YYYY-MM`; anything else is BAD_INPUT. */
export function periodId(id: string, argument: string): string {
  if (!/^2\d{3}-(0[1-9]|1[0-2])$/.test(id))
    throw badInput('There is no such settlement period; it is a month, such as 2026-11', { argument });
  return id;
}

/** Pure: the first instant after the period. */
export function endOf(id: string): Date {
  const [year = Number.NaN, month = Number.NaN] = id.split('-').map(Number);
  return new Date(Date.UTC(year, month, 1) - offsetMs);
}
