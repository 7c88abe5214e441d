/** An event as `query { event(id) { id origin type at data } }` answers it to the partner. */
export interface ReadEvent {
  readonly id: string;
  readonly origin: string;
  readonly type: string;
  readonly at: string;
  readonly data: unknown;
}

/** Pure: an event as the text that is signed and sent. One that would be larger than the bound comes without its data, which its id finds. */
export function messageOf({ type, at, id, origin, data }: ReadEvent, maxBytes: number): string {
  const text = (facts: unknown): string => JSON.stringify({ type, timestamp: at, data: { id, origin, at, data: facts } });
  const whole = text(data);
  return Buffer.byteLength(whole) <= maxBytes ? whole : text(null);
}

/** Pure: what a test sends. */
export const pingOf = (id: string, at: Date): string =>
  JSON.stringify({ type: 'PING', timestamp: at.toISOString(), data: { id: null, origin: id, at: at.toISOString(), data: {} } });
