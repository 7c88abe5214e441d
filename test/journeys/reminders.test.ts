import { openTestGraph, type TestGraph } from '../support/graph.js';
import { seedTestGraph } from '../support/seed.js';
import { viewers } from '../support/viewers.js';
import { memberNamed, told } from './story.js';

/** A job makes reminders in its own time; this test runs it when it wants to see them. */
let graph: TestGraph;
beforeAll(async () => {
  graph = await openTestGraph();
  await seedTestGraph(graph);
});
afterAll(() => graph.close());

test('B21: M-Kong is told of 1,200 points in 7 days and of 300 in 30, a day later of the 500, each once', async () => {
  const kong = await memberNamed(graph, 'M-Kong');
  const said = async (): Promise<string[]> => {
    await graph.subgraph('ledger').runJob('remind');
    const { reminders } = await told<{ reminders: { nodes: { points: number; daysBefore: number; programme: { id: string } }[] } }>(
      graph,
      kong,
      '{ me { reminders { nodes { points daysBefore programme { id } } } } }',
    );
    return reminders.nodes.map(({ points, daysBefore, programme }) => `${points} ${programme.id} in ${daysBefore}`).sort();
  };
  const first = ['1200 COAL-P in 7', '300 COAL-P in 30'];
  expect(await said()).toEqual(first);
  expect(await said()).toEqual(first);
  await told(graph, viewers.anonymous, 'mutation { sandbox { advanceClock(seconds: 86400) } }');
  expect(await said()).toEqual([...first, '500 COAL-P in 30']);
  await told(graph, viewers.anonymous, 'mutation { sandbox { advanceClock(seconds: 518400) } }');
  const last = await said();
  expect(last).toEqual([...first, '500 COAL-P in 30'].sort());
});
