import type { Rational } from '../../kernel/rational.js';

/** One rule that an item was held against; `detail` is empty where it passed. */
export interface Check {
  readonly rule: 'DISCLOSURE' | 'VALUE' | 'POINTS_SHARE';
  readonly pass: boolean;
  readonly detail: string;
}

export interface Checked {
  readonly faceFen: bigint;
  readonly pricePoints: bigint;
  readonly maxPointsShareBasisPoints: number;
  readonly disclosure: { readonly threshold: string | null; readonly expiry: string | null; readonly limits: string | null } | null;
}

/** Holds an item against what a member has to be able to read off it. `value`: fen per point of its programme. */
export function checksOf(item: Checked, value: Rational): Check[] {
  const undisclosed = (['threshold', 'expiry', 'limits'] as const).filter((part) => !item.disclosure?.[part]);
  const belowValue = item.faceFen * value.denominator < item.pricePoints * value.numerator;
  return [
    check('DISCLOSURE', undisclosed.length === 0, `not disclosed: ${undisclosed.join(', ')}`),
    check('VALUE', !belowValue, 'a point is worth less on this item than its programme says'),
    check('POINTS_SHARE', item.maxPointsShareBasisPoints > 0, 'no part of the price can be paid with points'),
  ];
}

const check = (rule: Check['rule'], pass: boolean, detail: string): Check => ({ rule, pass, detail: pass ? '' : detail });
