import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { type HttpTransportOptions, httpTransport } from '../../schema/http-transport.js';
import type { Transport } from '../../schema/transport.js';
import { closeServer } from '../support/close-server.js';
import { viewers } from '../support/viewers.js';

type Behaviour = (request: IncomingMessage, response: ServerResponse) => void;
const answers =
  (data: unknown): Behaviour =>
  (_request, response) =>
    void response.end(JSON.stringify({ data }));
const hangs: Behaviour = () => {};
const resets: Behaviour = (request) => void request.socket.resetAndDestroy();

let behave: Behaviour;
let asked: string[];
let server: Server;
let transport: Transport;
beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    void text(request).then((body) => {
      asked.push((JSON.parse(body) as { query: string }).query);
      behave(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await transport.close();
  await closeServer(server);
});

function open(options: Partial<HttpTransportOptions> = {}): Transport {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const urls = new Map([
    ['things', url],
    ['nobody', 'http://127.0.0.1:1'],
  ]);
  transport = httpTransport({
    urls,
    keys: [{ id: 'now', secret: 'a'.repeat(32) }],
    readTimeoutMs: 2_000,
    writeTimeoutMs: 10_000,
    ...options,
  });
  return transport;
}

const ask = (query = '{ a }', subgraph = 'things'): Promise<unknown> =>
  transport.send(subgraph, { query }, viewers.anonymous).then(
    ({ data }) => data,
    (error: Error & { reason?: string }) => `${error.name}: ${error.reason}`,
  );

test('a slow answer within its time is an answer; a write has more time than a read', async () => {
  open({ readTimeoutMs: 300 });
  behave = (_request, response) => void wait(450).then(() => response.end('{"data":1}'));
  expect(await ask('{ a }')).toBe('Unavailable: no answer in time');
  expect(await ask('mutation { a }')).toBe(1);
});

test('one subgraph may have limits of its own', async () => {
  open({ subgraphs: { things: { maxAnswerBytes: 20, readTimeoutMs: 300 } } });
  behave = answers('x'.repeat(30));
  expect(await ask()).toBe('Unavailable: answer above 20 bytes');
  behave = hangs;
  expect(await ask()).toBe('Unavailable: no answer in time');
});

test('a read whose connection breaks before an answer is tried once more, a write never', async () => {
  open();
  let first = true;
  behave = (request, response) => {
    if (!first) return answers(2)(request, response);
    first = false;
    resets(request, response);
  };
  expect(await ask('{ a }')).toBe(2);
  expect(asked).toHaveLength(2);
  first = true;
  expect(await ask('mutation { a }')).toMatch(/^Unavailable/);
  expect(asked).toHaveLength(3);
});

test.each([false, true])('a read that is tried again has the time that is left, not as much again (another client: %s)', async (other) => {
  open({ readTimeoutMs: 1_500, ...(other ? { forwards: () => ({}) } : {}) });
  let first = true;
  behave = (request, response) => {
    if (!first) return;
    first = false;
    setTimeout(() => resets(request, response), 1_200);
  };
  const at = performance.now();
  expect(await ask('{ a }')).toBe('Unavailable: no answer in time');
  expect(asked).toHaveLength(2);
  expect(performance.now() - at).toBeGreaterThanOrEqual(1_500);
  expect(performance.now() - at).toBeLessThan(2_600);
});

test('a read is not tried a third time, nor after a part of the answer', async () => {
  open();
  behave = resets;
  expect(await ask()).toMatch(/^Unavailable/);
  expect(asked).toHaveLength(2);
  behave = (request, response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('{"data":');
    setTimeout(() => request.socket.resetAndDestroy(), 20);
  };
  expect(await ask()).toMatch(/^Unavailable/);
  expect(asked).toHaveLength(3);
});

test('an answer of exactly the limit is an answer, one byte more is not', async () => {
  open({ maxAnswerBytes: 100 });
  const sized = (bytes: number): Behaviour => answers('x'.repeat(bytes - '{"data":""}'.length));
  behave = sized(100);
  expect(await ask()).toHaveLength(89);
  behave = sized(101);
  expect(await ask()).toBe('Unavailable: answer above 100 bytes');
});

test('a subgraph that fails again and again keeps nobody waiting, and is found again when it is back', async () => {
  open({ breaker: { failures: 3, restMs: 100 } });
  behave = (_request, response) => void response.writeHead(500).end();
  for (let time = 0; time < 3; time += 1) expect(await ask()).toBe('Unavailable: status 500');
  expect(await ask()).toBe('Unavailable: it failed 3 times in a row');
  expect(asked).toHaveLength(3);
  behave = answers(3);
  await wait(150);
  expect(await ask()).toBe(3);
  expect(await ask()).toBe(3);
});

test('answers that are too large close nothing to others', async () => {
  open({ maxAnswerBytes: 50, breaker: { failures: 2 } });
  behave = answers('x'.repeat(100));
  for (let time = 0; time < 4; time += 1) expect(await ask()).toBe('Unavailable: answer above 50 bytes');
});

test.each([false, true])('calls that are refused close nothing to others (another client: %s)', async (other) => {
  open({ breaker: { failures: 2 }, ...(other ? { forwards: () => ({}) } : {}) });
  behave = (_request, response) => void response.writeHead(431).end();
  for (let time = 0; time < 4; time += 1) expect(await ask()).toBe('Unavailable: status 431');
});

test('a subgraph that hangs takes only so many calls, and other subgraphs are asked as ever', async () => {
  open({ readTimeoutMs: 500, breaker: { atOnce: 2 } });
  behave = hangs;
  const waiting = [ask(), ask()];
  expect(await ask()).toBe('Unavailable: 2 calls are under way');
  expect(await ask('{ a }', 'nobody')).toMatch(/^Unavailable: connect ECONNREFUSED/);
  expect(await Promise.all(waiting)).toEqual(['Unavailable: no answer in time', 'Unavailable: no answer in time']);
  behave = answers(4);
  expect(await ask()).toBe(4);
});

describe('two instances of one subgraph', () => {
  let other: Server;
  let otherAsked: number;
  const portOf = (one: Server): number => (one.address() as AddressInfo).port;
  const both = (first = portOf(server), forwards?: HttpTransportOptions['forwards']): void => {
    const ends = [`http://127.0.0.1:${first}`, `http://127.0.0.1:${portOf(other)}`];
    open({ urls: new Map([['things', ends]]), ...(forwards ? { forwards } : {}) });
  };
  beforeEach(async () => {
    otherAsked = 0;
    other = createServer((_request, response) => {
      otherAsked += 1;
      response.end('{"data":"other"}');
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    behave = answers('first');
  });
  afterEach(() => {
    other.closeAllConnections();
    return closeServer(other);
  });

  test('they take turns', async () => {
    both();
    expect(await Promise.all([ask(), ask(), ask(), ask()])).toEqual(['first', 'other', 'first', 'other']);
  });

  test.each(['our own client', 'the client of any kind'])(
    'what could not be sent to one is sent to the other, writes too: %s',
    async (by) => {
      both(1, by === 'our own client' ? undefined : () => ({}));
      for (let time = 0; time < 6; time += 1) expect(await ask(time % 2 === 0 ? '{ a }' : 'mutation { a }')).toBe('other');
      expect(otherAsked).toBe(6);
      expect(await transport.ready('things')).toBe(true);
    },
  );

  test('a write that one may have heard is not sent to the other; a read is', async () => {
    both();
    behave = resets;
    const said = [];
    for (let time = 0; time < 4; time += 1) said.push(await ask('mutation { a }'));
    expect(said.filter((one) => one === 'other').length + asked.length).toBe(4);
    expect(otherAsked).toBe(4 - asked.length);
    expect(await Promise.all([ask(), ask(), ask(), ask()])).toEqual(['other', 'other', 'other', 'other']);
  });

  test('one that ends its connections is left alone for a while', async () => {
    both();
    behave = (_request, response) => void response.setHeader('connection', 'close').end('{"data":"first"}');
    const said = [];
    for (let time = 0; time < 10; time += 1) said.push(await ask('mutation { a }'));
    expect(said).toEqual(['first', ...Array.from({ length: 9 }, () => 'other')]);
  });
});
