import { sumOf } from '../../kernel/rational.js';
import { capped, type CappedLine, type CappedShare, type History } from './caps.js';
import type { LineAccrual, PurchaseLine, Rule, Standing } from './rules.js';
import { earnAt, type Seller } from './seller.js';

/** What a purchase earns before caps: by line, null for a line that no rule fits. */
export type Earned = readonly (LineAccrual | null)[];

export interface Decision {
  readonly points: bigint;
  readonly lines: readonly CappedLine[];
  /** What each rule gave over all lines. */
  readonly rules: readonly CappedShare[];
}

/** What the lines earn by the rules in force, or null where no rule fits any of them. Accruals, simulations and projections all ask here. */
export function earnedBy(lines: readonly PurchaseLine[], rules: readonly Rule[], standing: Standing, seller: Seller): Earned | null {
  const earned = earnAt(seller, lines, rules, standing);
  return earned.every((line) => line === null) ? null : earned;
}

/** What of it the caps let through, given what the member has. */
export function decide(earned: Earned, rules: readonly Rule[], history: History): Decision {
  const lines = capped(earned, rules, history);
  const perRule = new Map<string, CappedShare>();
  for (const share of lines.flatMap((line) => line.rules)) {
    const place = `${share.rule} ${share.credit}`;
    const { points = 0n, withheld = 0n } = perRule.get(place) ?? {};
    perRule.set(place, { ...share, points: points + share.points, withheld: withheld + share.withheld });
  }
  return { points: sumOf(lines.map(({ points }) => points)), lines, rules: [...perRule.values()] };
}

/** The rules that gave something, or would have but for a cap. */
export function usedBy<R extends Rule>(earned: Earned, rules: readonly R[]): R[] {
  const ids = new Set(earned.flatMap((line) => line?.rules ?? []).map(({ rule }) => rule));
  return rules.filter(({ id }) => ids.has(id));
}
