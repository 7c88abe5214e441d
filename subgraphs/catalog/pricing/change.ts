/** A change of a quantity, exact until it is written: in basis points and as a percentage with its sign, such as `-16.67`. */
export interface Change {
  readonly basisPoints: number;
  readonly percent: string;
}

/** How much `to` differs from `from`; rounded half away from zero, only here at the end. `from` is positive. */
export const changeOf = (from: bigint, to: bigint): Change => changeBy((to - from) * 10_000n, from);

/** A ratio of basis points, rounded and written. */
export function changeBy(numerator: bigint, denominator: bigint): Change {
  const basisPoints = roundHalfAway(numerator, denominator);
  return { basisPoints: Number(basisPoints), percent: percentText(basisPoints, 2) };
}

/** `value` in units of 10^-decimals of a percent, with its sign: nothing for zero. */
export function percentText(value: bigint, decimals: number): string {
  const sign = value < 0n ? '-' : value > 0n ? '+' : '';
  const digits = (value < 0n ? -value : value).toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  return decimals === 0 ? `${sign}${whole}` : `${sign}${whole}.${digits.slice(-decimals)}`;
}

export function roundHalfAway(numerator: bigint, denominator: bigint): bigint {
  const magnitude = ((numerator < 0n ? -numerator : numerator) * 2n + denominator) / (denominator * 2n);
  return numerator < 0n ? -magnitude : magnitude;
}
