import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { asksForStream, lastEventIdOf, openSse } from '../../../gateway/subscriptions/sse.js';
import { closeServer } from '../../support/close-server.js';
import { openEventStream } from '../../support/event-stream.js';

test.each`
  accept                                   | is
  ${'text/event-stream'}                   | ${true}
  ${' Text/Event-Stream; charset=utf-8'}   | ${true}
  ${'text/event-stream, application/json'} | ${false}
  ${'application/json, text/event-stream'} | ${false}
  ${'multipart/mixed'}                     | ${false}
  ${undefined}                             | ${false}
`('Accept: $accept asks for a stream: $is', ({ accept, is }) => {
  expect(asksForStream({ headers: accept === undefined ? {} : { accept } })).toBe(is);
});

test('the place that a reader remembers by itself', () => {
  expect(lastEventIdOf({ headers: { 'last-event-id': 'x' } })).toBe('x');
  expect(lastEventIdOf({ headers: { 'last-event-id': '' } })).toBeNull();
  expect(lastEventIdOf({ headers: {} })).toBeNull();
});

test('a reader that fetches nothing for too long is cut; one that fetches in time gets everything, and its end with the reason', async () => {
  const answers: ServerResponse[] = [];
  const server = createServer((_request, response) => answers.push(response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const big = JSON.stringify({ data: { text: 'x'.repeat(1_000_000) } });
  const opening = openEventStream(url, undefined, {});
  while (answers.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const sink = openSse(answers[0] as ServerResponse, 200);
  const reader = await opening;
  expect(await sink.next('a', big)).toBe(true);
  expect((await reader.next())?.id).toBe('a');
  reader.raw.pause();
  let sent = 0;
  while (await sink.next(`b${sent}`, big)) sent += 1;
  expect(sent).toBeLessThan(50);
  expect((answers[0] as ServerResponse).destroyed).toBe(true);
  // To whoever has gone nothing is said, and nothing waits.
  expect(await sink.beat('c')).toBe(false);
  sink.end('c', 'RECONNECT');

  const again = openEventStream(url, undefined, {});
  while (answers.length === 1) await new Promise((resolve) => setTimeout(resolve, 5));
  const other = openSse(answers[1] as ServerResponse, 200);
  const told = await again;
  await other.beat('d');
  other.end('e', 'RECONNECT');
  expect(await told.next()).toMatchObject({ id: 'e', errors: [{ extensions: { code: 'RECONNECT', lastEventId: 'e' } }] });
  expect(await told.next()).toBeNull();
  await closeServer(server);
});
