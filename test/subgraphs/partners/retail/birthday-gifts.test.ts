import { memberNamed, redeemOwn, type Redeemed, told } from '../../../journeys/story.js';
import { openTestGraph, type TestGraph } from '../../../support/graph.js';
import { seedTestGraph } from '../../../support/seed.js';
import { testIds } from '../../../support/subgraph.js';
import { viewers } from '../../../support/viewers.js';
import type { Viewer } from '../../../../schema/viewer.js';

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
const recordChild = 'mutation ($input: RecordChildInput!) { recordChild(input: $input) { __typename } }';
const child = async (birthMonthDay: string, key: string): Promise<unknown> =>
  told(graph, await memberNamed(graph, 'M-Zheng'), recordChild, { input: { birthMonthDay } }, key);
const guardian =
  'mutation { grantConsent(recipient: "baby", purpose: CHILD_BENEFITS, classes: [PII], guardian: true) { ... on ConsentGranted { consent { id } } } }';
/** A member of the baby brand's own. */
const enrolled = async (ref: string): Promise<Viewer> => {
  const enrol = `mutation ($ref: String!) { enrolMember(input: { partner: "baby", ref: $ref, name: "x" }) { ... on MemberEnrolled { member { id } } } }`;
  const { member } = await told<{ member: { id: string } }>(graph, viewers.staff(), enrol, { ref }, `enrol-${ref}`);
  return viewers.member(testIds.open(member.id, 'staff') as string);
};
let consent = '';
const agree = async (key: string): Promise<void> => {
  const given = await told<{ consent: { id: string } }>(graph, await memberNamed(graph, 'M-Zheng'), guardian, {}, key);
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

test('neither the member nor the day is in what the ledger tells of a gift: not to partners, not to regulators', async () => {
  const lin = await enrolled('M-Lin');
  await told(graph, lin, guardian, {}, 'lin-guardian');
  await told(graph, lin, recordChild, { input: { birthMonthDay: '02-28' } }, 'lin-child');
  await run();
  await told(
    graph,
    baby,
    'mutation { reportEngagement(input: { memberRef: "M-Lin", kind: SURVEY, proofRef: "survey-lin" }) { __typename } }',
    {},
    'lin-survey',
  );
  const { redemption } = await told<Redeemed>(
    graph,
    lin,
    redeemOwn,
    { cart: [{ item: 'data-pack-10gb' }], prefer: ['BABY-P'], cashMaxFen: 570 },
    'lin-redeems',
  );
  const asked = [
    [
      viewers.regulator,
      `{ trace(redemption: "${redemption.id}") { member legs { lots { points origin { purchase { purchaseRef } } } } } }`,
    ],
    [viewers.regulator, '{ regulatorExport(period: "2027-02") { lines(first: 100) { nodes { member points purchaseRef jsonl } } } }'],
    [baby, '{ engagements(first: 100) { nodes { kind accrual { purchaseRef } } } }'],
    [lin, '{ engagements { nodes { accrual { purchaseRef } } } exportSection(subgraph: "ledger", section: "accrual") { records } }'],
    [lin, '{ exportSection(subgraph: "retail", section: "engagement") { records } }'],
  ] as const;
  const answers = await Promise.all(asked.map(([viewer, query]) => graph.ask(viewer, query)));
  for (const { errors, data } of answers) {
    expect(errors).toBeUndefined();
    expect(JSON.stringify(data)).toMatch(/event\//);
    expect(JSON.stringify(data)).not.toContain(lin.uid);
  }
  const toOthers = JSON.stringify(answers.slice(0, 3).map(({ data }) => data));
  expect(toOthers).not.toMatch(/02-28|SURVEY.survey-lin/);
  expect(toOthers.match(/event\/[0-9a-f-]{36}/g)?.length).toBeGreaterThanOrEqual(6);
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
