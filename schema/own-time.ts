/** A clock in milliseconds that only ever goes forwards. */
export interface OwnClock {
  now(): number;
  stop(): void;
}

const beatMs = 50;

/**
 * Time in which this process could have gone on: while its event loop is held, nothing that is in the process itself can answer, and that
 * speaks against nobody. A turn of up to twice a beat counts as it is.
 */
export function ownTime(): OwnClock {
  let last = performance.now();
  let held = 0;
  const now = (): number => {
    const at = performance.now();
    if (at - last > 2 * beatMs) held += at - last - beatMs;
    last = at;
    return at - held;
  };
  const beats = setInterval(now, beatMs).unref();
  return { now, stop: () => clearInterval(beats) };
}
