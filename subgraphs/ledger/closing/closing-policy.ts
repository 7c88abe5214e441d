import type { EntityManager } from '@mikro-orm/postgresql';
import { addMs, dayMs } from '../../kernel/clock.js';
import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { rows } from '../../kernel/sql.js';
import { endOf } from '../clearing/period.js';

/** Whether a job closes the months that are over, and how many days after their end. */
export interface ClosingPolicy {
  readonly automatic: boolean;
  readonly daysAfter: number;
}

/** A person closes: what becomes due by it should have been looked at. */
export const defaultPolicy: ClosingPolicy = { automatic: false, daysAfter: 5 };

export async function closingPolicy(em: EntityManager): Promise<ClosingPolicy> {
  const [row] = await rows<{ automatic: boolean; days_after: number }>(em, 'select automatic, days_after from closing_policy');
  return row ? { automatic: row.automatic, daysAfter: row.days_after } : defaultPolicy;
}

/** Pure: those of the open months that the policy closes at an instant, the oldest first. */
export const dueToClose = ({ automatic, daysAfter }: ClosingPolicy, open: readonly string[], at: Date): string[] =>
  automatic ? open.filter((period) => at >= addMs(endOf(period), daysAfter * dayMs)).sort() : [];

export function setClosingPolicy(em: EntityManager, key: WriteKey, policy: ClosingPolicy): Promise<Once<{ readonly kind: 'set' }>> {
  if (policy.daysAfter < 0 || policy.daysAfter > 60) throw badInput('`daysAfter` is 0 to 60', { argument: 'daysAfter' });
  return once(em, key, policy, async (tx) => {
    const before = await closingPolicy(tx);
    await rows(
      tx,
      `insert into closing_policy (automatic, days_after) values (?, ?)
       on conflict (one) do update set automatic = excluded.automatic, days_after = excluded.days_after`,
      [policy.automatic, policy.daysAfter],
    );
    await auditChange(tx, key, { before, after: policy });
    return { kind: 'set' };
  });
}
