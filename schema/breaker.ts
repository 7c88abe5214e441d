export interface BreakerRules {
  /** So many failures in a row, with no answer between them, and nobody is kept waiting any more … */
  readonly failures: number;
  /** … for so long; then one call tries, and its outcome counts for all. */
  readonly restMs: number;
  /** Calls under way at once; one more is refused, so that one slow subgraph does not use up the gateway. */
  readonly atOnce: number;
}

/** Whether a subgraph is worth asking right now. Time is an argument. */
export class Breaker {
  private failures = 0;
  private openUntilMs = 0;
  private underWay = 0;

  constructor(private readonly rules: BreakerRules) {}

  /** Why a call may not start now, or null: then it has started, and `end` must follow. */
  start(nowMs: number): string | null {
    if (this.underWay >= this.rules.atOnce) return `${this.rules.atOnce} calls are under way`;
    if (this.failures >= this.rules.failures) {
      if (nowMs < this.openUntilMs) return `it failed ${this.failures} times in a row`;
      // This call is the one that tries; the others go on waiting for its outcome.
      this.openUntilMs = nowMs + this.rules.restMs;
    }
    this.underWay += 1;
    return null;
  }

  end(succeeded: boolean, nowMs: number): void {
    this.underWay -= 1;
    this.failures = succeeded ? 0 : this.failures + 1;
    if (this.failures >= this.rules.failures) this.openUntilMs = nowMs + this.rules.restMs;
  }
}
