import { jest } from '@jest/globals';
import { roster } from '../../schema/roster.js';
import { openTestGraph } from '../support/graph.js';

test('a graph that is closed leaves nothing that goes on', async () => {
  const begun = jest.spyOn(globalThis, 'setInterval');
  const ended = jest.spyOn(globalThis, 'clearInterval');
  const graph = await openTestGraph(roster.filter(({ name }) => name === 'members' || name === 'sandbox'));
  await graph.close();
  const over = new Set<unknown>(ended.mock.calls.map(([timer]) => timer));
  expect(begun.mock.results.length).toBeGreaterThan(0);
  expect(begun.mock.results.flatMap(({ value }, at) => (over.has(value) ? [] : [begun.mock.calls[at]]))).toEqual([]);
});
