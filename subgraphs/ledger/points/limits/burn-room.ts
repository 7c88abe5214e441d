import { minOf } from '../../../kernel/rational.js';

/** What of a programme's points one member may spend; null without bound. */
export interface BurnLimits {
  /** At once, over all the points of it in one redemption. */
  readonly transactionPoints: bigint | null;
  /** In a calendar day, month, year of the programme's zone. */
  readonly dailyPoints: bigint | null;
  readonly monthlyPoints: bigint | null;
  readonly yearlyPoints: bigint | null;
  /** Points that have to be there before any may be spent. */
  readonly leastBalancePoints: bigint | null;
}

/** What a member spent in the periods of now, less what came back in them; what is set aside counts as spent. */
export interface Spent {
  readonly day: bigint;
  readonly month: bigint;
  readonly year: bigint;
  /** Points that are there and not set aside. */
  readonly available: bigint;
}

/** What the limits leave: none where the least balance is not there, else what the narrowest leaves; null where none bounds. */
export function burnRoom(limits: BurnLimits, { day, month, year, available }: Spent): bigint | null {
  if (limits.leastBalancePoints !== null && available < limits.leastBalancePoints) return 0n;
  const rooms = [
    limits.transactionPoints,
    left(limits.dailyPoints, day),
    left(limits.monthlyPoints, month),
    left(limits.yearlyPoints, year),
  ].filter((room) => room !== null);
  return rooms.length === 0 ? null : rooms.reduce(minOf);
}

/** What a limit counts over. */
export type BurnPeriod = 'BALANCE' | 'TRANSACTION' | 'YEAR' | 'MONTH' | 'DAY';

/** A limit that leaves less than is there: its number, and what is left within it. */
export interface BindingLimit {
  readonly period: BurnPeriod;
  readonly max: bigint;
  readonly left: bigint;
}

/** Pure: the limit that keeps the member from its points now, of two that leave as little the one that lasts longer; null where it has no more. */
export function bindingLimit(limits: BurnLimits, { day, month, year, available }: Spent): BindingLimit | null {
  const least = limits.leastBalancePoints;
  if (least !== null && available > 0n && available < least) return { period: 'BALANCE', max: least, left: 0n };
  const found = (
    [
      ['TRANSACTION', limits.transactionPoints, limits.transactionPoints],
      ['YEAR', limits.yearlyPoints, left(limits.yearlyPoints, year)],
      ['MONTH', limits.monthlyPoints, left(limits.monthlyPoints, month)],
      ['DAY', limits.dailyPoints, left(limits.dailyPoints, day)],
    ] as const
  ).flatMap(([period, max, rest]) => (max === null || rest === null || rest >= available ? [] : [{ period, max, left: rest }]));
  return found.reduce<BindingLimit | null>((narrowest, limit) => (narrowest && narrowest.left <= limit.left ? narrowest : limit), null);
}

/** What came back makes room again, but never more than there was. */
const left = (limit: bigint | null, spent: bigint): bigint | null => {
  if (limit === null) return null;
  const used = spent > 0n ? spent : 0n;
  return limit > used ? limit - used : 0n;
};
