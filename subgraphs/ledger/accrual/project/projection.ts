import { minOf, type Rational, sumOf, timesDown } from '../../../kernel/rational.js';
import { expiryOf, type ExpiryRule } from '../../points/expiry.js';
import { burn, isExpired, isUsable, type SpendableLot } from '../../points/lots.js';
import { decide, earnedBy } from '../decide.js';
import { noHistory } from '../caps.js';
import { lotsOf } from '../pending.js';
import { monthsLater } from '../periods.js';
import { everybody, type PurchaseLine, type Rule } from '../rules.js';
import { anySeller } from '../seller.js';
import { Memory } from '../simulate/memory.js';

/** What is done with points once there are so many: noted only, spent, or turned into credit that pays a part of the next month. */
export type ThresholdUse = 'NOTE' | 'REDEEM' | 'CREDIT';

export interface Threshold {
  readonly name: string;
  readonly points: bigint;
  /** What so many points are given for. */
  readonly fen: bigint;
  readonly use: ThresholdUse;
}

/** So much every month, and what the points are for. */
export interface Plan {
  readonly from: Date;
  readonly months: number;
  readonly monthlyFen: bigint;
  readonly facts: Pick<PurchaseLine, 'category' | 'certificate' | 'registered' | 'cardProduct' | 'event'>;
  readonly openingPoints: bigint;
  readonly thresholds: readonly Threshold[];
}

export interface Terms {
  readonly rulesAt: (at: Date) => readonly Rule[];
  readonly policy: ExpiryRule;
  /** Fen per point. */
  readonly value: Rational;
}

export interface Month {
  readonly month: number;
  readonly at: Date;
  /** What of the month's bill earlier credit paid. */
  readonly appliedFen: bigint;
  readonly cashFen: bigint;
  readonly earnedPoints: bigint;
  readonly expiredPoints: bigint;
  readonly grantedFen: bigint;
  /** Points that may be spent when all is done. */
  readonly availablePoints: bigint;
}

export interface Reached {
  readonly threshold: Threshold;
  readonly month: number;
  readonly at: Date;
  readonly times: bigint;
}

export interface Projection {
  readonly months: readonly Month[];
  readonly reached: readonly Reached[];
  readonly earnedPoints: bigint;
  readonly expiredPoints: bigint;
  /** What was redeemed, and the credit that paid something. */
  readonly realisedFen: bigint;
  readonly residualPoints: bigint;
  readonly residualFen: bigint;
  readonly credit: { readonly grantedFen: bigint; readonly appliedFen: bigint; readonly unusedFen: bigint };
}

/** What a plan comes to, by the very rules by which purchases earn. Points that wait for an event stay unused. */
export function project(plan: Plan, terms: Terms): Projection {
  const wallet = new ProjectedWallet(plan, terms);
  const months = Array.from({ length: plan.months }, (_, n) => wallet.live(n + 1));
  const { reached } = wallet;
  const residualPoints = wallet.pointsLeft;
  const sum = (of: keyof Month): bigint => sumOf(months.map((month) => month[of] as bigint));
  const redeemedFen = sumOf(
    reached.filter(({ threshold }) => threshold.use === 'REDEEM').map(({ threshold, times }) => threshold.fen * times),
  );
  const credit = { grantedFen: sum('grantedFen'), appliedFen: sum('appliedFen') };
  return {
    months,
    reached,
    earnedPoints: sum('earnedPoints'),
    expiredPoints: sum('expiredPoints'),
    realisedFen: redeemedFen + credit.appliedFen,
    residualPoints,
    residualFen: timesDown(residualPoints, terms.value),
    credit: { ...credit, unusedFen: credit.grantedFen - credit.appliedFen },
  };
}

const nobody = '';

/** Somebody who does nothing but follow the plan. */
class ProjectedWallet {
  readonly reached: Reached[] = [];
  private readonly memory: Memory;
  private lots: SpendableLot[] = [];
  private creditFen = 0n;
  private made = 0;

  constructor(
    private readonly plan: Plan,
    private readonly terms: Terms,
  ) {
    this.memory = new Memory(terms.policy.zone);
    const { from, openingPoints } = plan;
    if (openingPoints > 0n) this.put({ points: openingPoints, usableFrom: from, expiresAt: expiryOf(terms.policy, from) }, from);
  }

  get pointsLeft(): bigint {
    return sumOf(this.lots.map(({ free }) => free));
  }

  live(month: number): Month {
    const at = monthsLater(this.plan.from, month - 1, this.terms.policy.zone);
    const expiredPoints = this.expire(at);
    const appliedFen = minOf(this.creditFen, this.plan.monthlyFen);
    this.creditFen -= appliedFen;
    const cashFen = this.plan.monthlyFen - appliedFen;
    const earnedPoints = this.buy(at, cashFen);
    const grantedFen = this.reach(month, at);
    this.creditFen += grantedFen;
    return { month, at, appliedFen, cashFen, earnedPoints, expiredPoints, grantedFen, availablePoints: this.usable(at) };
  }

  private buy(at: Date, cashFen: bigint): bigint {
    const { policy } = this.terms;
    const rules = this.terms.rulesAt(at);
    const line = { ...this.plan.facts, sku: 'plan', fen: this.plan.monthlyFen, cashFen };
    const earned = earnedBy([line], rules, everybody, anySeller);
    if (earned === null) return 0n;
    const { given } = this.memory.over(noHistory, nobody, rules, at, at);
    const decision = decide(earned, rules, { given, balance: this.pointsLeft });
    this.memory.keep(nobody, rules, at, decision, []);
    for (const lot of lotsOf(decision, rules, policy, at)) this.put(lot, at);
    if (policy.mode === 'SLIDING' && decision.points > 0n) this.renew(expiryOf(policy, at));
    return decision.points;
  }

  private reach(month: number, at: Date): bigint {
    let grantedFen = 0n;
    for (const threshold of this.plan.thresholds) {
      const times = this.usable(at) / threshold.points;
      const known = threshold.use === 'NOTE' && this.reached.some((before) => before.threshold === threshold);
      if (times === 0n || known) continue;
      this.reached.push({ threshold, month, at, times: threshold.use === 'NOTE' ? 1n : times });
      if (threshold.use === 'NOTE') continue;
      this.spend(threshold.points * times, at);
      if (threshold.use === 'CREDIT') grantedFen += threshold.fen * times;
    }
    return grantedFen;
  }

  private spend(points: bigint, at: Date): void {
    const burned = burn(this.lots, points, at);
    const taken = new Map(burned.kind === 'burned' ? burned.parts.map((part) => [part.lot, part.points]) : []);
    this.keep(({ id, free }) => free - (taken.get(id) ?? 0n));
  }

  private expire(at: Date): bigint {
    const gone = sumOf(this.lots.filter((lot) => isExpired(lot, at)).map(({ free }) => free));
    this.keep((lot) => (isExpired(lot, at) ? 0n : lot.free));
    return gone;
  }

  private usable(at: Date): bigint {
    return sumOf(this.lots.filter((lot) => isUsable(lot, at)).map(({ free }) => free));
  }

  private put({ points, ...life }: { readonly points: bigint } & Pick<SpendableLot, 'usableFrom' | 'expiresAt'>, earnedAt: Date): void {
    this.made += 1;
    this.lots.push({
      id: String(this.made).padStart(9, '0'),
      free: points,
      earnedAt,
      usableFrom: life.usableFrom,
      expiresAt: life.expiresAt,
    });
  }

  private renew(until: Date | null): void {
    this.lots = this.lots.map((lot) =>
      until !== null && lot.expiresAt !== null && lot.expiresAt < until ? Object.assign({}, lot, { expiresAt: until }) : lot,
    );
  }

  private keep(left: (lot: SpendableLot) => bigint): void {
    this.lots = this.lots.map((lot) => Object.assign({}, lot, { free: left(lot) })).filter(({ free }) => free > 0n);
  }
}
