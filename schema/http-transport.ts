import { type Dispatcher, Pool } from 'undici';
import { Breaker } from './breaker.js';
import type { CallSettings } from './call-settings.js';
import { Deadlines, deadlinesOf, type Limit } from './deadlines.js';
import { BadStatus, callRules, guarded, isWrite as asksToWrite, TooLarge } from './guarded-call.js';
import { inTurn } from './in-turn.js';
import { ConnectionLost, Displaced, NotConnected, PlainHttp } from './plain-http.js';
import { sign, signatureHeaders, signed, type SigningKey } from './signature.js';
import { type SubgraphAnswer, type SubgraphRequest, type Transport, Unavailable } from './transport.js';
import type { Viewer } from './viewer.js';

export interface HttpTransportOptions extends CallSettings {
  /** Base URL of each subgraph; several where it has several instances, which take turns. */
  readonly urls: ReadonlyMap<string, string | readonly string[]>;
  /** Calls are signed with the first. */
  readonly keys?: readonly SigningKey[];
  /** For subgraphs that are not ours: the URLs are whole, and these headers stand in the signature's place. */
  readonly forwards?: (viewer: Viewer) => Readonly<Record<string, string>>;
  /** So many reads that begin at the same time share a connection; see `PlainHttp`. One is none. */
  readonly shared?: number;
  /** A read waits so long for the answer before it, then it is asked for elsewhere; and for a while nothing is shared. */
  readonly patienceMs?: number;
}

const connections = 64;
const keepAliveMs = 30_000;
const connectMs = 1_000;
/** Reads that share a connection, where nothing else is said. */
export const usualShared = 4;
/** See `patienceMs`. */
const usualPatienceMs = 100;
const aloneMs = 5_000;
/** A longer answer is read in a turn of its own: a megabyte takes some five milliseconds. */
const longText = 262_144;

/** One instance of a subgraph. */
interface End {
  readonly pool: Pool;
  /** Null where it takes more than plain HTTP with headers of our own. */
  readonly plain: PlainHttp | null;
  /** Asked only where no other is there, until then: it could not be reached, or said that it goes. */
  avoidedUntil: number;
}

interface Line {
  readonly path: string;
  readonly ends: readonly [End, ...End[]];
  turn: number;
  readonly breaker: Breaker;
  readonly reads: Deadlines;
  readonly writes: Deadlines;
  readonly maxAnswerBytes: number;
}

/** How long an instance that cannot be reached, or goes, is left alone where there is another one. */
const avoidMs = 1_000;

/** The instance whose turn it is. */
function endOf(line: Line): End {
  const { ends } = line;
  if (ends.length === 1) return ends[0];
  const now = performance.now();
  for (let tries = 0; tries < ends.length; tries += 1) {
    line.turn = (line.turn + 1) % ends.length;
    const end = ends[line.turn] as End;
    if (end.plain?.isLeaving) {
      end.avoidedUntil = now + avoidMs;
      end.plain.isLeaving = false;
    }
    if (now >= end.avoidedUntil) return end;
  }
  return ends[line.turn] as End;
}

interface Attempt {
  readonly subgraph: string;
  readonly body: string;
  readonly viewer: Viewer;
}

function parsed(text: string): SubgraphAnswer {
  const answer: unknown = JSON.parse(text);
  // What is no object is no answer, which others say.
  return (typeof answer === 'object' && answer !== null ? Object.assign(answer, { bytes: text.length }) : answer) as SubgraphAnswer;
}

/** Signed calls over kept-alive connections, with a time limit and a size limit on every answer; reads are tried again, writes never. */
export function httpTransport(options: HttpTransportOptions): Transport {
  const { shared = usualShared, patienceMs = usualPatienceMs } = options;
  const deadlines = deadlinesOf();
  const rules = { connections, keepAliveMs, connects: deadlines(connectMs), shared, patience: deadlines(patienceMs), aloneMs };
  const lines = new Map<string, Line>();
  const endAt = (url: string, maxAnswerBytes: number): End => {
    const { origin } = new URL(url);
    const pool = new Pool(origin, {
      connections,
      keepAliveTimeout: keepAliveMs,
      connectTimeout: connectMs,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const plain =
      options.forwards || !origin.startsWith('http:') ? null : new PlainHttp(new URL('/graphql', origin), { ...rules, maxAnswerBytes });
    return { pool, plain, avoidedUntil: 0 };
  };
  const lineTo = (subgraph: string): Line => {
    let line = lines.get(subgraph);
    if (!line) {
      const [url, ...more] = [options.urls.get(subgraph) ?? []].flat();
      if (url === undefined) throw new Unavailable(subgraph, 'no URL is configured');
      const { pathname, search } = new URL(url);
      const { readTimeoutMs, writeTimeoutMs, maxAnswerBytes, breaker } = callRules(options, subgraph);
      line = {
        path: options.forwards ? pathname + search : '/graphql',
        ends: [endAt(url, maxAnswerBytes), ...more.map((each) => endAt(each, maxAnswerBytes))],
        turn: -1,
        breaker: new Breaker(breaker),
        reads: deadlines(readTimeoutMs),
        writes: deadlines(writeTimeoutMs),
        maxAnswerBytes,
      };
      lines.set(subgraph, line);
    }
    return line;
  };

  const attempt = ({ pool, plain }: End, { path, maxAnswerBytes }: Line, call: Attempt, limit: Limit, shares: boolean): Promise<string> => {
    const { subgraph, body, viewer } = call;
    const { forwards, keys = [] } = options;
    if (plain) {
      const { principal, signature, nonce } = signed(keys, subgraph, viewer, body, Date.now());
      const head = `${signatureHeaders.principal}: ${principal}\r\n${signatureHeaders.signature}: ${signature}\r\n`;
      return plain.post(`content-type: application/json\r\n${head}`, body, limit, shares, nonce);
    }
    const proven = forwards ? { accept: 'application/json', ...forwards(viewer) } : sign(keys, subgraph, viewer, body, Date.now());
    const headers = { 'content-type': 'application/json', ...proven };
    return receive(pool, { path, method: 'POST', headers, body }, limit, maxAnswerBytes);
  };

  return {
    // Not async: each promise around a call is a part of what the call costs.
    send(subgraph: string, request: SubgraphRequest, viewer: Viewer): Promise<SubgraphAnswer> {
      let line: Line;
      try {
        line = lineTo(subgraph);
      } catch (error) {
        return Promise.reject(error as Error);
      }
      return guarded(line.breaker, subgraph, async (startedAt) => {
        const isWrite = asksToWrite(request.query);
        const limit = isWrite ? line.writes : line.reads;
        const call = { subgraph, body: request.text ?? JSON.stringify(request), viewer };
        const end = endOf(line);
        let text: string;
        try {
          text = await attempt(end, line, call, limit, !isWrite);
        } catch (error) {
          if (!(error instanceof ConnectionLost)) throw error;
          if (!(error instanceof Displaced)) end.avoidedUntil = performance.now() + avoidMs;
          // A kept connection may have been closed at the other end just now; whether a write has arrived is known only where there was none.
          if (isWrite && !(error instanceof NotConnected && line.ends.length > 1)) throw error;
          // Whoever was behind another call has hardly waited, and begins anew; any other has the time that is left.
          text = await attempt(endOf(line), line, call, error instanceof Displaced ? limit : limit.since(startedAt), false);
        }
        return text.length > longText ? inTurn(() => parsed(text)) : parsed(text);
      });
    },
    async ready(subgraph) {
      try {
        const { ends, reads, maxAnswerBytes } = lineTo(subgraph);
        const asked = ends.map(({ pool }) => receive(pool, { path: '/health/ready', method: 'GET' }, reads, maxAnswerBytes));
        await Promise.any(asked);
        return true;
      } catch {
        return false;
      }
    },
    async close() {
      await Promise.all([...lines.values()].flatMap(({ ends }) => ends.map(closeEnd)));
    },
  };
}

async function closeEnd({ pool, plain }: End): Promise<void> {
  await plain?.close();
  await pool.close();
}

const neverConnected: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'UND_ERR_CONNECT_TIMEOUT',
]);

const lostBy = (error: Error): ConnectionLost => {
  const Lost = neverConnected.has((error as NodeJS.ErrnoException).code) ? NotConnected : ConnectionLost;
  return new Lost(error.message, { cause: error });
};

/** The answer's text; rejects for any status but 200, for an answer too late or too large, and where the connection breaks. */
function receive(pool: Pool, request: Dispatcher.DispatchOptions, limit: Limit, maxBytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let begun = false;
    let controller: Dispatcher.DispatchController | undefined;
    let failure: Error | undefined;
    const fail = (error: Error): void => {
      failure = error;
      controller?.abort(error);
      reject(error);
    };
    const inTime = limit.add(() => fail(new Error('no answer in time')));
    pool.dispatch(request, {
      onRequestStart(started) {
        controller = started;
        // It may have waited for a connection until its time was up.
        if (failure) started.abort(failure);
      },
      onResponseStart(_controller, status) {
        begun = true;
        if (status !== 200) fail(new BadStatus(status));
      },
      onResponseData(_controller, chunk) {
        bytes += chunk.length;
        if (bytes > maxBytes) fail(new TooLarge(maxBytes));
        else chunks.push(chunk);
      },
      onResponseEnd() {
        inTime();
        resolve((chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)).toString('utf8'));
      },
      onResponseError(_controller, error) {
        inTime();
        reject(begun ? error : lostBy(error));
      },
    });
  });
}
