/**
 * How long the event loop is held: processor time of this thread between two turns of the loop, so that another program's work on the
 * machine counts for nothing. Where the system counts such time in ticks, a figure is right to within one of them.
 */
export interface Meter {
  /** The longest turn since the last time that this was asked, and all turns together; milliseconds. */
  take(): { readonly longest: number; readonly all: number };
  stop(): void;
}

export const processorMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
};

export function openMeter(): Meter {
  let last = processorMs();
  let longest = 0;
  let all = 0;
  let isOver = false;
  const turn = (): void => {
    const now = processorMs();
    const held = now - last;
    all += held;
    longest = Math.max(longest, held);
    last = now;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  return {
    take() {
      const taken = { longest, all };
      longest = 0;
      all = 0;
      return taken;
    },
    stop: () => void (isOver = true),
  };
}
