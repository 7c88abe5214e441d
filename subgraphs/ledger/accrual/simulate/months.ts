/// <reference lib="esnext.temporal" />

import { badInput } from '../../../kernel/errors.js';

/** From the beginning of one calendar month to the end of another, in a zone. */
export function monthsOf(
  { from, to }: { readonly from: string; readonly to: string },
  zone: string,
): { readonly from: Date; readonly until: Date } {
  const [first, last] = [monthOf(from, 'from'), monthOf(to, 'to')];
  const count = (last.year - first.year) * 12 + last.month - first.month + 1;
  if (count < 1 || count > 24) throw badInput('`months` are 1 to 24, the first one not after the last', { argument: 'months' });
  const start = (month: Temporal.PlainYearMonth): Date => new Date(month.toPlainDate({ day: 1 }).toZonedDateTime(zone).epochMilliseconds);
  return { from: start(first), until: start(last.add({ months: 1 })) };
}

function monthOf(text: string, name: string): Temporal.PlainYearMonth {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) throw badInput('A month is written 2026-09', { argument: `months.${name}` });
  return Temporal.PlainYearMonth.from(text);
}
