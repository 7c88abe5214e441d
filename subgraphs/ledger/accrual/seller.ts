import type { Trade } from '../../../schema/roster.js';
import { minOf, sumOf } from '../../kernel/rational.js';
import { earn, type LineAccrual, type PurchaseLine, type Rule, type RuleShare, type Standing } from './rules.js';

/** Who sells, as far as it bounds what is earned there. */
export interface Seller {
  readonly trade: Trade | null;
  /** Points that a bank may give for the opening of an account. */
  readonly openingCapPoints: bigint;
}
/** Of whom nothing bounds what is earned. */
export const anySeller: Seller = { trade: null, openingCapPoints: 0n };

/** What the line of a card transaction has to say of it, so that it earns. */
export const spending = 'SPEND';
/** Events by which an account begins. */
export const openings: ReadonlySet<string> = new Set(['OPENING', 'ACCOUNT_OPENING', 'CARD_OPENING']);

/**
 * What each line of a purchase earns at this seller, null where no rule fits. At a bank points are tied to spending, whoever issues them: the
 * publication of a bank's own rules asks for it, and nobody else's rules know where they will be used. Openings earn as many as the operator
 * lets them, all rules and all lines together.
 */
export function earnAt(
  { trade, openingCapPoints }: Seller,
  lines: readonly PurchaseLine[],
  rules: readonly Rule[],
  standing: Standing,
): (LineAccrual | null)[] {
  if (trade !== 'BANKING') return lines.map((line) => earn(line, rules, standing));
  const forSpending = rules.filter(({ kind }) => kind !== 'EVENT');
  const forOpenings = rules.filter(({ kind, eventPoints }) => kind === 'EVENT' && eventPoints !== null);
  let left = openingCapPoints;
  return lines.map((line) => {
    if (line.event === spending) return earn(line, forSpending, standing);
    if (!openings.has(line.event ?? '') || openingCapPoints <= 0n) return null;
    const given = earn(line, forOpenings, standing);
    const bounded = given && atMost(given, left);
    left -= bounded?.points ?? 0n;
    return bounded;
  });
}

/** The oldest rules first, so that the same ones give whoever asks. */
function atMost({ rules }: LineAccrual, cap: bigint): LineAccrual {
  let left = cap;
  const shares = rules
    .toSorted((a, b) => (a.rule < b.rule ? -1 : 1))
    .map(({ rule, credit, points: earned }): RuleShare => {
      const points = minOf(earned, left);
      left -= points;
      return { rule, credit, points };
    });
  return { points: sumOf(shares.map(({ points }) => points)), rules: shares };
}
