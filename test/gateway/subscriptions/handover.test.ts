import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { listen } from '../../../gateway/listen.js';
import { guardHandover } from '../../../gateway/subscriptions/handover.js';
import { openWebSockets, type SocketParts } from '../../../gateway/subscriptions/web-socket.js';
import { usualStreams } from '../../../schema/stream-settings.js';
import { closeServer } from '../../support/close-server.js';

let server: Server;
let port: number;
const held: Socket[] = [];

beforeAll(async () => {
  // Nothing is asked over these connections.
  const sockets = openWebSockets({ maxBytes: 1_000, settings: usualStreams } as unknown as SocketParts);
  ({ server, port } = await listen(
    {
      handle: (request, response) => void response.end(`${request.method} heard`),
      upgrade: (...upgrade) => {
        held.push(upgrade[1] as Socket);
        sockets.upgrade(...upgrade);
      },
    },
    0,
    '127.0.0.1',
  ));
});
afterAll(() => closeServer(server));
afterEach(() => {
  for (const socket of held.splice(0)) socket.destroy();
});

/** A client that never ends its side by itself. */
const ask = async (path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET') => {
  const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  client.on('error', () => {});
  const all = { host: 'a', connection: 'Upgrade', upgrade: 'websocket', ...headers };
  client.write(
    `${method} ${path} HTTP/1.1\r\n${Object.entries(all)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}\r\n`,
  );
  const [answer] = (await once(client, 'data')) as [Buffer];
  return { client, answer: answer.toString() };
};
const key = { 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==', 'sec-websocket-version': '13' };

/** Not by `once`, which listens for errors too, and so would do what it is to find out. */
const closed = (socket: Socket): Promise<void> =>
  socket.destroyed ? Promise.resolve() : new Promise((resolve) => void socket.once('close', () => resolve()));
/** An error that nobody listens to ends the process, and any test. */
const answers = async (): Promise<void> => {
  await wait(50);
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
};
const opening = { ...key, 'sec-websocket-protocol': 'graphql-transport-ws' };

describe.each([
  ['to another path', '/x', key, 404],
  ['without a key', '/graphql', {}, 400],
  ['of another version', '/graphql', { ...key, 'sec-websocket-version': '1' }, 400],
])('an upgrade %s is refused', (_what, path, headers, status) => {
  test('and reset by its client', async () => {
    const { client, answer } = await ask(path, headers);
    expect(answer).toMatch(`HTTP/1.1 ${status} `);
    client.resetAndDestroy();
    await closed(held[0] as Socket);
    await answers();
  });

  test('and closed, though its client never closes', async () => {
    const { client } = await ask(path, headers);
    await closed(held[0] as Socket);
    client.destroy();
  }, 5_000);
});

test('a connection that became a WebSocket may be reset', async () => {
  const { client, answer } = await ask('/graphql', opening);
  expect(answer).toMatch('HTTP/1.1 101 ');
  client.resetAndDestroy();
  await closed(held[0] as Socket);
  await answers();
});

test('a client that fetches nothing of its refusal is cut in time, and a WebSocket is not', async () => {
  for (const isWebSocket of [false, true]) {
    const clients = new Promise<Socket>((resolve) => server.once('connection', resolve));
    const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const socket = await clients;
    client.pause();
    const isOver = guardHandover(socket, 50);
    if (isWebSocket) isOver();
    // More than the network takes for a client that reads nothing.
    socket.end(Buffer.alloc(64 << 20));
    await wait(300);
    expect(socket.destroyed).toBe(!isWebSocket);
    socket.destroy();
    client.destroy();
  }
});

test('who asks for another protocol gets an answer in this one', async () => {
  const { client, answer } = await ask('/graphql', { upgrade: 'h2c', 'http2-settings': 'AA', 'content-length': '0' }, 'POST');
  expect(answer).toMatch(/^HTTP\/1.1 200 [^]*POST heard$/);
  client.destroy();
});
