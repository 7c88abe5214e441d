import { setTimeout as wait } from 'node:timers/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { Deadlines } from '../../schema/deadlines.js';

test('what ended in time is left alone, what did not is ended, each once', async () => {
  const deadlines = new Deadlines(20);
  const ended: string[] = [];
  const done = deadlines.add(() => ended.push('in time'));
  deadlines.add(() => ended.push('late'));
  done();
  await wait(150);
  expect(ended).toEqual(['late']);
});

test('what goes on with something that began earlier has the time that is left, before others and beside them', async () => {
  const deadlines = new Deadlines(300);
  const ended: string[] = [];
  const startedAt = performance.now();
  deadlines.since(startedAt - 1_000).add(() => ended.push('over'));
  deadlines.add(() => ended.push('whole'));
  deadlines.since(startedAt - 200).add(() => ended.push('rest'));
  deadlines.since(startedAt - 200).add(() => ended.push('in time'))();
  await wait(60);
  expect(ended).toEqual(['over']);
  await wait(130);
  expect(ended).toEqual(['over', 'rest']);
  await wait(250);
  expect(ended).toEqual(['over', 'rest', 'whole']);
});

test('an answer that came while the process was held up counts, although its time is over', async () => {
  const server = createServer((socket) => socket.end('answer')).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const outcome = await new Promise<string>((resolve) => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const done = new Deadlines(30).add(() => resolve('given up'));
    socket.once('data', () => {
      done();
      resolve('answered');
    });
    // The loop is held until the time is over and the answer lies in the socket.
    socket.once('connect', () => {
      setImmediate(() => {
        const until = performance.now() + 200;
        while (performance.now() < until);
      });
    });
  });
  server.close();
  expect(outcome).toBe('answered');
});
