import type { EntityManager } from '@mikro-orm/postgresql';
import { allocate, rational, sumOf, timesDown } from '../../kernel/rational.js';
import { rows } from '../../kernel/sql.js';
import type { Programme } from '../partners/programme.entity.js';
import { type Estimate, estimatesOf, rateAt } from './estimates.js';
import { contractLiability, whole } from './revenue.js';
import { type ExpiringCohort, outstandingOf, type PointsState, type RollForward, rollForward, type State } from './roll-forward.js';

/** Points of one month of issue and one of expiry; `fen` what sales allocated to them, `back` what of it went back. */
interface Group extends PointsState {
  readonly cohort: string;
  readonly sold: boolean;
  readonly expires: string | null;
  readonly soldFen: bigint;
  readonly backFen: bigint;
}

type Row = { readonly cohort: string; readonly sold: boolean; readonly expires: string | null } & Record<
  'issued' | 'redeemed' | 'returned' | 'expired' | 'clawed' | 'adjusted' | 'sold_fen' | 'back_fen',
  string
>;

/** `at` as the database reads it: an instant, or an expression around one. */
async function groupsAt(em: EntityManager, programme: string, at: Date, before: boolean): Promise<Group[]> {
  const found = await rows<Row>(em, `select * from liability_at(?, ?::timestamptz - ?::interval)`, [
    programme,
    at.toISOString(),
    before ? '1 microsecond' : '0',
  ]);
  return found.map((row) => ({
    cohort: row.cohort,
    sold: row.sold,
    expires: row.expires,
    issued: BigInt(row.issued),
    redeemed: BigInt(row.redeemed),
    returned: BigInt(row.returned),
    expired: BigInt(row.expired),
    clawedBack: BigInt(row.clawed),
    adjusted: BigInt(row.adjusted),
    soldFen: BigInt(row.sold_fen),
    backFen: BigInt(row.back_fen),
  }));
}

const kinds = ['issued', 'redeemed', 'returned', 'expired', 'clawedBack', 'adjusted'] as const;

/** Pure: the groups of a programme as one state. */
export function stateOf(groups: readonly Group[]): State {
  const sums = (some: readonly Group[]): PointsState =>
    Object.fromEntries(kinds.map((kind) => [kind, sumOf(some.map((group) => group[kind]))])) as unknown as PointsState;
  const sold = groups.filter((group) => group.sold);
  const cohorts = [...new Set(sold.map(({ cohort }) => cohort))].map((cohort): ExpiringCohort => {
    const own = sold.filter((group) => group.cohort === cohort);
    const points = sums(own);
    const soldFen = sumOf(own.map((group) => group.soldFen));
    return {
      cohort,
      soldFen,
      allocatedFen: soldFen - sumOf(own.map((group) => group.backFen)),
      issued: points.issued - points.clawedBack + points.adjusted,
      redeemed: points.redeemed - points.returned,
      outstanding: outstandingOf(points),
      expired: points.expired,
    };
  });
  return { points: sums(groups), cohorts };
}

export interface Expiring {
  /** Month in the programme's zone; null: never. */
  readonly month: string | null;
  readonly points: bigint;
  readonly fen: bigint;
}

export interface LiabilityFacts {
  readonly points: bigint;
  readonly fen: bigint;
  readonly expectedRate: bigint;
  readonly breakageFen: bigint;
  readonly contractFen: bigint;
  readonly prepaidFen: bigint;
  readonly unsoldPoints: bigint;
  readonly byExpiry: readonly Expiring[];
}

/** What a programme owes at an instant that is not in the future. */
export async function liabilityAt(em: EntityManager, programme: Programme, at: Date): Promise<LiabilityFacts> {
  const groups = await groupsAt(em, programme.id, at, false);
  const expectedRate = rateAt(await estimatesOf(em, programme.id), at);
  const value = await valueAt(em, programme, at);
  const { points: all, cohorts } = stateOf(groups);
  const points = outstandingOf(all);
  const fen = timesDown(points, value);
  const months = [...new Set(groups.map(({ expires }) => expires))];
  const byMonth = months.map((month) => sumOf(groups.filter(({ expires }) => expires === month).map(outstandingOf)));
  const shares = allocate(fen, byMonth);
  return {
    points,
    fen,
    expectedRate,
    breakageFen: fen - timesDown(points, rational(value.numerator * expectedRate, value.denominator * whole)),
    contractFen: sumOf(cohorts.map((cohort) => contractLiability(cohort, expectedRate))),
    prepaidFen: await prepaidAt(em, programme.id, at),
    unsoldPoints: points - sumOf(cohorts.map(({ outstanding }) => outstanding)),
    byExpiry: months
      .map((month, n) => ({ month, points: byMonth[n] ?? 0n, fen: shares[n] ?? 0n }))
      .filter((expiring) => expiring.points > 0n)
      .sort((a, b) => ((a.month ?? '~') < (b.month ?? '~') ? -1 : 1)),
  };
}

async function valueAt(em: EntityManager, { id, firstValueFen, firstValuePoints }: Programme, at: Date) {
  const [rate] = await rows<{ value_fen: string; value_points: string }>(
    em,
    'select value_fen, value_points from programme_rate where programme = ? and valid_from <= ? order by valid_from desc, id desc limit 1',
    [id, at.toISOString()],
  );
  return rate ? rational(BigInt(rate.value_fen), BigInt(rate.value_points)) : rational(firstValueFen, firstValuePoints);
}

/** What partners paid for packs that their customers have not earned yet. */
async function prepaidAt(em: EntityManager, programme: string, at: Date): Promise<bigint> {
  const [sum] = await rows<{ fen: string }>(
    em,
    `select coalesce(sum(p.price_fen - div(p.price_fen::numeric * coalesce(d.points, 0), p.points)), 0)::bigint as fen
     from pack p cross join lateral (select sum(points) as points from pack_draw where pack = p.id and at <= ?) d
     where p.programme = ? and p.bought_at <= ? and (p.expires_at is null or p.expires_at > ?)`,
    [at.toISOString(), programme, at.toISOString(), at.toISOString()],
  );
  return BigInt(sum?.fen ?? 0);
}

export interface PeriodRollForward extends RollForward {
  /** Expectations that began in the period, with what each changed at once. */
  readonly reestimates: readonly (Estimate & { readonly effectFen: bigint })[];
}

/** How a period's opening became its closing. `from` belongs to the period; `until` does not, unless it is `inclusive`, as now is. */
export async function rollForwardOf(
  em: EntityManager,
  programme: Programme,
  { from, until, inclusive }: { readonly from: Date; readonly until: Date; readonly inclusive: boolean },
): Promise<PeriodRollForward> {
  const estimates = await estimatesOf(em, programme.id);
  const begun = estimates.filter(({ validFrom }) => validFrom >= from && (inclusive ? validFrom <= until : validFrom < until));
  const before = estimates.findLast(({ validFrom }) => validFrom < from)?.rate ?? whole;
  const cuts = [from, ...begun.map(({ validFrom }) => validFrom)];
  const states: State[] = [];
  for (const at of cuts) states.push(stateOf(await groupsAt(em, programme.id, at, true)));
  states.push(stateOf(await groupsAt(em, programme.id, until, !inclusive)));
  const rates = [before, ...begun.map(({ rate }) => rate)];
  const rolled = rollForward(
    before,
    rates.map((rate, n) => ({ rate, from: states[n] as State, until: states[n + 1] as State })),
  );
  return {
    ...rolled,
    reestimates: begun.map((estimate, n) => Object.assign({ effectFen: rolled.catchUps[n + 1] as bigint }, estimate)),
  };
}
