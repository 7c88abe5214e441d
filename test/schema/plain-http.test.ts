import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import { Deadlines } from '../../schema/deadlines.js';
import { ConnectionLost, PlainHttp, type PlainHttpRules } from '../../schema/plain-http.js';

/** What the other end writes for each request that it has read; it closes where that is null. */
let say: (asked: string, socket: Socket) => void;
let server: Server;
let opened: number;
let http: PlainHttp;
const deadlines = new Deadlines(300);

beforeEach(async () => {
  opened = 0;
  server = createServer({ noDelay: true }, (socket) => {
    opened += 1;
    let asked = '';
    socket.on('error', () => socket.destroy());
    socket.on('data', (part) => {
      asked += part.toString('utf8');
      const length = /content-length: (\d+)/.exec(asked)?.[1];
      const body = asked.split('\r\n\r\n')[1];
      if (body === undefined || Buffer.byteLength(body) < Number(length)) return;
      const whole = asked;
      asked = '';
      say(whole, socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await http.close();
  await new Promise((resolve) => server.close(resolve));
});

function open(rules: Partial<PlainHttpRules> = {}): PlainHttp {
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`);
  return (http = new PlainHttp(url, {
    connections: 4,
    keepAliveMs: 10_000,
    connects: new Deadlines(1_000),
    maxAnswerBytes: 1_000,
    shared: 1,
    patience: new Deadlines(50),
    aloneMs: 1_000,
    ...rules,
  }));
}
const ask = (body = '{}', within = deadlines): Promise<string> =>
  http.post('x-a: b\r\n', body, within).catch((error: Error) => `${error.constructor.name}: ${error.message}`);
const ok = (body: string, head = ''): string => `HTTP/1.1 200 OK\r\n${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const always =
  (answer: string) =>
  (_asked: string, socket: Socket): void =>
    void socket.write(answer);

test('the request is whole and says its length in bytes', async () => {
  open();
  let heard = '';
  say = (asked, socket) => {
    heard = asked;
    socket.write(ok('1'));
  };
  expect(await ask('{"q":"通兑"}')).toBe('1');
  const port = new URL(http.url).port;
  expect(heard).toBe(
    `POST /graphql HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nconnection: keep-alive\r\nx-a: b\r\ncontent-length: 14\r\n\r\n{"q":"通兑"}`,
  );
});

/** The same body as one text, or cut into chunks with a trailer. */
const chunkedAnswer = (body: Buffer, cuts: readonly number[]): Buffer => {
  const at = [0, ...cuts.map((cut) => cut % (body.length + 1)).sort((a, b) => a - b), body.length];
  const chunks = at.slice(1).flatMap((end, index) => {
    const piece = body.subarray(at[index], end);
    return piece.length > 0 ? [Buffer.from(`${piece.length.toString(16)};a=b\r\n`), piece, Buffer.from('\r\n')] : [];
  });
  return Buffer.concat([
    Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'),
    ...chunks,
    Buffer.from('0\r\nx-sum: 1\r\n\r\n'),
  ]);
};

test('an answer is the same however it is cut, by its chunks and on its way', async () => {
  open();
  const numbers = fc.array(fc.nat(400), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 120 }), numbers, numbers, fc.boolean(), async (text, cuts, parts, chunked) => {
      const body = Buffer.from(text, 'utf8');
      const answer = chunked ? chunkedAnswer(body, cuts) : Buffer.from(ok(body.toString('utf8')));
      say = (_asked, socket) => {
        void (async () => {
          const at = [0, ...parts.map((part) => part % answer.length).sort((a, b) => a - b), answer.length];
          for (const [index, end] of at.slice(1).entries()) {
            socket.write(answer.subarray(at[index], end));
            await nextTurn();
          }
        })();
      };
      expect(await ask()).toBe(body.toString('utf8'));
    }),
    { numRuns: 150 },
  );
  expect(opened).toBe(1);
});

test.each`
  what                             | answer                                                                                              | said
  ${'no HTTP'}                     | ${'hello\r\n\r\n'}                                                                                  | ${'Error: no answer of HTTP/1.1'}
  ${'no HTTP and no end'}          | ${'SSH-2.0-x'}                                                                                      | ${'Error: no answer of HTTP/1.1'}
  ${'another status'}              | ${'HTTP/1.1 503 Busy\r\ncontent-length: 2\r\n\r\n{}'}                                               | ${'BadStatus: status 503'}
  ${'no length'}                   | ${'HTTP/1.1 200 OK\r\n\r\n{}'}                                                                      | ${'Error: an answer of no certain length'}
  ${'a length that is no number'}  | ${'HTTP/1.1 200 OK\r\ncontent-length: -2\r\n\r\n{}'}                                                | ${'Error: an answer of no certain length'}
  ${'two lengths'}                 | ${'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}'}                            | ${'Error: an answer of two lengths'}
  ${'a length beside chunks'}      | ${'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n'} | ${'Error: an answer of no certain length'}
  ${'another coding'}              | ${'HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n'}                           | ${'Error: an answer of no certain length'}
  ${'a compressed answer'}         | ${'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-encoding: gzip\r\n\r\n{}'}                       | ${'Error: the answer is compressed'}
  ${'more than its length'}        | ${'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\n'}                              | ${'Error: an answer is longer than it says'}
  ${'more than its chunks'}        | ${'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n'}   | ${'Error: an answer is longer than it says'}
  ${'a chunk longer than it says'} | ${'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n'}                      | ${'Error: a chunk is longer than it says'}
  ${'a chunk without a size'}      | ${'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n{}\r\n'}                             | ${'Error: a chunk has no size'}
  ${'a head without an end'}       | ${`HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(5_000)}`}                                                 | ${'Error: the head of the answer has no end'}
  ${'one byte too many'}           | ${`HTTP/1.1 200 OK\r\ncontent-length: 1001\r\n\r\n{}`}                                              | ${'TooLarge: answer above 1000 bytes'}
  ${'one byte too many in chunks'} | ${`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3e9\r\n${'x'.repeat(1_001)}\r\n0\r\n\r\n`}  | ${'TooLarge: answer above 1000 bytes'}
`('$what is refused, and its connection is used no more', async ({ answer, said }: { answer: string; said: string }) => {
  open();
  say = always(answer);
  expect(await ask()).toBe(said);
  say = always(ok('fine'));
  expect(await ask()).toBe('fine');
  expect(opened).toBe(2);
});

test('no more connections than allowed; who waits is served in turn, and the connections are used again', async () => {
  open();
  const held: (() => void)[] = [];
  say = (_asked, socket) => void held.push(() => socket.write(ok('1')));
  const all = Array.from({ length: 10 }, () => ask());
  while (held.length < 4) await wait(5);
  await wait(20);
  expect(held).toHaveLength(4);
  say = always(ok('2'));
  for (const answer of held) answer();
  expect((await Promise.all(all)).sort()).toEqual(['1', '1', '1', '1', '2', '2', '2', '2', '2', '2']);
  expect(opened).toBe(4);
});

test('who is out of time while it waits is not sent, and who is under way gives its connection up', async () => {
  open({ connections: 1 });
  let heard = 0;
  say = () => void (heard += 1);
  expect(await Promise.all([ask(), ask('{}', new Deadlines(100))])).toEqual(['Error: no answer in time', 'Error: no answer in time']);
  expect(heard).toBe(1);
  say = always(ok('fine'));
  expect(await ask()).toBe('fine');
});

test('a connection is given up where the other end says that it will close it', async () => {
  open();
  for (const head of ['Connection: close\r\n', 'Keep-Alive: timeout=1\r\n']) {
    say = always(ok('1', head));
    await ask();
  }
  say = always(ok('1', 'Keep-Alive: timeout=5\r\n'));
  await ask();
  await ask();
  expect(opened).toBe(3);
});

test('what breaks before the answer is a lost connection, what breaks in it is not', async () => {
  open();
  say = (_asked, socket) => void socket.destroy();
  await expect(http.post('', '{}', deadlines)).rejects.toBeInstanceOf(ConnectionLost);
  say = (_asked, socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n{');
  expect(await ask()).toBe('Error: the connection broke');
});

test('closing waits for what is under way', async () => {
  open();
  let answer = (): void => {};
  say = (_asked, socket) => void (answer = () => void socket.write(ok('1')));
  const asked = ask();
  await wait(50);
  const closing = http.close().then(() => 'closed');
  expect(await Promise.race([closing, wait(50, 'open')])).toBe('open');
  answer();
  expect(await asked).toBe('1');
  expect(await closing).toBe('closed');
});
