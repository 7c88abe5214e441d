/** Exact arithmetic on money and points: bigint in, bigint out, the rounding named at every call. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

export const rational = (numerator: bigint, denominator = 1n): Rational => {
  if (denominator <= 0n) throw new RangeError('A denominator is positive');
  return { numerator, denominator };
};

/** value × rate, rounded down: what is earned. */
export const timesDown = (value: bigint, { numerator, denominator }: Rational): bigint => {
  const product = value * numerator;
  const quotient = product / denominator;
  return product < 0n && quotient * denominator !== product ? quotient - 1n : quotient;
};

/** value × rate, rounded up: what is charged. */
export const timesUp = (value: bigint, rate: Rational): bigint => -timesDown(-value, rate);

export const inverse = ({ numerator, denominator }: Rational): Rational => rational(denominator, numerator);

export const minOf = (a: bigint, b: bigint): bigint => (a < b ? a : b);
export const sumOf = (values: Iterable<bigint>): bigint => {
  let total = 0n;
  for (const value of values) total += value;
  return total;
};

/** Shares of `total` in proportion to `weights`; by largest remainder, so they sum exactly. Ties go to the earlier share. */
export function allocate(total: bigint, weights: readonly bigint[]): bigint[] {
  const all = sumOf(weights);
  if (all === 0n) return weights.map(() => 0n);
  const parts = weights.map((weight, index) => ({ index, share: (total * weight) / all, rest: (total * weight) % all }));
  let left = total - sumOf(parts.map((part) => part.share));
  for (const part of [...parts].sort((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1))) {
    if (left === 0n) break;
    part.share += 1n;
    left -= 1n;
  }
  return parts.map((part) => part.share);
}
