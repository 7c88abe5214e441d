import { QueryPlanner } from '@apollo/query-planner';
import { jest } from '@jest/globals';
import { type Federation, openFederation } from './federation.js';
import { fixtures } from './supergraphs.js';

let federation: Federation;
const planned = jest.spyOn(QueryPlanner.prototype, 'buildQueryPlan');
const world = (): ReturnType<Federation['world']> => federation.world({ seed: 1, nulls: 0, failures: 0, wrongNulls: 0 });
beforeAll(async () => {
  federation = await openFederation(fixtures['shop'] as NonNullable<(typeof fixtures)['shop']>);
});
beforeEach(() => planned.mockClear());
afterAll(() => federation.stop());

test('requests that all miss at once are planned once', async () => {
  const asked = { text: '{ top(first: 2) { name estimate } }', variables: {} };
  const answers = await Promise.all(Array.from({ length: 20 }, () => federation.own(asked, world())));
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(planned).toHaveBeenCalledTimes(1);
});

test('a long document is planned once too, in a turn of its own, and what is known is not held up', async () => {
  const known = { text: '{ top(first: 1) { name } }', variables: {} };
  await federation.own(known, world());
  planned.mockClear();
  const order: string[] = [];
  const long = { text: `{ top(first: 2) { name estimate } } ${'#'.repeat(1_000)}`, variables: {} };
  const answers = Array.from({ length: 20 }, () => federation.own(long, world()).then((answer) => (order.push('long'), answer)));
  // The planner has not been asked yet: whoever comes now is served first.
  expect(planned).not.toHaveBeenCalled();
  await federation.own(known, world()).then(() => order.push('known'));
  expect(new Set((await Promise.all(answers)).map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(planned).toHaveBeenCalledTimes(1);
  expect(order).toHaveLength(21);
});

test('every set of values of the conditions has its plan, whatever the other variables are', async () => {
  const text = 'query ($x: Boolean!, $y: Boolean = true, $n: Int) { top(first: $n) { name @include(if: $x) estimate @skip(if: $y) } }';
  for (const n of [1, 2]) for (const x of [true, false]) await federation.own({ text, variables: { x, n } }, world());
  await federation.own({ text, variables: { x: true, y: true } }, world());
  expect(planned).toHaveBeenCalledTimes(2);
  await federation.own({ text, variables: { x: true, y: false } }, world());
  expect(planned).toHaveBeenCalledTimes(3);
});

test('what is prepared is not planned when it is asked', async () => {
  const text = '{ users { name friends { role } } }';
  const { asked, made } = federation.counts();
  federation.prepare(text);
  expect(planned).toHaveBeenCalledTimes(1);
  expect(await federation.own({ text, variables: {} }, world())).not.toHaveProperty('errors');
  expect(planned).toHaveBeenCalledTimes(1);
  expect(federation.counts()).toMatchObject({ asked: asked + 1, made });
});

test('what is prepared outlives a flood of operations that come once', async () => {
  const texts = Array.from({ length: 80 }, (_, index) => `{ users { a${index}: name } }`);
  for (const text of texts) federation.prepare(text);
  for (let index = 0; index < 200; index += 1) await federation.own({ text: `{ users { once${index}: name } }`, variables: {} }, world());
  planned.mockClear();
  for (const text of texts) await federation.own({ text, variables: {} }, world());
  expect(planned).not.toHaveBeenCalled();
});
