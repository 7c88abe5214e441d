import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
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
