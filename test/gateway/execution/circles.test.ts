import { QueryPlanner } from '@apollo/query-planner';
import { jest } from '@jest/globals';
import { type Federation, openFederation } from './federation.js';
import { type Fixture, fixtures } from './supergraphs.js';

/** Calls of one plan that would wait for each other, as the planner makes them of interface objects. */
let media: Federation;
const planned = jest.spyOn(QueryPlanner.prototype, 'buildQueryPlan');
const world = (): ReturnType<Federation['world']> => media.world({ seed: 3, nulls: 0, failures: 0, wrongNulls: 0 });
beforeAll(async () => {
  media = await openFederation(fixtures['media'] as Fixture);
});
beforeEach(() => planned.mockClear());
afterAll(() => media.stop());

test.each([
  '{ offers { media { id ... on Book { pace } } } }',
  '{ offers { media { pace ... on Book { pace } } } }',
  '{ offers { media { title price ... on Song { length pace } } } books { ratings { stars } } }',
])('a call that would wait for itself waits for nobody: %s', async (text) => {
  const before = process.memoryUsage().rss;
  const own = await media.own({ text, variables: {} }, world());
  expect(own).toEqual(await media.single({ text, variables: {} }, world()));
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1_048_576);
});

test('where two calls wait for each other there is no plan, which is found out once', async () => {
  const asked = { text: '{ offers { media { pace ... on Film { pace } ... on Song { a5: id pace } } } }', variables: {} };
  for (let time = 0; time < 3; time += 1)
    expect(await media.own(asked, world())).toEqual({
      errors: [expect.objectContaining({ extensions: { code: 'UNPLANNABLE_OPERATION' } })],
    });
  expect(planned).toHaveBeenCalledTimes(1);
});
