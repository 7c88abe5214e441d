let last: Promise<void> = Promise.resolve();
const nothing = (): void => {};

/**
 * Does what takes milliseconds in a turn of the event loop of its own, one such piece in each turn of this process: whoever waits for
 * something small is served in between, however many large pieces there are.
 */
export function inTurn<T>(work: () => T): Promise<T> {
  const done = last.then(() => new Promise<void>((resolve) => void setImmediate(resolve))).then(work);
  last = done.then(nothing, nothing);
  return done;
}
