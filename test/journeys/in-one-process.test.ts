import { auditOf } from '../../subgraphs/ledger/proof/audit.js';
import { openTestGraph, type TestGraph } from '../support/graph.js';
import { seedTestGraph } from '../support/seed.js';
import { stories } from './stories.js';

let graph: TestGraph;
beforeAll(async () => {
  graph = await openTestGraph(undefined, { webhooks: {} });
  await seedTestGraph(graph);
});
afterAll(() => graph.close());

describe.each(Object.entries(stories))('%s', (_name, story) => {
  story(() => graph);
});

test('after all of them the books are right', async () => {
  expect(await auditOf(graph.databaseUrl)).toEqual([]);
});
