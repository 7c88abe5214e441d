import { connect } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import type { BenchQuery } from './gateway-data.js';

export interface Load {
  readonly port: number;
  readonly path: string;
  readonly query: BenchQuery;
  readonly connections: number;
  readonly seconds: number;
  /** A header for each request; the next one is taken every time. */
  readonly authorization: () => string;
}

export interface LoadResult {
  readonly requests: number;
  readonly wrong: number;
  readonly sample: string;
}

/** A closed loop over raw sockets. Every answer is compared: byte by byte with one that was found right, else as data. */
export function load({
  port,
  path,
  query: { query, variables, expected },
  connections,
  seconds,
  authorization,
}: Load): Promise<LoadResult> {
  const body = JSON.stringify({ query, ...(variables ? { variables } : {}) });
  const head = `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\naccept: application/json\r\nauthorization: `;
  const tail = `\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  const right: Buffer[] = [];
  const result = { requests: 0, wrong: 0, sample: '' };
  let stopping = false;

  const check = (status: string, answer: Buffer): void => {
    result.requests += 1;
    if (status === '200' && right.some((known) => known.equals(answer))) return;
    if (status === '200' && isRight(answer, expected)) {
      if (right.length < 8) right.push(answer);
      return;
    }
    result.wrong += 1;
    result.sample ||= `${status} ${answer.toString().slice(0, 300)}`;
  };

  const one = (): Promise<void> =>
    new Promise((resolve) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      let input: Buffer[] = [];
      let length = 0;
      const send = (): void => void socket.write(head + authorization() + tail);
      socket.on('connect', send);
      socket.on('error', (error) => {
        result.wrong += 1;
        result.sample ||= String(error);
        resolve();
      });
      socket.on('data', (chunk: Buffer) => {
        input.push(chunk);
        length += chunk.length;
        const first = input[0] as Buffer;
        const headEnd = first.indexOf('\r\n\r\n');
        const announced = /\r\ncontent-length: *(\d+)/i.exec(first.toString('latin1', 0, headEnd))?.[1];
        if (headEnd < 0 || length < headEnd + 4 + Number(announced ?? Number.NaN)) return;
        check(first.toString('latin1', 9, 12), Buffer.concat(input).subarray(headEnd + 4));
        input = [];
        length = 0;
        if (!stopping) return send();
        socket.end();
        resolve();
      });
    });
  setTimeout(() => (stopping = true), seconds * 1_000);
  return Promise.all(Array.from({ length: connections }, one)).then(() => result);
}

function isRight(answer: Buffer, expected: unknown): boolean {
  try {
    const { data, errors } = JSON.parse(answer.toString()) as { data?: unknown; errors?: unknown };
    return errors === undefined && isDeepStrictEqual(data, expected);
  } catch {
    return false;
  }
}
