/** Fen and points of an item in lowest terms, so that two items can be compared at a glance. */
export function valuePerPoint(fen: bigint, points: bigint): { fen: bigint; points: bigint } {
  let [a, b] = [fen, points];
  while (b > 0n) [a, b] = [b, a % b];
  return { fen: fen / a, points: points / a };
}
