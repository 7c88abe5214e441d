import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import { readSteps } from './read-steps.js';
import { defaultSteps } from './steps.js';

export interface StepsSet {
  readonly kind: 'set';
  readonly programme: string;
}

/** Says how many days before the expiry of its points the members of a programme are reminded; never, where none are named. */
export function setReminderDays(
  { em }: Pick<Context, 'em'>,
  key: WriteKey,
  { programme, days }: { readonly programme: string; readonly days: readonly number[] },
  issuer: string,
): Promise<Once<StepsSet>> {
  if (days.length > 10 || new Set(days).size < days.length || days.some((one) => one < 1 || one > 366))
    throw badInput('`days` are at most 10 different numbers from 1 to 366', { argument: 'days' });
  return once<StepsSet>(em, key, { programme, days }, async (tx) => {
    await rows(tx, 'select 1 from programme where id = ? for no key update', [programme]);
    const [before] = await readSteps(tx, [programme]);
    await rows(
      tx,
      `insert into reminder_policy (programme, days_before) values (?, ?::integer[]) on conflict (programme) do update set days_before = excluded.days_before`,
      [programme, days],
    );
    await auditChange(tx, key, { partner: issuer, before: { programme, days: before?.days ?? defaultSteps }, after: { programme, days } });
    return { kind: 'set', programme };
  });
}
