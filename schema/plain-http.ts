import { connect, type Socket } from 'node:net';
import { ChunkedBody } from './chunked-body.js';
import type { Deadlines } from './deadlines.js';

/** The connection broke before any of the answer came. */
export class ConnectionLost extends Error {}

/** There was no connection: nothing was sent. */
export class NotConnected extends ConnectionLost {}

export class TooLarge extends Error {}

export interface PlainHttpRules {
  /** The most connections at once; what is more waits for one of them. */
  readonly connections: number;
  /** A connection that nobody used for so long is closed; sooner where the other end says so. */
  readonly keepAliveMs: number;
  readonly connects: Deadlines;
  readonly maxAnswerBytes: number;
}

/** One POST; `head` holds its header lines, each with its end, without those of the body's length and the host. */
interface Call {
  readonly head: string;
  readonly body: string;
  readonly resolve: (text: string) => void;
  readonly reject: (error: Error) => void;
  /** Withdraws the time limit. */
  inTime: () => void;
  connection: Connection | null;
  over: boolean;
}

const protocol = 'HTTP/1.';
const readBytes = 32_768;
const maxHeadBytes = 16_384;
/** A connection is given up so long before the other end would close it. */
const marginMs = 1_000;

/**
 * POSTs of JSON to one address over kept-alive connections, one at a time on each: a request is one write, an answer nearly always one
 * read. Less than any client of general use does, at a third of the cost; it speaks HTTP/1.1 without TLS, and knows no redirects, no
 * compression and no pipelining.
 */
export class PlainHttp {
  private readonly idle: Connection[] = [];
  private readonly all = new Set<Connection>();
  private readonly waiting: Call[] = [];
  private sweeper: NodeJS.Timeout | undefined;
  private closed: (() => void) | undefined;
  readonly start: string;
  /** Whether the last answer ended its connection: who does so is about to go. */
  isLeaving = false;

  constructor(
    readonly url: URL,
    readonly rules: PlainHttpRules,
  ) {
    this.start = `POST ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\nconnection: keep-alive\r\n`;
  }

  /** The answer's text; rejects for any status but 200, for an answer too late or too large, and where the connection breaks. */
  post(head: string, body: string, deadlines: Deadlines): Promise<string> {
    return new Promise((resolve, reject) => {
      const call: Call = { head, body, resolve, reject, inTime: () => {}, connection: null, over: false };
      call.inTime = deadlines.add(() => this.expire(call));
      const connection = this.free();
      if (connection) connection.begin(call);
      else this.waiting.push(call);
    });
  }

  /** Waits for the calls that are under way. */
  close(): Promise<void> {
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

  /** A connection has its answer and may be used again. */
  release(connection: Connection): void {
    const next = this.next();
    if (next) connection.begin(next);
    else if (this.closed) connection.end(new Error('the transport is closed'));
    else this.idle.push(connection);
  }

  /** A connection is no more. */
  lost(connection: Connection): void {
    this.all.delete(connection);
    const at = this.idle.indexOf(connection);
    if (at >= 0) this.idle.splice(at, 1);
    const next = this.next();
    if (next) this.open().begin(next);
    else this.closed?.();
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

function settle(call: Call): Call {
  call.over = true;
  call.inTime();
  call.connection = null;
  return call;
}

class Connection {
  usableUntil = 0;
  private readonly socket: Socket;
  private call: Call | null = null;
  /** Of the answer's head, where it did not come as a whole. */
  private headSoFar: Buffer | null = null;
  private begun = false;
  private keeps = true;
  private whole: Buffer | null = null;
  private filled = 0;
  private chunked: ChunkedBody | null = null;
  private ended = false;

  constructor(private readonly owner: PlainHttp) {
    const { hostname, port } = owner.url;
    const { connects } = owner.rules;
    this.socket = connect({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port || 80),
      noDelay: true,
      onread: {
        buffer: Buffer.allocUnsafeSlow(readBytes),
        callback: (size, buffer) => {
          this.read((buffer as Buffer).subarray(0, size));
          return !this.ended;
        },
      },
    });
    let connected = false;
    const inTime = connects.add(() => this.end(new NotConnected('no connection in time')));
    this.socket.once('connect', () => {
      connected = true;
      inTime();
    });
    this.socket.on('error', (error) => {
      const Lost = connected ? ConnectionLost : NotConnected;
      this.end(this.begun ? error : new Lost(error.message, { cause: error }));
    });
    const closed = (): void => {
      inTime();
      this.end(this.begun ? new Error('the connection broke') : new ConnectionLost('the connection was closed'));
    };
    this.socket.on('end', closed).on('close', closed);
  }

  begin(call: Call): void {
    this.call = call;
    call.connection = this;
    this.begun = false;
    this.socket.ref();
    const bytes = Buffer.byteLength(call.body);
    const text = `${this.owner.start}${call.head}content-length: ${bytes}\r\n\r\n${call.body}`;
    this.socket.write(text, bytes === call.body.length ? 'latin1' : 'utf8');
  }

  /** Closes the connection; a call that is under way fails with the error. */
  end(error: Error): void {
    if (this.ended) return;
    this.ended = true;
    const { call } = this;
    this.call = null;
    this.socket.destroy();
    this.owner.lost(this);
    if (call) settle(call).reject(error);
  }

  private read(part: Buffer): void {
    if (this.ended) return;
    if (!this.call) return this.end(new Error('an answer to nothing'));
    try {
      this.take(part);
    } catch (error) {
      this.end(error as Error);
    }
  }

  private take(part: Buffer): void {
    if (this.whole) return this.fill(this.whole, part, 0);
    if (this.chunked) return this.feed(this.chunked, part, 0);
    this.begun = true;
    const read = this.headSoFar ? Buffer.concat([this.headSoFar, part]) : part;
    const headEnd = read.indexOf('\r\n\r\n');
    if (headEnd < 0) {
      // Whatever else speaks at this port is not waited for.
      if (!read.toString('latin1', 0, protocol.length).startsWith(protocol.slice(0, read.length))) throw new Error('no answer of HTTP/1.1');
      if (read.length > maxHeadBytes) throw new Error('the head of the answer has no end');
      // Copied, for the next part is read into the same memory.
      this.headSoFar = Buffer.from(read);
      return;
    }
    this.headSoFar = null;
    this.body(this.head(read.toString('latin1', 0, headEnd)), read, headEnd + 4);
  }

  /** The body's length, or null where it comes in chunks. */
  private head(text: string): number | null {
    const status = /^HTTP\/1\.([01]) (\d{3})/.exec(text);
    if (!status) throw new Error('no answer of HTTP/1.1');
    if (status[2] !== '200') throw new Error(`status ${status[2]}`);
    this.keeps = status[1] === '1';
    let { keepAliveMs } = this.owner.rules;
    let length: string | undefined;
    let coding: string | undefined;
    for (const [, name = '', value = ''] of text.matchAll(framing)) {
      switch (name.toLowerCase()) {
        case 'content-length':
          if (length !== undefined && length !== value) throw new Error('an answer of two lengths');
          length = value;
          break;
        case 'transfer-encoding':
          coding = coding === undefined ? value.toLowerCase() : `${coding},${value}`;
          break;
        case 'content-encoding':
          if (value.toLowerCase() !== 'identity') throw new Error('the answer is compressed');
          break;
        case 'connection':
          if (/\bclose\b/i.test(value)) this.keeps = false;
          break;
        default: {
          const seconds = /timeout=(\d{1,6})/i.exec(value)?.[1];
          if (seconds !== undefined) keepAliveMs = Math.min(keepAliveMs, Number(seconds) * 1_000 - marginMs);
        }
      }
    }
    this.usableUntil = performance.now() + keepAliveMs;
    this.owner.isLeaving = !this.keeps;
    if (coding !== undefined && (coding !== 'chunked' || length !== undefined)) throw new Error('an answer of no certain length');
    if (coding !== undefined) return null;
    if (length === undefined || !/^\d{1,15}$/.test(length)) throw new Error('an answer of no certain length');
    return Number(length);
  }

  private body(length: number | null, part: Buffer, from: number): void {
    if (length === null) return this.feed((this.chunked = new ChunkedBody()), part, from);
    this.checkSize(length);
    if (part.length - from === length) return this.finish(part.toString('utf8', from));
    this.filled = 0;
    this.fill((this.whole = Buffer.allocUnsafe(length)), part, from);
  }

  private fill(whole: Buffer, part: Buffer, from: number): void {
    if (this.filled + part.length - from > whole.length) throw new Error('an answer is longer than it says');
    this.filled += part.copy(whole, this.filled, from);
    if (this.filled < whole.length) return;
    this.whole = null;
    this.finish(whole.toString('utf8'));
  }

  private feed(chunked: ChunkedBody, part: Buffer, from: number): void {
    const read = chunked.feed(part, from);
    this.checkSize(chunked.bytes);
    if (read < part.length) throw new Error('an answer is longer than it says');
    if (!chunked.over) return;
    this.chunked = null;
    this.finish((chunked.pieces.length === 1 ? (chunked.pieces[0] as Buffer) : Buffer.concat(chunked.pieces)).toString('utf8'));
  }

  private checkSize(bytes: number): void {
    const { maxAnswerBytes } = this.owner.rules;
    if (bytes > maxAnswerBytes) throw new TooLarge(`answer above ${maxAnswerBytes} bytes`);
  }

  private finish(text: string): void {
    const call = this.call as Call;
    this.call = null;
    settle(call).resolve(text);
    if (!this.keeps) return this.end(new Error('closed as announced'));
    this.socket.unref();
    this.owner.release(this);
  }
}

const framing = /\r\n(content-length|transfer-encoding|content-encoding|connection|keep-alive):[ \t]*([^\r\n]*?)[ \t]*(?=\r|$)/gi;
