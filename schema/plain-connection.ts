import { connect, type Socket } from 'node:net';
import { ChunkedBody } from './chunked-body.js';
import type { Deadlines } from './deadlines.js';
import { BadStatus, TooLarge } from './guarded-call.js';
import { answersHeader } from './signature.js';

/** The connection broke before any of the answer came, or the answer before it did not come for long. */
export class ConnectionLost extends Error {}

/** There was no connection: nothing was sent. */
export class NotConnected extends ConnectionLost {}

/** Another call of the same connection failed or takes long; nothing speaks against the other end. */
export class Displaced extends ConnectionLost {}

/** One POST; `head` holds its header lines, each with its end, without those of the body's length and the host. */
export interface Call {
  readonly head: string;
  readonly body: string;
  /** What the answer names, where it names anything. */
  readonly mark: string | null;
  readonly resolve: (text: string) => void;
  readonly reject: (error: Error) => void;
  /** Withdraws the time limit. */
  inTime: () => void;
  connection: Connection | null;
  over: boolean;
}

export function settle(call: Call): Call {
  call.over = true;
  call.inTime();
  call.connection = null;
  return call;
}

interface Owner {
  readonly url: URL;
  /** What every request begins with. */
  readonly start: string;
  readonly rules: ConnectionRules;
  /** A connection has all its answers and may be used again. */
  release(connection: Connection): void;
  /** A connection is no more. */
  lost(connection: Connection): void;
  /** Calls have waited for too long behind another one. */
  held(): void;
  /** Whether the last answer ended its connection: who does so is about to go. */
  isLeaving: boolean;
}

export interface ConnectionRules {
  /** A connection that nobody used for so long is closed; sooner where the other end says so. */
  readonly keepAliveMs: number;
  readonly connects: Deadlines;
  readonly maxAnswerBytes: number;
  /** How long calls wait behind another one of the same connection. */
  readonly patience: Deadlines;
}

const protocol = 'HTTP/1.';
const readBytes = 32_768;
const maxHeadBytes = 16_384;
/** A connection is given up so long before the other end would close it. */
const marginMs = 1_000;

/** A kept-alive connection: some calls at one stroke, and their answers in the same order; the next ones when all of those have come. */
export class Connection {
  usableUntil = 0;
  private readonly socket: Socket;
  /** In the order of their answers; the first is being answered. */
  private calls: Call[] = [];
  private inPatience = (): void => {};
  /** Of the answer's head, where it did not come as a whole. */
  private headSoFar: Buffer | null = null;
  private begun = false;
  private keeps = true;
  private whole: Buffer | null = null;
  private filled = 0;
  private chunked: ChunkedBody | null = null;
  private ended = false;

  constructor(private readonly owner: Owner) {
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

  begin(...calls: readonly Call[]): void {
    this.calls = [...calls];
    this.socket.ref();
    let text = '';
    let isAscii = true;
    for (const call of calls) {
      call.connection = this;
      const bytes = Buffer.byteLength(call.body);
      if (bytes !== call.body.length) isAscii = false;
      text += `${this.owner.start}${call.head}content-length: ${bytes}\r\n\r\n${call.body}`;
    }
    this.socket.write(text, isAscii ? 'latin1' : 'utf8');
    if (calls.length > 1) this.inPatience = this.owner.rules.patience.add(() => this.letGo());
  }

  /**
   * Closes the connection. What is under way fails with the error; the calls behind it have no part in that, and nothing of their answers
   * has come.
   */
  end(error: Error): void {
    if (this.ended) return;
    this.ended = true;
    this.inPatience();
    const [first, ...behind] = this.calls;
    this.calls = [];
    this.socket.destroy();
    this.owner.lost(this);
    if (first && !first.over) settle(first).reject(error);
    for (const call of behind) if (!call.over) settle(call).reject(new Displaced('the call before it failed'));
  }

  /** One answer holds up the others: they are left to be asked for elsewhere, and thrown away when they come here. */
  private letGo(): void {
    this.owner.held();
    for (const call of this.calls.slice(1)) settle(call).reject(new Displaced('the call before it takes long'));
  }

  private read(part: Buffer): void {
    try {
      const input = this.headSoFar ? Buffer.concat([this.headSoFar, part]) : part;
      this.headSoFar = null;
      for (let at = 0; at < input.length && !this.ended;) {
        if (this.calls.length === 0) throw new Error('an answer to nothing');
        at = this.take(input, at);
      }
      if (this.ended || this.calls.length > 0) return;
      this.inPatience();
      this.socket.unref();
      this.owner.release(this);
    } catch (error) {
      this.end(error as Error);
    }
  }

  /** Reads on from there, to the end of the part or of one answer; how far it has come. */
  private take(part: Buffer, from: number): number {
    if (this.whole) return this.fill(this.whole, part, from);
    if (this.chunked) return this.feed(this.chunked, part, from);
    this.begun = true;
    const headEnd = part.indexOf('\r\n\r\n', from);
    if (headEnd >= 0) return this.body(this.head(part.toString('latin1', from, headEnd)), part, headEnd + 4);
    const begun = part.subarray(from);
    // Whatever else speaks at this port is not waited for.
    if (!begun.toString('latin1', 0, protocol.length).startsWith(protocol.slice(0, begun.length))) throw new Error('no answer of HTTP/1.1');
    if (begun.length > maxHeadBytes) throw new Error('the head of the answer has no end');
    // Copied, for the next part is read into the same memory.
    this.headSoFar = Buffer.from(begun);
    return part.length;
  }

  /** The body's length, or null where it comes in chunks. */
  private head(text: string): number | null {
    const status = /^HTTP\/1\.([01]) (\d{3})/.exec(text);
    if (!status) throw new Error('no answer of HTTP/1.1');
    if (status[2] !== '200') throw new BadStatus(Number(status[2]));
    this.keeps = status[1] === '1';
    let { keepAliveMs } = this.owner.rules;
    let length: string | undefined;
    let coding: string | undefined;
    framing.lastIndex = 0;
    for (let line = framing.exec(text); line; line = framing.exec(text)) {
      const [, name = '', value = ''] = line;
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
        case answersHeader:
          // Somebody at the other end answered twice, or to nobody: whose the others are is not certain either.
          if (value !== this.calls[0]?.mark) throw new Error('an answer to another call');
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
    this.owner.isLeaving = !this.keeps;
    this.usableUntil = performance.now() + keepAliveMs;
    if (coding !== undefined && (coding !== 'chunked' || length !== undefined)) throw new Error('an answer of no certain length');
    if (coding !== undefined) return null;
    if (length === undefined || !/^\d{1,15}$/.test(length)) throw new Error('an answer of no certain length');
    return Number(length);
  }

  private body(length: number | null, part: Buffer, from: number): number {
    if (length === null) return this.feed((this.chunked = new ChunkedBody()), part, from);
    this.checkSize(length);
    const end = from + length;
    if (part.length >= end) return this.finish(part.toString('utf8', from, end), part, end);
    this.filled = 0;
    return this.fill((this.whole = Buffer.allocUnsafe(length)), part, from);
  }

  private fill(whole: Buffer, part: Buffer, from: number): number {
    const copied = part.copy(whole, this.filled, from);
    this.filled += copied;
    if (this.filled < whole.length) return part.length;
    this.whole = null;
    return this.finish(whole.toString('utf8'), part, from + copied);
  }

  private feed(chunked: ChunkedBody, part: Buffer, from: number): number {
    const end = chunked.feed(part, from);
    this.checkSize(chunked.bytes);
    if (!chunked.over) return end;
    this.chunked = null;
    return this.finish(chunked.text, part, end);
  }

  private checkSize(bytes: number): void {
    const { maxAnswerBytes } = this.owner.rules;
    if (bytes > maxAnswerBytes) throw new TooLarge(maxAnswerBytes);
  }

  /** One answer has come to its end, at that place of the part. */
  private finish(text: string, part: Buffer, end: number): number {
    if (end < part.length && this.calls.length === 1) throw new Error('an answer is longer than it says');
    const call = this.calls.shift() as Call;
    this.begun = false;
    if (!call.over) settle(call).resolve(text);
    if (!this.keeps) this.end(new ConnectionLost('closed as announced'));
    else if (this.calls.length > 0 && this.calls.every(({ over }) => over)) this.end(new Error('nobody waits for the rest'));
    return end;
  }
}

const framing =
  /\r\n(content-length|tongdui-answers|transfer-encoding|content-encoding|connection|keep-alive):[ \t]*([^\r\n]*?)[ \t]*(?=\r|$)/gi;
