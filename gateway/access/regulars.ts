import { Recent } from '../../schema/recent.js';

/**
 * A bounded map for what costs much to make. A newcomer waits in a small room that forgets the oldest; who is asked for again while there is
 * kept among the regulars, of whom those are forgotten that were not asked for the longest. So a flood of keys that come once each, be it a
 * careless client or an attack, neither drives out what is in use nor fills the memory with what nobody asks for again. Where values have a
 * weight, all of them together are bounded by it as well: the largest of what a caller may choose is a thousand times the usual.
 */
export class Regulars<Value> {
  private readonly newcomers: Recent<Value>;
  private readonly regulars: Recent<Value>;

  constructor(limit: number, maxWeight = Infinity) {
    this.newcomers = new Recent(Math.max(1, Math.ceil(limit / 16)), maxWeight / 4);
    this.regulars = new Recent(limit, maxWeight);
  }

  /** The value under the key, made once. */
  of(key: string, make: () => Value, weigh?: (value: Value) => number): Value {
    const known = this.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.set(key, made, weigh?.(made));
    return made;
  }

  get(key: string): Value | undefined {
    const known = this.regulars.get(key);
    if (known !== undefined) return known;
    const met = this.newcomers.get(key);
    if (met === undefined) return undefined;
    const weight = this.newcomers.weightOf(key);
    this.newcomers.delete(key);
    this.regulars.set(key, met, weight);
    return met;
  }

  set(key: string, value: Value, weight = 0): void {
    if (this.regulars.has(key)) this.regulars.set(key, value, weight);
    else this.newcomers.set(key, value, weight);
  }

  values(): Iterable<Value> {
    return [...this.regulars.values(), ...this.newcomers.values()];
  }

  get size(): number {
    return this.regulars.size + this.newcomers.size;
  }

  get weight(): number {
    return this.regulars.weight + this.newcomers.weight;
  }
}
