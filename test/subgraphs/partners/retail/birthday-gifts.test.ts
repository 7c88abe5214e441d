import { memberNamed, told } from '../../../journeys/story.js';
import { openTestGraph, type TestGraph } from '../../../support/graph.js';
import { seedTestGraph } from '../../../support/seed.js';
import { viewers } from '../../../support/viewers.js';

let graph: TestGraph;
beforeAll(async () => {
  graph = await openTestGraph();
  await seedTestGraph(graph);
}, 120_000);
afterAll(() => graph.close());

const baby = viewers.partner('baby');
const setClock = (at: string): Promise<unknown> =>
  told(graph, viewers.anonymous, 'mutation ($at: DateTime!) { sandbox { setClock(at: $at) } }', { at });
const run = (): Promise<void> => graph.subgraph('retail').runJob('birthday-gifts');
const balance = async (): Promise<number> =>
  (
    await told<{ balance: { available: number } | null }>(
      graph,
      baby,
      '{ member(ref: "M-Zheng") { balance(programme: "BABY-P") { available } } }',
    )
  ).balance?.available ?? 0;
const child = async (birthMonthDay: string, key: string): Promise<unknown> =>
  told(
    graph,
    await memberNamed(graph, 'M-Zheng'),
    'mutation ($input: RecordChildInput!) { recordChild(input: $input) { __typename } }',
    { input: { birthMonthDay } },
    key,
  );
let consent = '';
const agree = async (key: string): Promise<void> => {
  const given = await told<{ consent: { id: string } }>(
    graph,
    await memberNamed(graph, 'M-Zheng'),
    'mutation { grantConsent(recipient: "baby", purpose: CHILD_BENEFITS, classes: [PII], guardian: true) { ... on ConsentGranted { consent { id } } } }',
    {},
    key,
  );
  consent = given.consent.id;
};

test('B13: 200 points on the day in Shanghai, to the second, once a year, with the guardian and never without', async () => {
  await setClock('2027-01-01T00:00:00+08:00');
  expect(await child('02-29', 'no-guardian')).toEqual({ __typename: 'GuardianRequired' });
  await agree('guardian-1');
  expect(await child('02-29', 'child-1')).toEqual({ __typename: 'ChildRecorded' });
  await run();
  await setClock('2027-02-27T23:59:59+08:00');
  await run();
  expect(await balance()).toBe(0);
  // A child of the leap day, in a common year.
  await setClock('2027-02-28T00:00:00+08:00');
  await Promise.all([run(), run(), run()]);
  expect(await balance()).toBe(200);
  await setClock('2027-02-28T00:00:01+08:00');
  await run();
  expect(await balance()).toBe(200);
  expect(
    await told(graph, await memberNamed(graph, 'M-Zheng'), '{ engagements { nodes { kind proofRef at accrual { points } } } }'),
  ).toEqual({
    nodes: [{ kind: 'CHILD_BIRTHDAY', proofRef: '2027-02-28', at: '2027-02-27T16:00:00.000Z', accrual: { points: 200 } }],
  });
}, 60_000);

test('another date gives no second gift; a late job makes up for what it missed; without consent there is none', async () => {
  await child('03-05', 'child-2');
  await setClock('2027-03-10T12:00:00+08:00');
  await run();
  expect(await balance()).toBe(200);
  await setClock('2028-02-20T12:00:00+08:00');
  await run();
  // The gift of the year before has expired by then (12 months); the job comes two days late.
  await setClock('2028-03-02T09:00:00+08:00');
  await run();
  await run();
  expect(await balance()).toBe(200);
  await told(
    graph,
    await memberNamed(graph, 'M-Zheng'),
    'mutation ($id: ID!) { withdrawConsent(id: $id) { replayed } }',
    { id: consent },
    'guardian-ends',
  );
  await setClock('2029-03-05T09:00:00+08:00');
  await run();
  expect(await balance()).toBe(0);
}, 60_000);
