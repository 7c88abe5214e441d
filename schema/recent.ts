/** A bounded map that forgets what was not asked for the longest: above so many entries, and above so much that they weigh together. */
export class Recent<Value> {
  private readonly entries = new Map<string, Value>();
  /** Of those entries that weigh anything. */
  private readonly weights = new Map<string, number>();
  private total = 0;

  constructor(
    private readonly limit: number,
    private readonly maxWeight = Infinity,
  ) {}

  /** The value under the key, made once. */
  of(key: string, make: () => Value, weigh?: (value: Value) => number): Value {
    const known = this.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.set(key, made, weigh?.(made));
    return made;
  }

  get(key: string): Value | undefined {
    const known = this.entries.get(key);
    // Moving an entry to the end costs more than finding it; while nothing is ever forgotten, nothing has to be moved.
    if (known !== undefined && (this.entries.size > this.limit / 2 || this.total > this.maxWeight / 2)) {
      this.entries.delete(key);
      this.entries.set(key, known);
    }
    return known;
  }

  /** What weighs more than all may is not kept. */
  set(key: string, value: Value, weight = 0): void {
    if (weight > this.maxWeight) return this.delete(key);
    this.lighten(key);
    this.entries.set(key, value);
    if (weight > 0) {
      this.weights.set(key, weight);
      this.total += weight;
    }
    while (this.entries.size > this.limit || this.total > this.maxWeight) this.delete(this.entries.keys().next().value as string);
  }

  has(key: string): boolean {
    return this.entries.has(key);
  }

  delete(key: string): void {
    this.lighten(key);
    this.entries.delete(key);
  }

  private lighten(key: string): void {
    if (this.total === 0) return;
    this.total -= this.weightOf(key);
    this.weights.delete(key);
  }

  weightOf(key: string): number {
    return this.weights.get(key) ?? 0;
  }

  values(): Iterable<Value> {
    return this.entries.values();
  }

  get size(): number {
    return this.entries.size;
  }

  get weight(): number {
    return this.total;
  }
}
