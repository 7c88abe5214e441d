/** Something that has to end by a time; `expire` ends it where it has not ended by itself. */
interface Deadline {
  readonly at: number;
  expire: (() => void) | null;
}

/** Sets something a time limit. */
export interface Limit {
  /** `expire` is called once the time is up, unless the returned function is called first. */
  add(expire: () => void): () => void;
}

const coarsenessMs = 50;

/**
 * Time limits of one length for many calls at once: one timer for all of them, as nearly all end in the order in which they began. A limit is
 * kept to within 50 ms, which costs next to nothing where a timer or an AbortSignal for each call would be a part of the call's own cost.
 */
export class Deadlines implements Limit {
  private queue: Deadline[] = [];
  private timer: NodeJS.Timeout | undefined;

  /** `now`: milliseconds that only ever go forwards. */
  constructor(
    private readonly limitMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  add(expire: () => void): () => void {
    const deadline: Deadline = { at: this.now() + this.limitMs, expire };
    this.queue.push(deadline);
    this.timer ??= setTimeout(() => this.tick(), this.limitMs + 1).unref();
    return () => {
      deadline.expire = null;
    };
  }

  /** The same limit for what goes on with something that began then: it has the time that is left. */
  since(startedAt: number): Limit {
    return {
      add: (expire) => {
        const deadline: Deadline = { at: startedAt + this.limitMs, expire };
        const place = this.queue.findIndex(({ at }) => at > deadline.at);
        this.queue.splice(place < 0 ? this.queue.length : place, 0, deadline);
        if (this.queue[0] === deadline) {
          clearTimeout(this.timer);
          this.timer = setTimeout(() => this.tick(), Math.max(0, deadline.at - this.now()) + 1).unref();
        }
        return () => {
          deadline.expire = null;
        };
      },
    };
  }

  private tick(): void {
    const now = this.now();
    const due = this.queue.findIndex(({ at }) => at > now);
    const over = due === -1 ? this.queue : this.queue.slice(0, due);
    this.queue = due === -1 ? [] : this.queue.slice(due).filter(({ expire }) => expire !== null);
    const [next] = this.queue;
    this.timer = next && setTimeout(() => this.tick(), Math.max(coarsenessMs, next.at - now)).unref();
    // Timers come before sockets in a turn of the event loop: after a stall, answers that have arrived are read before anybody is given up.
    // The latest first: who still waits for a connection is given up before the end of an earlier call hands one on.
    setImmediate(() => {
      for (const deadline of over.toReversed()) deadline.expire?.();
    });
  }
}

/** One queue for each length: a timer stands for all time limits of one length. */
export function deadlinesOf(now?: () => number): (limitMs: number) => Deadlines {
  const known = new Map<number, Deadlines>();
  return (limitMs) => {
    let found = known.get(limitMs);
    if (!found) known.set(limitMs, (found = new Deadlines(limitMs, now)));
    return found;
  };
}

/** What comes of the work, unless its time is up before: it then goes on, and nobody hears of it. */
export function within<T>(limit: Limit, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const inTime = limit.add(() => reject(new Error('no answer in time')));
    work.then(resolve, reject).finally(inTime);
  });
}
