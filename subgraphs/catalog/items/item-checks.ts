import { type Difference, parityProblems, type Variants } from '../campaigns/parity.js';
import type { Rational } from '../../kernel/rational.js';
import type { ItemDisclosure } from './item.entity.js';

/** One rule that an item was held against; `detail` is empty where it passed. */
export interface Check {
  readonly rule: 'DISCLOSURE' | 'PARITY' | 'CATEGORY' | 'VALUE' | 'POINTS_SHARE';
  readonly pass: boolean;
  readonly detail: string;
}

export interface Checked {
  readonly category: string;
  readonly faceFen: bigint;
  readonly pricePoints: bigint;
  readonly maxPointsShareBasisPoints: number;
  readonly disclosure: ItemDisclosure | null;
  readonly variants: Variants | null;
}

/** What an item is held against besides itself. `value`: fen per point of its programme, which `issuer` issues. */
export interface Measure {
  readonly value: Rational;
  readonly issuer: string;
  /** Issuers whose points may not pay for the item's category. */
  readonly blockedIssuers: readonly string[];
  readonly disclosureRequired: boolean;
  /** The conditions of use that were last published; null where there were none. */
  readonly promised: Variants | null;
  readonly at: Date;
}

export type GateRefusal =
  | { readonly kind: 'refused'; readonly code: 'DISCLOSURE_MISSING'; readonly missing: readonly string[] }
  | { readonly kind: 'refused'; readonly code: 'PARITY_VIOLATION'; readonly differences: readonly Difference[] }
  | { readonly kind: 'refused'; readonly code: 'CATEGORY_BLOCKED'; readonly category: string; readonly issuer: string };

/** Everything that an item does not state of its rules; blanks state nothing. */
export const undisclosed = (disclosure: ItemDisclosure | null): string[] =>
  (['threshold', 'expiry', 'limits'] as const).filter((part) => !disclosure?.[part]?.trim());

/** Why an item may not be published at all; null where it may. Half a disclosure is worse than none, so it never passes. */
export function gateOf(item: Checked, measure: Measure): GateRefusal | null {
  if (measure.blockedIssuers.includes(measure.issuer))
    return { kind: 'refused', code: 'CATEGORY_BLOCKED', category: item.category, issuer: measure.issuer };
  const missing = undisclosed(item.disclosure);
  if (missing.length > 0 && (item.disclosure !== null || measure.disclosureRequired))
    return { kind: 'refused', code: 'DISCLOSURE_MISSING', missing };
  const differences = parityProblems(item.variants, measure.promised, measure.at);
  return differences.length > 0 ? { kind: 'refused', code: 'PARITY_VIOLATION', differences } : null;
}

/** Holds an item that may be published against what a member has to be able to read off it. */
export function checksOf(item: Checked, { value, blockedIssuers }: Measure): Check[] {
  const missing = undisclosed(item.disclosure);
  const belowValue = item.faceFen * value.denominator < item.pricePoints * value.numerator;
  return [
    check('DISCLOSURE', missing.length === 0, `not disclosed: ${missing.join(', ')}`),
    check('PARITY', true, ''),
    check('CATEGORY', blockedIssuers.length === 0, `not to be paid with points of: ${blockedIssuers.join(', ')}`),
    check('VALUE', !belowValue, 'a point is worth less on this item than its programme says'),
    check('POINTS_SHARE', item.maxPointsShareBasisPoints > 0, 'no part of the price can be paid with points'),
  ];
}

const check = (rule: Check['rule'], pass: boolean, detail: string): Check => ({ rule, pass, detail: pass ? '' : detail });
