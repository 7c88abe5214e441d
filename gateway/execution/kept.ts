/** A bounded map that forgets what was not asked for the longest. */
export class Kept<Value> {
  private readonly entries = new Map<string, Value>();

  constructor(private readonly limit: number) {}

  /** The value under the key, made once. */
  of(key: string, make: () => Value): Value {
    const known = this.entries.get(key);
    if (known !== undefined) {
      // Moving an entry to the end costs more than finding it; far below the limit nothing has to be moved.
      if (this.entries.size > this.limit / 2) {
        this.entries.delete(key);
        this.entries.set(key, known);
      }
      return known;
    }
    const made = make();
    this.entries.set(key, made);
    if (this.entries.size > this.limit) this.entries.delete(this.entries.keys().next().value as string);
    return made;
  }
}
