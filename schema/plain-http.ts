import { type Call, Connection, type ConnectionRules, settle } from './plain-connection.js';
import type { Limit } from './deadlines.js';

export { ConnectionLost, Displaced, NotConnected } from './plain-connection.js';

export interface PlainHttpRules extends ConnectionRules {
  /** The most connections at once; what is more waits for one of them. */
  readonly connections: number;
  /** So many calls that begin in one turn of the event loop share a connection, where they may; none where it is 1. */
  readonly shared: number;
  /** Nothing is shared for so long after a call was held up by another one. */
  readonly aloneMs: number;
}

/**
 * POSTs of JSON to one address over kept-alive connections: a request is one write, an answer nearly always one read, and calls that begin
 * at the same time share both. Less than any client of general use does, at a third of the cost; it speaks HTTP/1.1 without TLS, and knows
 * no redirects and no compression.
 */
export class PlainHttp {
  private readonly idle: Connection[] = [];
  private readonly all = new Set<Connection>();
  private readonly waiting: Call[] = [];
  private gathered: Call[] = [];
  private aloneUntil = 0;
  private sweeper: NodeJS.Timeout | undefined;
  private closed: (() => void) | undefined;
  readonly start: string;
  isLeaving = false;

  constructor(
    readonly url: URL,
    readonly rules: PlainHttpRules,
  ) {
    this.start = `POST ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\nconnection: keep-alive\r\n`;
  }

  /**
   * The answer's text; rejects for any status but 200, for an answer too late or too large, and where the connection breaks. `shares`: it
   * may go over a connection with others, and be asked for again elsewhere. `mark`: an answer that names another call is not this one's.
   */
  post(head: string, body: string, deadlines: Limit, shares = false, mark: string | null = null): Promise<string> {
    return new Promise((resolve, reject) => {
      const call: Call = { head, body, mark, resolve, reject, inTime: () => {}, connection: null, over: false };
      call.inTime = deadlines.add(() => this.expire(call));
      if (!shares || this.rules.shared === 1 || performance.now() < this.aloneUntil) return this.begin([call]);
      // Sent at the end of this turn of the event loop, with what else begins in it.
      if (this.gathered.push(call) === 1) setImmediate(() => this.send());
    });
  }

  private send(): void {
    const calls = this.gathered.filter(({ over }) => !over);
    this.gathered = [];
    const size = Math.ceil(calls.length / Math.ceil(calls.length / this.rules.shared));
    for (let at = 0; at < calls.length; at += size) this.begin(calls.slice(at, at + size));
  }

  private begin(calls: readonly Call[]): void {
    const connection = this.free();
    if (connection) connection.begin(...calls);
    else this.waiting.push(...calls);
  }

  /** Waits for the calls that are under way. */
  close(): Promise<void> {
    this.send();
    return new Promise((resolve) => {
      this.closed = () => {
        if (this.all.size > 0) return;
        clearInterval(this.sweeper);
        resolve();
      };
      for (const connection of this.idle.splice(0)) connection.end(new Error('the transport is closed'));
      this.closed();
    });
  }

  release(connection: Connection): void {
    const next = this.next();
    if (next) connection.begin(next);
    else if (this.closed) connection.end(new Error('the transport is closed'));
    else this.idle.push(connection);
  }

  lost(connection: Connection): void {
    this.all.delete(connection);
    const at = this.idle.indexOf(connection);
    if (at >= 0) this.idle.splice(at, 1);
    const next = this.next();
    if (next) this.open().begin(next);
    else this.closed?.();
  }

  held(): void {
    this.aloneUntil = performance.now() + this.rules.aloneMs;
  }

  private free(): Connection | null {
    const now = performance.now();
    for (let last = this.idle.pop(); last; last = this.idle.pop()) {
      if (now < last.usableUntil) return last;
      last.end(new Error('kept too long'));
    }
    return this.all.size < this.rules.connections ? this.open() : null;
  }

  private next(): Call | undefined {
    for (let call = this.waiting.shift(); call; call = this.waiting.shift()) if (!call.over) return call;
    return undefined;
  }

  private open(): Connection {
    const connection = new Connection(this);
    this.all.add(connection);
    this.sweeper ??= setInterval(() => this.sweep(), 5_000).unref();
    return connection;
  }

  private sweep(): void {
    const now = performance.now();
    for (const connection of this.idle.filter(({ usableUntil }) => now >= usableUntil)) connection.end(new Error('kept too long'));
  }

  private expire(call: Call): void {
    const late = new Error('no answer in time');
    if (call.connection) call.connection.end(late);
    else settle(call).reject(late);
  }
}
