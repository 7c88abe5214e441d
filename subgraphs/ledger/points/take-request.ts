/** What a redemption takes in one programme, and the money that this covers. */
export interface Leg {
  readonly programme: string;
  readonly points: bigint;
  readonly fen: bigint;
}

export interface HoldRequest {
  readonly hold: string;
  readonly redemption: string;
  readonly memberUid: string;
  readonly acceptor: string;
  readonly legs: readonly Leg[];
  readonly expiresAt?: Date | null;
}

export type BurnRequest = Omit<HoldRequest, 'expiresAt'>;

/** Legs of one programme as one; a leg of no points takes nothing. */
export function byProgramme(legs: readonly Leg[]): readonly Leg[] {
  if (legs.length === 1 && (legs[0] as Leg).points > 0n) return legs;
  const merged = new Map<string, Leg>();
  for (const { programme, points, fen } of legs) {
    const other = merged.get(programme);
    merged.set(programme, { programme, points: points + (other?.points ?? 0n), fen: fen + (other?.fen ?? 0n) });
  }
  return [...merged.values()].filter(({ points }) => points > 0n);
}
