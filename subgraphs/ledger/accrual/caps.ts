import { minOf, sumOf } from '../../kernel/rational.js';
import type { LineAccrual, Rule, RuleShare } from './rules.js';

/** A share as it is given: `points` of it, and what a cap withheld. */
export interface CappedShare extends RuleShare {
  readonly withheld: bigint;
}

export interface CappedLine {
  readonly points: bigint;
  readonly rules: readonly CappedShare[];
}

/** Points that a rule gave a member in the day, month and year of a purchase. All versions of a rule share its caps. */
export interface GivenBefore {
  readonly day: bigint;
  readonly month: bigint;
  readonly year: bigint;
}

/** What a member has before a purchase, as far as caps ask; a rule of which nothing is said gave nothing. */
export interface History {
  /** By the name of the rule. */
  readonly given: ReadonlyMap<string, GivenBefore>;
  /** Points in the wallet: available, pending and held. */
  readonly balance: bigint;
}
export const noHistory: History = { given: new Map(), balance: 0n };

/** The purchase's, the day's, the month's and the year's room of a rule, whichever is least; null without such a cap. */
export function roomOf(rule: Rule, { given }: History): bigint | null {
  const { day = 0n, month = 0n, year = 0n } = given.get(rule.name) ?? {};
  const rooms = [
    rule.transactionCapPoints,
    left(rule.dailyCapPoints, day),
    left(rule.monthlyCapPoints, month),
    left(rule.yearlyCapPoints, year),
  ].filter((room) => room !== null);
  return rooms.length === 0 ? null : rooms.reduce(minOf);
}
const left = (cap: bigint | null, used: bigint): bigint | null => (cap === null ? null : cap - used);

/**
 * Lines as the caps of their rules let them through, in the order of the lines. A cap bounds what its own rule gives; a bonus is a share
 * of the base as it was earned, whatever a cap of the base withholds. A balance counts what every rule gave before in the same purchase.
 */
export function capped(lines: readonly (LineAccrual | null)[], rules: readonly Rule[], history: History): CappedLine[] {
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const room = new Map(rules.map((rule) => [rule.id, roomOf(rule, history)]));
  let balance = history.balance;
  return lines.map((line) => {
    const shares = (line?.rules ?? []).map((share): CappedShare => {
      const own = room.get(share.rule) ?? null;
      const most = byId.get(share.rule)?.balanceCapPoints ?? null;
      const bounds = [own, left(most, balance)].filter((bound) => bound !== null);
      const points = bounds.reduce((least, bound) => minOf(least, bound > 0n ? bound : 0n), share.points);
      if (own !== null) room.set(share.rule, own - points);
      balance += points;
      return { rule: share.rule, credit: share.credit, points, withheld: share.points - points };
    });
    return { points: sumOf(shares.map(({ points }) => points)), rules: shares };
  });
}
