/** The database's time, as of its last answer: this process's own clock may be wrong, and receivers refuse what is five minutes off. */
export interface RealClock {
  heard(now: string): void;
  nowMs(): number;
}

export function realClock(): RealClock {
  let aheadMs: number | undefined;
  return {
    heard(now) {
      aheadMs = Date.parse(now) - performance.now();
    },
    nowMs: () => (aheadMs === undefined ? Date.now() : performance.now() + aheadMs),
  };
}
