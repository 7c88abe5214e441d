/** Counts a bounded thing, in all and for each that holds some of it. */
export interface Tally {
  /** Whether its holder may have one more; then it is counted, from this moment on. */
  take(holder: string): boolean;
  giveBack(holder: string): void;
}

export function openTally(most: number, mostOfOne: number): Tally {
  const held = new Map<string, number>();
  let all = 0;
  return {
    take(holder) {
      const own = held.get(holder) ?? 0;
      if (all >= most || own >= mostOfOne) return false;
      held.set(holder, own + 1);
      all += 1;
      return true;
    },
    giveBack(holder) {
      const own = held.get(holder) ?? 0;
      if (own === 0) return;
      if (own === 1) held.delete(holder);
      else held.set(holder, own - 1);
      all -= 1;
    },
  };
}
