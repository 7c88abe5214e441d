import { connect, createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** What goes wrong on the way to a server. Where neither is said, nothing listens there. */
export interface Fault {
  /** In place of handing a request on. */
  readonly asked?: (near: Socket) => void;
  /** In place of handing an answer on; the server has done what it was asked then. */
  readonly answered?: (near: Socket, answer: Buffer) => void;
}

export interface FaultProxy {
  readonly port: number;
  /** Requests that came so far, by the connection's pieces. */
  readonly asked: () => number;
  /** From now on; null mends it. */
  break(fault: Fault | null): Promise<void>;
  close(): Promise<void>;
}

/** A way over TCP to a server of this machine that can be broken. `target` is asked for each connection. */
export async function faultProxy(target: () => number): Promise<FaultProxy> {
  const sockets = new Set<Socket>();
  let fault: Fault | null = null;
  let asked = 0;
  const server = createServer((near) => {
    const far = connect({ port: target(), host: '127.0.0.1', noDelay: true });
    near.setNoDelay(true);
    // What an answer was replaced by is followed by nothing of it, until the next request.
    let spoilt = false;
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    near.on('data', (request: Buffer) => {
      asked += 1;
      spoilt = false;
      if (fault?.asked) fault.asked(near);
      else far.write(request);
    });
    far.on('data', (answer: Buffer) => {
      if (fault?.answered && !spoilt) {
        spoilt = true;
        fault.answered(near, answer);
      } else if (!spoilt && near.writable) near.write(answer);
    });
  });
  const listen = (port: number): Promise<void> => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  const end = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    asked: () => asked,
    async break(next) {
      fault = next;
      const shut = next !== null && !next.asked && !next.answered;
      if (shut && server.listening) await end();
      if (!shut && !server.listening) await listen(port);
    },
    close: () => (server.listening ? end() : Promise.resolve()),
  };
}

const http = (status: string, headers: string, body: string): string =>
  `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\n${headers}\r\n${body}`;
const whole = (status: string, body: string): string => http(status, `content-length: ${Buffer.byteLength(body)}\r\n`, body);

/** 300 MB, as fast as the reader takes it. */
function flood(near: Socket, start: string, piece: Buffer, pieces: number): void {
  near.write(start);
  let sent = 0;
  const more = (): void => {
    while (sent < pieces && near.writable) {
      sent += 1;
      if (!near.write(piece)) return void near.once('drain', more);
    }
  };
  more();
}

const megabyte = Buffer.alloc(2 ** 20, ' ');
const chunk = Buffer.concat([Buffer.from('100000\r\n'), megabyte, Buffer.from('\r\n')]);

/** What a broken subgraph might say of itself; none of it may reach a client. */
const secret = 'at /srv/secret.ts:1 password=hunter2 10.9.8.7:5432';

/** The ways in which a subgraph fails, by name; `lateMs` is beyond every time limit of the test. */
export const faults = (lateMs: number): Readonly<Record<string, Fault>> => ({
  'nothing listens': {},
  'it takes the question and says nothing': { asked: () => {} },
  'the connection is reset': { asked: (near) => void near.resetAndDestroy() },
  'the connection is closed': { asked: (near) => void near.end() },
  'it answers too late': { answered: (near, answer) => void setTimeout(() => near.writable && near.write(answer), lateMs).unref() },
  'the answer is lost on the way': { answered: (near) => void near.resetAndDestroy() },
  'half an answer, then silence': { answered: (near, answer) => void near.write(answer.subarray(0, answer.length >> 1)) },
  'half an answer, then the end': { answered: (near, answer) => void near.end(answer.subarray(0, answer.length >> 1)) },
  'no HTTP at all': { answered: (near) => void near.write(Buffer.alloc(4_096, 0xa5)) },
  'HTTP without JSON': { answered: (near) => void near.write(whole('200 OK', `<html>${secret}</html>`)) },
  'an answer with more behind it': {
    answered: (near, answer) => void near.write(Buffer.concat([answer, Buffer.from('HTTP/1.1 200 OK\r\n\r\n')])),
  },
  '300 MB that say so': { answered: (near) => flood(near, http('200 OK', `content-length: ${300 * 2 ** 20}\r\n`, ''), megabyte, 300) },
  '300 MB in pieces': { answered: (near) => flood(near, http('200 OK', 'transfer-encoding: chunked\r\n', ''), chunk, 300) },
  'status 500': {
    answered: (near) => void near.write(whole('500 Internal Server Error', JSON.stringify({ errors: [{ message: secret }] }))),
  },
  'a redirect': {
    answered: (near) => void near.write(http('302 Found', 'location: http://169.254.169.254/\r\ncontent-length: 0\r\n', '')),
  },
});
