import { setTimeout as wait } from 'node:timers/promises';
import type { SubgraphAnswer, SubgraphRequest } from '../../schema/transport.js';
import { inProcessTransport } from '../../subgraphs/in-process.js';
import { type Faults, InjectedFault, noFaults } from '../../subgraphs/kernel/faults.js';
import { viewers } from '../support/viewers.js';

let executed: string[];
beforeEach(() => void (executed = []));

function open(
  execute: (request: SubgraphRequest) => Promise<SubgraphAnswer>,
  rules: Parameters<typeof inProcessTransport>[1] = {},
  faults: Faults = noFaults,
) {
  const transport = inProcessTransport(faults, { readTimeoutMs: 100, writeTimeoutMs: 400, ...rules });
  transport.add({
    name: 'things',
    execute: async (request) => {
      const answer = await execute(request);
      executed.push(request.query);
      return answer;
    },
    ready: () => Promise.resolve(true),
  });
  return (query = '{ a }', subgraph = 'things'): Promise<unknown> =>
    transport.send(subgraph, { query }, viewers.anonymous).then(
      ({ data }) => data,
      (error: Error & { reason?: string }) => `${error.name}: ${error.reason}`,
    );
}
const after = (ms: number) => () => wait(ms).then(() => ({ data: { a: 1 } }));

test('a slow answer within its time is an answer, a write has more time than a read, and what is given up goes on', async () => {
  const ask = open(after(250));
  expect(await ask()).toBe('Unavailable: no answer in time');
  expect(executed).toEqual([]);
  expect(await ask('mutation { a }')).toEqual({ a: 1 });
  const late = open(after(550));
  executed = [];
  expect(await late('mutation { a }')).toBe('Unavailable: no answer in time');
  expect(executed).toEqual([]);
  await wait(300);
  expect(executed).toEqual(['mutation { a }']);
});

test('what waits on the way there or back is given up in the same time', async () => {
  for (const point of ['call.things', 'answer.things']) {
    const ask = open(after(0), {}, { reach: (reached) => (reached === point ? wait(1_000) : Promise.resolve()) });
    expect(await ask()).toBe('Unavailable: no answer in time');
  }
});

test('a subgraph that fails again and again keeps nobody waiting, and is found again when it is back', async () => {
  let fails = true;
  const faults: Faults = { reach: () => (fails ? Promise.reject(new InjectedFault('ordered')) : Promise.resolve()) };
  const ask = open(after(0), { breaker: { failures: 3, restMs: 100 } }, faults);
  for (let time = 0; time < 3; time += 1) expect(await ask()).toBe('Unavailable: ordered');
  fails = false;
  expect(await ask()).toBe('Unavailable: it failed 3 times in a row');
  await wait(150);
  expect(await ask()).toEqual({ a: 1 });
  expect(await ask()).toEqual({ a: 1 });
});

test('a subgraph that hangs takes only so many calls', async () => {
  const ask = open(after(60_000), { breaker: { atOnce: 2 } });
  const waiting = [ask(), ask()];
  expect(await ask()).toBe('Unavailable: 2 calls are under way');
  expect(await Promise.all(waiting)).toEqual(['Unavailable: no answer in time', 'Unavailable: no answer in time']);
});

test('an answer above the limit is none, closes nothing to others, and what is told beside the data counts', async () => {
  const sized = (bytes: number) => Promise.resolve({ data: { a: 'x'.repeat(bytes) } });
  let answer: () => Promise<SubgraphAnswer> = () => sized(80);
  const ask = open(() => answer(), { maxAnswerBytes: 100, breaker: { failures: 2 } });
  expect(await ask()).toEqual({ a: 'x'.repeat(80) });
  answer = () => sized(110);
  for (let time = 0; time < 4; time += 1) expect(await ask()).toBe('Unavailable: answer above 100 bytes');
  answer = () => Promise.resolve({ data: { a: null }, errors: [{ message: 'x'.repeat(110) }] });
  expect(await ask()).toBe('Unavailable: answer above 100 bytes');
});

test('whoever does not run here, or breaks, is out of reach', async () => {
  const ask = open(() => Promise.reject(new Error('broken')));
  expect(await ask('{ a }', 'others')).toBe('Unavailable: it does not run in this process');
  expect(await ask()).toBe('Unavailable: broken');
});

test('while the process itself is held, nobody’s time goes by', async () => {
  const ask = open(after(20));
  const asked = ask();
  const until = performance.now() + 400;
  while (performance.now() < until);
  expect(await asked).toEqual({ a: 1 });
});
