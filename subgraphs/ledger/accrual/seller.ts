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
 * What a line earns at this seller. At a bank points are tied to spending, whoever issues them: the publication of a bank's own rules asks for
 * it, and nobody else's rules know where they will be used. An opening earns as many as the operator lets it, all rules together.
 */
export function earnAt(
  { trade, openingCapPoints }: Seller,
  line: PurchaseLine,
  rules: readonly Rule[],
  standing: Standing,
): LineAccrual | null {
  if (trade !== 'BANKING') return earn(line, rules, standing);
  if (line.event === spending)
    return earn(
      line,
      rules.filter(({ kind }) => kind !== 'EVENT'),
      standing,
    );
  if (!openings.has(line.event ?? '') || openingCapPoints <= 0n) return null;
  const given = earn(
    line,
    rules.filter(({ kind, eventPoints }) => kind === 'EVENT' && eventPoints !== null),
    standing,
  );
  return given && atMost(given, openingCapPoints);
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
