import { once } from 'node:events';
import { type IncomingMessage, request, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { parse } from 'graphql';
import { WebSocket } from 'ws';
import { listen } from '../../../gateway/listen.js';
import type { Prepared } from '../../../gateway/subscriptions/prepared.js';
import { openWebSockets, type SocketParts, type WebSockets } from '../../../gateway/subscriptions/web-socket.js';
import { type StreamSettings, usualStreams } from '../../../schema/stream-settings.js';
import { closeServer } from '../../support/close-server.js';

interface World {
  readonly url: string;
  readonly sockets: WebSockets;
  /** Operations that were begun, each with how to answer it. */
  readonly begun: ((answer: string) => void)[];
  /** The gateway's ends of all connections. */
  readonly held: Socket[];
}
const servers: Server[] = [];
const clients: WebSocket[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.terminate();
  await Promise.all(servers.splice(0).map(closeServer));
});

/** Sockets of a gateway whose operations end when the test says so; who asks is what is in the token. */
async function open(settings: Partial<StreamSettings> = {}): Promise<World> {
  const begun: World['begun'] = [];
  const sockets = openWebSockets({
    admit: ({ authorization = 'nobody' }) => Promise.resolve({ spender: { key: authorization, class: 'partner' }, expiresAtMs: undefined }),
    prepare: () => Promise.resolve({ document: parse('{ a }'), body: { operationName: null }, isStream: false } as unknown as Prepared),
    answer: () => new Promise((resolve) => begun.push(resolve)),
    refused: () => {},
    maxBytes: 1_000_000,
    settings: { ...usualStreams, ...settings },
  } as unknown as SocketParts);
  const { server, port } = await listen({ handle: (_request, response) => void response.end(), upgrade: sockets.upgrade }, 0, '127.0.0.1');
  servers.push(server);
  const held: Socket[] = [];
  server.on('connection', (socket: Socket) => held.push(socket));
  return { url: `ws://127.0.0.1:${port}/graphql`, sockets, begun, held };
}

interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}
interface Connected {
  readonly client: WebSocket;
  readonly said: Message[];
  readonly closed: Promise<number>;
  ask(id: string): void;
}

async function connect({ url }: World, who = 'one'): Promise<Connected> {
  const client = new WebSocket(url, 'graphql-transport-ws');
  clients.push(client);
  const said: Message[] = [];
  client.on('message', (data: Buffer) => said.push(JSON.parse(data.toString()) as Message));
  const closed = new Promise<number>((resolve) => void client.once('close', resolve));
  await once(client, 'open');
  client.send(JSON.stringify({ type: 'connection_init', payload: { authorization: who } }));
  await Promise.race([once(client, 'message'), closed]);
  said.length = 0;
  const ask = (id: string): void => client.send(JSON.stringify({ id, type: 'subscribe', payload: { query: '{ a }' } }));
  return { client, said, closed, ask };
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries += 1) {
    if (tries === 1_000) throw new Error('it never came to that');
    await wait(10);
  }
}
const answer = JSON.stringify({ data: { a: 1 } });
const refusal = (of: Message[]): unknown => of.find(({ type }) => type === 'error')?.payload;

test('so many operations are under way at a time as one connection may have, and one more when one has ended', async () => {
  const world = await open({ operationsPerSocket: 2 });
  const { ask, said } = await connect(world);
  for (const id of ['1', '2', '3']) ask(id);
  await until(() => said.length > 0);
  expect(said).toMatchObject([{ id: '3', payload: [{ extensions: { code: 'RATE_LIMITED', limit: 'operationsPerSocket', max: 2 } }] }]);
  expect(world.begun.length).toBe(2);
  world.begun[0]?.(answer);
  await until(() => said.length === 3);
  expect(said.slice(1)).toEqual([
    { id: '1', type: 'next', payload: { data: { a: 1 } } },
    { id: '1', type: 'complete' },
  ]);
  ask('4');
  await until(() => world.begun.length === 3);
});

test('what a client gave up is under way until it has ended', async () => {
  const world = await open({ operationsPerSocket: 1 });
  const { ask, said, client } = await connect(world);
  ask('1');
  await until(() => world.begun.length === 1);
  client.send(JSON.stringify({ id: '1', type: 'complete' }));
  ask('1');
  await until(() => said.length > 0);
  expect(refusal(said)).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
});

test('of a client that fetches nothing nothing more is read, and it is cut', async () => {
  const world = await open({ stallMs: 300 });
  const { ask, client } = await connect(world);
  // More than the network takes for a client that reads nothing.
  const long = JSON.stringify({ data: { a: 'x'.repeat(16 << 20) } });
  client.pause();
  for (let n = 0; n < 4; n += 1) ask(String(n));
  await until(() => world.begun.length === 4);
  for (const tell of world.begun) tell(long);
  await wait(50);
  for (let n = 4; n < 20; n += 1) ask(String(n));
  await until(() => world.held[0]?.destroyed === true);
  expect(world.begun.length).toBe(4);
});

test('a client that fetches slowly is heard again once it has', async () => {
  const world = await open({ stallMs: 30_000 });
  const { ask, said, client } = await connect(world);
  client.pause();
  ask('1');
  await until(() => world.begun.length === 1);
  world.begun[0]?.(JSON.stringify({ data: { a: 'x'.repeat(16 << 20) } }));
  await wait(50);
  ask('2');
  await wait(100);
  expect(world.begun.length).toBe(1);
  client.resume();
  await until(() => world.begun.length === 2);
  world.begun[1]?.(answer);
  await until(() => said.length === 4);
});

test('nor is anything kept for one that only greets, again and again, and reads no greeting', async () => {
  const world = await open({ stallMs: 300 });
  const { client } = await connect(world);
  client.pause();
  const greeting = JSON.stringify({ type: 'ping', payload: { x: 'x'.repeat(900_000) } });
  for (let n = 0; n < 40; n += 1) client.send(greeting);
  await until(() => world.held[0]?.destroyed === true);
  expect(world.held[0]?.bytesRead).toBeLessThan(30 * 900_000);
});

describe('an instance that ends', () => {
  test('answers what is under way, says no to what comes then, and closes each connection when it has nothing left', async () => {
    const world = await open();
    const [idle, busy] = [await connect(world), await connect(world)];
    busy.ask('1');
    busy.ask('2');
    await until(() => world.begun.length === 2);
    world.sockets.drain();
    world.sockets.drain();
    expect(await idle.closed).toBe(1012);
    busy.ask('3');
    await until(() => busy.said.length === 1);
    expect(refusal(busy.said)).toMatchObject([{ extensions: { code: 'RECONNECT' } }]);
    world.begun[0]?.(answer);
    await until(() => busy.said.length === 3);
    expect(busy.client.readyState).toBe(WebSocket.OPEN);
    world.begun[1]?.(answer);
    expect(await busy.closed).toBe(1012);
    expect(busy.said.slice(1).map(({ id, type }) => `${id} ${type}`)).toEqual(['1 next', '1 complete', '2 next', '2 complete']);
    expect(world.begun.length).toBe(2);
    await expect(connect(world)).rejects.toThrow('503');
  });

  test('closes at the end of its time whatever is under way', async () => {
    const world = await open();
    const busy = await connect(world);
    busy.ask('1');
    await until(() => world.begun.length === 1);
    world.sockets.drain();
    world.sockets.close();
    expect(await busy.closed).toBe(1012);
  });
});

test.each<[string, Partial<StreamSettings>]>([
  ['a network', { socketsPerNetwork: 2 }],
  ['everybody', { streams: 2 }],
])('%s has so many connections and not one more, and another when one has ended', async (_whose, settings) => {
  const world = await open(settings);
  const first = await connect(world, 'one');
  await connect(world, 'two');
  await expect(connect(world, 'three')).rejects.toThrow('429');
  first.client.close();
  await first.closed;
  await wait(100);
  expect((await connect(world, 'three')).client.readyState).toBe(WebSocket.OPEN);
});

test('a principal has so many connections, and others have theirs', async () => {
  const world = await open({ socketsPerPrincipal: 2 });
  const first = await connect(world, 'one');
  await connect(world, 'one');
  expect(await (await connect(world, 'one')).closed).toBe(1013);
  expect((await connect(world, 'two')).client.readyState).toBe(WebSocket.OPEN);
  first.client.close();
  await first.closed;
  await wait(100);
  expect((await connect(world, 'one')).client.readyState).toBe(WebSocket.OPEN);
});

test('a connection that failed to become a WebSocket counts no more', async () => {
  const world = await open({ socketsPerNetwork: 1 });
  for (let n = 0; n < 3; n += 1) {
    const noKey = request(world.url.replace('ws:', 'http:'), { headers: { connection: 'Upgrade', upgrade: 'websocket' } });
    noKey.end();
    const [response] = (await once(noKey, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(400);
    response.resume();
    await once(response, 'close');
    await wait(50);
  }
  expect((await connect(world)).client.readyState).toBe(WebSocket.OPEN);
});
