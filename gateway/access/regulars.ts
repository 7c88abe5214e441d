import { Recent } from '../../schema/recent.js';

/**
 * A bounded map for what costs much to make. A newcomer waits in a small room that forgets the oldest; who is asked for again while there is
 * kept among the regulars, of whom those are forgotten that were not asked for the longest. So a flood of keys that come once each, be it a
 * careless client or an attack, neither drives out what is in use nor fills the memory with what nobody asks for again.
 */
export class Regulars<Value> {
  private readonly newcomers: Recent<Value>;
  private readonly regulars: Recent<Value>;

  constructor(limit: number) {
    this.newcomers = new Recent(Math.max(1, Math.ceil(limit / 16)));
    this.regulars = new Recent(limit);
  }

  /** The value under the key, made once. */
  of(key: string, make: () => Value): Value {
    const known = this.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.set(key, made);
    return made;
  }

  get(key: string): Value | undefined {
    const known = this.regulars.get(key);
    if (known !== undefined) return known;
    const met = this.newcomers.get(key);
    if (met === undefined) return undefined;
    this.newcomers.delete(key);
    this.regulars.set(key, met);
    return met;
  }

  set(key: string, value: Value): void {
    if (this.regulars.has(key)) this.regulars.set(key, value);
    else this.newcomers.set(key, value);
  }

  values(): Iterable<Value> {
    return [...this.regulars.values(), ...this.newcomers.values()];
  }

  get size(): number {
    return this.regulars.size + this.newcomers.size;
  }
}
