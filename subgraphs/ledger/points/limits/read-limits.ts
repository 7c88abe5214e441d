import type { EntityManager } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { rows } from '../../../kernel/sql.js';
import { poolOf } from '../one-trip.js';
import type { BurnLimits } from './burn-room.js';

export interface LimitedProgramme extends BurnLimits {
  readonly zone: string;
}
export type LimitsByProgramme = ReadonlyMap<string, LimitedProgramme>;

/** So long a process goes by what it knows: new limits hold this much later at the most. */
const staleMs = 1_000;

const known = new WeakMap<Pool, { readonly readAt: number; readonly limits: Promise<LimitsByProgramme> }>();

/** Limits as of a second ago at the most: where there are none a redemption pays with a look into memory. */
export async function burnLimitsOf(em: EntityManager): Promise<LimitsByProgramme> {
  const pool = await poolOf(em);
  const now = performance.now();
  const last = known.get(pool);
  if (last && now - last.readAt < staleMs) return last.limits;
  const limits = read(em);
  known.set(pool, { readAt: now, limits });
  limits.catch(() => known.delete(pool));
  return limits;
}

/** Reads anew at the next look. */
export async function forgetBurnLimits(em: EntityManager): Promise<void> {
  known.delete(await poolOf(em));
}

type Row = { programme: string; zone: string } & Record<'transaction' | 'daily' | 'monthly' | 'yearly' | 'least', string | null>;

async function read(em: EntityManager): Promise<LimitsByProgramme> {
  const found = await rows<Row>(
    em,
    `select l.programme, p.zone, l.transaction_points as transaction, l.daily_points as daily, l.monthly_points as monthly,
       l.yearly_points as yearly, l.least_balance_points as least from burn_limit l join programme p on p.id = l.programme`,
  );
  const points = (text: string | null): bigint | null => (text === null ? null : BigInt(text));
  return new Map(
    found.map(({ programme, zone, transaction, daily, monthly, yearly, least }) => [
      programme,
      {
        zone,
        transactionPoints: points(transaction),
        dailyPoints: points(daily),
        monthlyPoints: points(monthly),
        yearlyPoints: points(yearly),
        leastBalancePoints: points(least),
      },
    ]),
  );
}
