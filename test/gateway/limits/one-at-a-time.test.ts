import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { oneAtATime } from '../../../gateway/limits/one-at-a-time.js';

/** A server whose first answer to each connection goes on until the test ends it. */
let server: Server;
let heard: string[];
let long: ServerResponse[];
let arrived: string[];
const sockets: Socket[] = [];
beforeEach(async () => {
  [heard, long, arrived] = [[], [], []];
  server = createServer((request, response) => {
    arrived.push(request.url ?? '');
    oneAtATime(request, response, () => {
      heard.push(request.url ?? '');
      if (request.url === '/long') long.push(response);
      else response.end('short');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const ask = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
async function opened(): Promise<Socket> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => {});
  socket.resume();
  await once(socket, 'connect');
  socket.write(ask('/long'));
  while (long.length === 0) await tick();
  return socket;
}
const tick = () => new Promise((resolve) => setTimeout(resolve, 5));

test('fifty requests wait for a long answer and are heard in their order when it ends', async () => {
  const socket = await opened();
  for (let index = 0; index < 50; index += 1) socket.write(ask(`/${index}`));
  while (arrived.length < 51) await tick();
  expect(heard).toEqual(['/long']);
  long[0]?.end();
  while (heard.length < 51) await tick();
  expect(heard.slice(1)).toEqual(Array.from({ length: 50 }, (_, index) => `/${index}`));
  // They wait no more, and as many may again.
  socket.write(ask('/long'));
  while (long.length < 2) await tick();
  for (let index = 0; index < 50; index += 1) socket.write(ask('/again'));
  while (arrived.length < 102) await tick();
  expect(socket.destroyed).toBe(false);
});

test('one more ends the connection, at once and for all that wait in it; nobody else loses anything', async () => {
  const [socket, other] = [await opened(), connect((server.address() as AddressInfo).port, '127.0.0.1')];
  sockets.push(other);
  const closed = once(socket, 'close');
  socket.write(ask('/x').repeat(2_000));
  await closed;
  expect(heard).toEqual(['/long']);
  other.write(ask('/other'));
  await once(other, 'data');
  expect(heard).toEqual(['/long', '/other']);
});
