import { sumOf } from '../../kernel/rational.js';
import { type Cohort, contractLiability } from './revenue.js';

/** The points of a programme at an instant, by what happened to them since the beginning. */
export interface PointsState {
  readonly issued: bigint;
  readonly redeemed: bigint;
  readonly returned: bigint;
  readonly expired: bigint;
  readonly clawedBack: bigint;
  /** Corrections and whatever else, either way. */
  readonly adjusted: bigint;
}

export interface State {
  readonly points: PointsState;
  /** Points that were sold; others have no revenue that waits for them. */
  readonly cohorts: readonly ExpiringCohort[];
}

export interface ExpiringCohort extends Cohort {
  readonly expired: bigint;
  /** What sales have ever allocated, before goods came back. */
  readonly soldFen: bigint;
}

/** A stretch of time with one expected rate: how it stood at both ends. The first instant of the next is the last of this one. */
export interface Stretch {
  readonly rate: bigint;
  readonly from: State;
  readonly until: State;
}

export interface PointsRollForward extends PointsState {
  readonly opening: bigint;
  readonly closing: bigint;
}

export interface FenRollForward {
  readonly opening: bigint;
  /** Allocated to points by sales. */
  readonly issued: bigint;
  /** Given back with returned goods. */
  readonly reversed: bigint;
  /** Recognised with redemptions, breakage in proportion; negative where more came back than was redeemed. */
  readonly redeemed: bigint;
  /** Recognised because more points expired than had been expected. */
  readonly expired: bigint;
  /** What new expectations changed in hindsight; positive where more is owed. */
  readonly reestimated: bigint;
  readonly closing: bigint;
}

export interface RollForward {
  readonly points: PointsRollForward;
  readonly fen: FenRollForward;
  /** What each new rate changed at once, in the order of the stretches that it begins. */
  readonly catchUps: readonly bigint[];
}

export const outstandingOf = ({ issued, redeemed, returned, expired, clawedBack, adjusted }: PointsState): bigint =>
  issued - redeemed + returned - expired - clawedBack + adjusted;

const liabilityOf = ({ cohorts }: State, rate: bigint): bigint => sumOf(cohorts.map((cohort) => contractLiability(cohort, rate)));

/**
 * Pure: how a period's opening became its closing, in points and in fen; both tie exactly. Stretches follow each other; where one
 * begins with another rate than the one before it ended with, the difference at that instant is the catch-up of the new expectation.
 * `before` is the rate with which the period before ended.
 */
export function rollForward(before: bigint, stretches: readonly Stretch[]): RollForward {
  const [first] = stretches;
  const last = stretches.at(-1);
  if (!first || !last) throw new RangeError('A period has at least one stretch');
  const catchUps = stretches.map(({ rate, from }, n) => liabilityOf(from, rate) - liabilityOf(from, stretches[n - 1]?.rate ?? before));
  const fen = {
    opening: liabilityOf(first.from, before),
    issued: total(last.until, 'soldFen') - total(first.from, 'soldFen'),
    reversed: reversedBy(last.until) - reversedBy(first.from),
    expired: sumOf(stretches.map(beyondExpectation)),
    reestimated: sumOf(catchUps),
    closing: liabilityOf(last.until, last.rate),
  };
  const redeemed = fen.opening + fen.issued - fen.reversed - fen.expired + fen.reestimated - fen.closing;
  return { points: pointsBetween(first.from.points, last.until.points), fen: { ...fen, redeemed }, catchUps };
}

const total = ({ cohorts }: State, what: 'soldFen' | 'allocatedFen'): bigint => sumOf(cohorts.map((cohort) => cohort[what]));
const reversedBy = (state: State): bigint => total(state, 'soldFen') - total(state, 'allocatedFen');

/** What would still be owed had nothing expired in the stretch, less what is. */
function beyondExpectation({ rate, from, until }: Stretch): bigint {
  const expiredBefore = new Map(from.cohorts.map(({ cohort, expired }) => [cohort, expired]));
  return sumOf(
    until.cohorts.map((cohort) => {
      const expired = cohort.expired - (expiredBefore.get(cohort.cohort) ?? 0n);
      return contractLiability({ ...cohort, outstanding: cohort.outstanding + expired }, rate) - contractLiability(cohort, rate);
    }),
  );
}

function pointsBetween(from: PointsState, until: PointsState): PointsRollForward {
  const moved = (what: keyof PointsState): bigint => until[what] - from[what];
  return {
    opening: outstandingOf(from),
    issued: moved('issued'),
    redeemed: moved('redeemed'),
    returned: moved('returned'),
    expired: moved('expired'),
    clawedBack: moved('clawedBack'),
    adjusted: moved('adjusted'),
    closing: outstandingOf(until),
  };
}
