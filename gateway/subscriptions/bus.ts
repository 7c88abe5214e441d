/**
 * How instances of the gateway wake each other: "something was written", and not a word more. So nothing leaks by it, whoever listens,
 * and a message that is lost costs the time until the next look. What they say besides is sealed by whoever says it, and may be lost too.
 */
export interface Bus {
  publish(): void;
  subscribe(call: () => void): void;
  /** Says a short text to all instances, this one included; to nobody while there is no connection. */
  say(text: string): void;
  hear(call: (text: string) => void): void;
  close(): Promise<void>;
}

/** One instance alone, or instances that only look. */
export const noBus: Bus = { publish() {}, subscribe() {}, say() {}, hear() {}, close: () => Promise.resolve() };

/** Nobody needs to be woken more often than this. */
const leastMs = 50;

/** As many calls as there are, one at a time with a rest between: the first at once, the last never left out. */
export function sparingly(call: () => void, restMs = leastMs): { readonly call: () => void; readonly stop: () => void } {
  let timer: NodeJS.Timeout | undefined;
  let isDue = false;
  const run = (): void => {
    isDue = false;
    call();
    timer = setTimeout(() => {
      timer = undefined;
      if (isDue) run();
    }, restMs).unref();
  };
  return {
    call() {
      if (timer) isDue = true;
      else run();
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
      isDue = false;
    },
  };
}
