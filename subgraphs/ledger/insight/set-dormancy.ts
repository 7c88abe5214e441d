import type { EntityManager } from '@mikro-orm/postgresql';
import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { rows } from '../../kernel/sql.js';
import { dormantByDefault } from './dormant.js';

/** Refuses what is no number of months that points could be idle. */
export function mustBeMonths(months: number): void {
  if (months < 1 || months > 120) throw badInput('`months` is 1 to 120', { argument: 'months' });
}

export async function dormantAfter(em: EntityManager, programme: string): Promise<number> {
  const [row] = await rows<{ months: number }>(em, 'select months from dormancy_policy where programme = ?', [programme]);
  return row?.months ?? dormantByDefault;
}

/** Says after how many months without a burn a programme's points are dormant. */
export function setDormancy(
  em: EntityManager,
  key: WriteKey,
  { programme, issuer, months }: { readonly programme: string; readonly issuer: string; readonly months: number },
): Promise<Once<{ readonly kind: 'set' }>> {
  mustBeMonths(months);
  return once(em, key, { programme, months }, async (tx) => {
    await rows(tx, 'select 1 from programme where id = ? for no key update', [programme]);
    const before = await dormantAfter(tx, programme);
    await rows(
      tx,
      'insert into dormancy_policy (programme, months) values (?, ?) on conflict (programme) do update set months = excluded.months',
      [programme, months],
    );
    await auditChange(tx, key, {
      partner: issuer,
      before: { programme, dormantAfterMonths: before },
      after: { programme, dormantAfterMonths: months },
    });
    return { kind: 'set' };
  });
}
