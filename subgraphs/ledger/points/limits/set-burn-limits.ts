import { badInput } from '../../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../../kernel/idempotency.js';
import { rows } from '../../../kernel/sql.js';
import type { Context } from '../../context.js';
import type { BurnLimits } from './burn-room.js';
import { burnLimitsOf, forgetBurnLimits } from './read-limits.js';

/** Sets what members may spend of a programme's points, all of it anew; what is null is without bound. */
export async function setBurnLimits(
  { em }: Pick<Context, 'em'>,
  key: WriteKey,
  { programme, issuer, limits }: { readonly programme: string; readonly issuer: string; readonly limits: BurnLimits },
): Promise<Once<{ readonly kind: 'set' }>> {
  if (Object.values(limits).some((points: bigint | null) => points !== null && points < 1n))
    throw badInput('A limit is at least 1 point; one that is left out bounds nothing', { argument: 'limits' });
  const before = (await burnLimitsOf(em)).get(programme) ?? null;
  const done = await once(em, key, { programme, limits }, async (tx) => {
    await rows(
      tx,
      `insert into burn_limit (programme, transaction_points, daily_points, monthly_points, yearly_points, least_balance_points)
       values (?, ?, ?, ?, ?, ?) on conflict (programme) do update set transaction_points = excluded.transaction_points,
         daily_points = excluded.daily_points, monthly_points = excluded.monthly_points, yearly_points = excluded.yearly_points,
         least_balance_points = excluded.least_balance_points`,
      [programme, limits.transactionPoints, limits.dailyPoints, limits.monthlyPoints, limits.yearlyPoints, limits.leastBalancePoints],
    );
    await auditChange(tx, key, { partner: issuer, before: before && { programme, limits: before }, after: { programme, limits } });
    return { kind: 'set' } as const;
  });
  await forgetBurnLimits(em);
  return done;
}
