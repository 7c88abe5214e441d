import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Answers } from '../../schema/drain.js';
import { closeServer } from '../support/close-server.js';

test.each([
  ['nothing', ''],
  ['a CONNECT', 'CONNECT a:1 HTTP/1.1\r\nhost: a\r\n\r\n'],
  ['an upgrade', 'GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'],
])('of a connection that is lost no answer is kept: many requests at once, and %s behind them', async (_what, behind) => {
  const answers = new Answers();
  let heard = 0;
  const server = createServer((request, response) => {
    answers.begin(response);
    if ((heard += 1) === 100) setImmediate(() => request.socket.destroy());
  });
  server.on('upgrade', (_request, socket) => socket.destroy());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.on('error', () => {}).resume();
  client.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(100) + behind);
  await once(client, 'close');
  expect([heard, answers['underWay'].size]).toEqual([100, 0]);
  await closeServer(server);
});
