import { Unavailable } from '../../../schema/transport.js';

/** How concurrent calls are gathered. */
export interface GroupCommitOptions {
  /** As many calls run at once by themselves; further ones go in groups. */
  readonly above: number;
  /** Calls in one transaction at most. */
  readonly size: number;
  /** Transactions at once. */
  readonly connections: number;
  /** Calls that may wait; further ones are refused at once. */
  readonly capacity: number;
}

export const groupCommitDefaults: GroupCommitOptions = { above: 4, size: 50, connections: 4, capacity: 10_000 };

/** What a queue runs: one call in a transaction, or several in one, each with its own answer. */
export interface Runner<C, A> {
  /** Calls that follow each other; a group holds at most one of each. */
  readonly memberOf: (call: C) => string;
  readonly one: (call: C) => Promise<A>;
  readonly group: (calls: readonly C[]) => Promise<readonly A[]>;
}

interface Waiting<C, A> {
  readonly call: C;
  readonly resolve: (answer: A) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gathers concurrent calls into groups of one commit each: under load most of a small transaction's cost is its round trip and its
 * commit. Nothing waits for a group to fill: it takes what has come while the groups before it ran. Members come in turn, so one with
 * many calls delays nobody; its own calls keep their order.
 */
export class GroupCommit<C, A> {
  private readonly waiting = new Map<string, Waiting<C, A>[]>();
  /** Members of the groups under way, with their further calls. */
  private readonly busy = new Map<string, Waiting<C, A>[]>();
  private queued = 0;
  private singles = 0;
  private groups = 0;
  private scheduled = false;

  constructor(
    private readonly runner: Runner<C, A>,
    private readonly options: GroupCommitOptions,
  ) {}

  /** The call's own answer or error. Rejects with `Unavailable`, nothing done, where too many wait. */
  submit(call: C): Promise<A> {
    if (this.groups === 0 && this.queued === 0 && this.singles < this.options.above) return this.single(call);
    if (this.queued >= this.options.capacity) return Promise.reject(new Unavailable('ledger', 'too many writes wait'));
    this.queued++;
    return new Promise((resolve, reject) => {
      const waiting = { call, resolve, reject };
      const member = this.runner.memberOf(call);
      const others = this.busy.get(member) ?? this.waiting.get(member);
      if (others) others.push(waiting);
      else this.waiting.set(member, [waiting]);
      this.schedule();
    });
  }

  private async single(call: C): Promise<A> {
    this.singles++;
    try {
      return await this.runner.one(call);
    } finally {
      this.singles--;
    }
  }

  /** After the present turn of the event loop, so that calls which come together go together. */
  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      while (this.groups < this.options.connections && this.waiting.size > 0) void this.flush(this.take());
    });
  }

  private take(): Map<string, Waiting<C, A>> {
    const group = new Map<string, Waiting<C, A>>();
    for (const [member, calls] of this.waiting) {
      group.set(member, calls.shift() as Waiting<C, A>);
      this.waiting.delete(member);
      this.busy.set(member, calls);
      if (group.size === this.options.size) break;
    }
    this.queued -= group.size;
    return group;
  }

  private async flush(group: ReadonlyMap<string, Waiting<C, A>>): Promise<void> {
    this.groups++;
    const calls = [...group.values()];
    try {
      const answers = await this.runner.group(calls.map(({ call }) => call));
      calls.forEach(({ resolve }, n) => resolve(answers[n] as A));
    } catch (error) {
      await this.apart(calls, error);
    } finally {
      for (const member of group.keys()) {
        const further = this.busy.get(member) ?? [];
        this.busy.delete(member);
        if (further.length > 0) this.waiting.set(member, further);
      }
      this.groups--;
      if (this.waiting.size > 0) this.schedule();
    }
  }

  /**
   * One call must not fail the others: what the database refused as a group, also for a member that somebody else keeps locked (55),
   * runs one by one, under the same keys; a few at once, so that who waits for a lock keeps few waiting.
   */
  private async apart(calls: readonly Waiting<C, A>[], error: unknown): Promise<void> {
    const refused = calls.length > 1 && /^(22|23|40|54|55|P0)/.test(String((error as { code?: unknown } | null)?.code));
    if (!refused) {
      for (const { reject } of calls) reject(error);
      return;
    }
    const left = calls.values();
    const oneByOne = async (): Promise<void> => {
      for (const { call, resolve, reject } of left) await this.runner.one(call).then(resolve, reject);
    };
    await Promise.all(Array.from({ length: Math.max(1, this.options.above) }, oneByOne));
  }
}
