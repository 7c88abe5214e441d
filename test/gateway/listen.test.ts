import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { oneAtATime } from '../../gateway/limits/one-at-a-time.js';
import { listen } from '../../gateway/listen.js';
import { closeServer } from '../support/close-server.js';

const clients: Socket[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
});

/** Whether a new connection from the address is answered. */
async function isHeard(port: number, localAddress: string): Promise<boolean> {
  const client = connect({ port, host: '127.0.0.1', localAddress });
  clients.push(client);
  client.on('error', () => {});
  client.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
  return Promise.race([once(client, 'data').then(() => true), once(client, 'close').then(() => false)]);
}

test('a network has so many connections and not one more; others have theirs, and it has another when one has ended', async () => {
  const { server, port } = await listen({ handle: (_request, response) => void response.end('heard') }, 0, '127.0.0.1', {
    limits: { connections: 4, connectionsPerNetwork: 2 },
  });
  try {
    const [one, other, third] = ['127.0.0.1', '127.0.0.2', '127.0.0.3'] as const;
    expect([await isHeard(port, one), await isHeard(port, one), await isHeard(port, one), await isHeard(port, one)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect([await isHeard(port, other), await isHeard(port, other), await isHeard(port, third)]).toEqual([true, true, false]);
    clients[0]?.destroy();
    await wait(100);
    expect([await isHeard(port, one), await isHeard(port, third)]).toEqual([true, false]);
  } finally {
    await closeServer(server);
  }
});

test('a connection becomes a WebSocket when what was asked before is answered, and is a request like any other until then', async () => {
  const heard: string[] = [];
  const { server, port } = await listen(
    {
      handle: (request, response) =>
        oneAtATime(request, response, () => {
          heard.push(request.url ?? '');
          setTimeout(() => response.end('heard'), 50);
        }),
      upgrade: (_request, socket) => {
        heard.push('upgraded');
        socket.destroy();
      },
    },
    0,
    '127.0.0.1',
  );
  try {
    const client = connect(port, '127.0.0.1');
    clients.push(client);
    client.resume();
    const upgrade = 'GET /socket HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n';
    client.write(`GET /first HTTP/1.1\r\nhost: a\r\n\r\n${upgrade}`);
    while (heard.length < 2) await wait(10);
    await wait(100);
    client.write(upgrade);
    await once(client, 'close');
    expect(heard).toEqual(['/first', '/socket', 'upgraded']);
  } finally {
    await closeServer(server);
  }
});
