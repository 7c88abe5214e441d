import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid } from 'uuid';
import { badInput } from '../../kernel/errors.js';
import type { Once, WriteKey } from '../../kernel/idempotency.js';
import { rows } from '../../kernel/sql.js';
import type { Make } from '../approvals/kind.js';
import { propose, type Proposed } from '../approvals/propose.js';
import { beginsAt } from '../approvals/rate.js';
import type { Context } from '../context.js';
import { whole } from './revenue.js';

/** What share of a programme's points is expected to be redeemed, from an instant on, and who said so. */
export interface Estimate {
  readonly rate: bigint;
  readonly validFrom: Date;
  readonly reason: string;
  readonly proposedBy: string;
  readonly approvedBy: string;
}

/** In order of time; before the first one all points are expected to be redeemed. */
export async function estimatesOf(em: EntityManager, programme: string): Promise<Estimate[]> {
  const found = await rows<{ basis_points: number; valid_from: string; reason: string; proposed_by: string; approved_by: string }>(
    em,
    'select * from redemption_estimate where programme = ? order by valid_from, id',
    [programme],
  );
  return found.map((row) => ({
    rate: BigInt(row.basis_points),
    validFrom: new Date(row.valid_from),
    reason: row.reason,
    proposedBy: row.proposed_by,
    approvedBy: row.approved_by,
  }));
}

/** Pure: the rate in force at an instant, in basis points. */
export const rateAt = (estimates: readonly Estimate[], at: Date): bigint =>
  estimates.findLast(({ validFrom }) => validFrom <= at)?.rate ?? whole;

export interface EstimateBody {
  readonly programme: string;
  /** Basis points. */
  readonly rate: number;
  readonly validFrom: Date;
}

/** Proposes another expectation. It begins when it is agreed to at the earliest: what was reported stays, the difference is caught up at once. */
export function proposeEstimate(
  context: Pick<Context, 'em' | 'viewer'>,
  key: WriteKey,
  input: EstimateBody & { readonly reason: string },
  issuer: string,
): Promise<Once<Proposed>> {
  const { programme, rate, validFrom } = input;
  if (rate < 0 || rate > Number(whole)) throw badInput('`basisPoints` is 0 to 10000', { argument: 'basisPoints' });
  const body: EstimateBody = { programme, rate, validFrom };
  return propose<never>(context, key, input, () =>
    Promise.resolve({ kind: 'REDEMPTION_ESTIMATE', partner: issuer, operatorOnly: false, body }),
  );
}

export const setEstimate: Make<EstimateBody> = async (tx, { body, reason, proposedBy, decidedBy, now }) => {
  const { programme, rate } = body;
  const validFrom = beginsAt(body.validFrom, now);
  const before = rateAt(await estimatesOf(tx, programme), validFrom);
  await rows(
    tx,
    `insert into redemption_estimate (id, programme, basis_points, valid_from, reason, proposed_by, approved_by, set_at) values (?, ?, ?, ?, ?, ?, ?, ?)`,
    [uuid(), programme, rate, validFrom.toISOString(), reason, proposedBy, decidedBy, now.toISOString()],
  );
  return { kind: 'made', before: { basisPoints: Number(before) }, after: { programme, basisPoints: rate, validFrom } };
};
