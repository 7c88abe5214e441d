/**
 * A bounded map for what costs much to make. A newcomer waits in a small room that forgets the oldest; who is asked for again while there is
 * kept among the regulars, of whom those are forgotten that were not asked for the longest. So a flood of keys that come once each, be it a
 * careless client or an attack, neither drives out what is in use nor fills the memory with what nobody asks for again.
 */
export class Regulars<Value> {
  private readonly newcomers = new Map<string, Value>();
  private readonly regulars = new Map<string, Value>();
  private readonly room: number;

  constructor(private readonly limit: number) {
    this.room = Math.max(1, Math.ceil(limit / 16));
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
    if (known !== undefined) {
      // Moving an entry to the end costs more than finding it; while nothing is ever forgotten, nothing has to be moved.
      if (this.regulars.size > this.limit / 2) {
        this.regulars.delete(key);
        this.regulars.set(key, known);
      }
      return known;
    }
    const met = this.newcomers.get(key);
    if (met === undefined) return undefined;
    this.newcomers.delete(key);
    keep(this.regulars, key, met, this.limit);
    return met;
  }

  set(key: string, value: Value): void {
    if (this.regulars.has(key)) this.regulars.set(key, value);
    else keep(this.newcomers, key, value, this.room);
  }

  values(): Iterable<Value> {
    return [...this.regulars.values(), ...this.newcomers.values()];
  }

  get size(): number {
    return this.regulars.size + this.newcomers.size;
  }
}

function keep<Value>(entries: Map<string, Value>, key: string, value: Value, limit: number): void {
  entries.set(key, value);
  if (entries.size > limit) entries.delete(entries.keys().next().value as string);
}
