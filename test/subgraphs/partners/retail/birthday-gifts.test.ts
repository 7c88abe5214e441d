import { memberNamed, redeemOwn, type Redeemed, told } from '../../../journeys/story.js';
import { openTestGraph, type TestGraph } from '../../../support/graph.js';
import { seedTestGraph } from '../../../support/seed.js';
import { openTestSubgraph, testIds } from '../../../support/subgraph.js';
import { viewers } from '../../../support/viewers.js';
import { subgraph as retail } from '../../../../subgraphs/partners/retail/index.js';
import type { Transport } from '../../../../schema/transport.js';
import type { Viewer } from '../../../../schema/viewer.js';

let graph: TestGraph;
beforeAll(async () => {
  graph = await openTestGraph();
  await seedTestGraph(graph);
});
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
/** A member of a partner's own. */
const enrolled = async (ref: string, partner = 'baby'): Promise<Viewer> => {
  const enrol = `mutation ($partner: ID!, $ref: String!) { enrolMember(input: { partner: $partner, ref: $ref, name: "x" }) { ... on MemberEnrolled { member { id } } } }`;
  const { member } = await told<{ member: { id: string } }>(graph, viewers.staff(), enrol, { partner, ref }, `enrol-${ref}`);
  return viewers.member(testIds.open(member.id, 'staff') as string);
};
/** The same, with a child and the guardian's consent. */
const parent = async (ref: string, partner: string, birthMonthDay: string): Promise<Viewer> => {
  const viewer = await enrolled(ref, partner);
  await told(graph, viewer, guardian.replace('"baby"', `"${partner}"`), {}, `guardian-${ref}`);
  await told(graph, viewer, recordChild, { input: { birthMonthDay } }, `child-${ref}`);
  return viewer;
};
const publishGift = async (programme: string): Promise<void> => {
  const { rule } = await told<{ rule: { id: string } }>(
    graph,
    viewers.staff(),
    'mutation ($input: DraftRuleInput!) { draftRule(input: $input) { ... on RuleDrafted { rule { id } } } }',
    { input: { programme, name: 'birthday', kind: 'EVENT', event: 'CHILD_BIRTHDAY', eventPoints: 200 } },
    `draft-${programme}`,
  );
  const publish = 'mutation ($rule: ID!) { publishRule(rule: $rule) { __typename } }';
  expect(await told(graph, viewers.staff('approver'), publish, { rule: rule.id }, `publish-${programme}`)).toEqual({
    __typename: 'RulePublished',
  });
};
const gifts = async (viewer: Viewer): Promise<unknown> =>
  (await told<{ nodes: unknown }>(graph, viewer, '{ engagements { nodes { proofRef at accrual { points } } } }')).nodes;
/** How often the ledger refused a gift of a partner, and how many rows are kept of that in retail. */
const refusals = async (partner: string): Promise<unknown> => {
  const { em } = graph.subgraph('retail').database;
  const [found] = await em.fork().execute<object[]>(
    `select (select count(*)::int from retail.engagement where partner = ? and state = 'REFUSED') as rows,
       (select count(*)::int from ledger.audit where operation = 'accrueFor' and outcome = 'REFUSED'
         and (detail like '%CREDIT_LIMIT_REACHED%' or detail like '%RULE_MISSING%')) as audited`,
    [partner],
  );
  return found;
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
});

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
});

test('the day of a gift is the member’s and, while the guardian agrees, the brand’s; nobody else reads it in any form', async () => {
  const zheng = await memberNamed(graph, 'M-Zheng');
  const withoutPii = { ...viewers.partnerStaff('baby'), scopes: ['member.read:own', 'ledger.read:own'] };
  const own = { ...withoutPii, scopes: [...withoutPii.scopes, 'member.pii:own'] };
  const day = {
    kind: 'CHILD_BIRTHDAY',
    proofRef: '2027-02-28',
    at: '2027-02-27T16:00:00.000Z',
    accrual: { at: '2027-02-27T16:00:00.000Z' },
  };
  const shown = async (viewer: Viewer): Promise<{ nodes: { id: string; proofRef: string; at: string }[] }> =>
    (
      await told<{ engagements: { nodes: [] } }>(
        graph,
        viewer,
        `{ member(ref: "${viewer.partner === undefined ? 'baby/' : ''}M-Zheng") { engagements { nodes { id kind proofRef at accrual { at } } } } }`,
      )
    ).engagements;
  const closed = async (viewer: Viewer): Promise<void> => {
    const { nodes } = await shown(viewer);
    expect(nodes).toEqual([
      { kind: 'CHILD_BIRTHDAY', id: nodes[0]?.id, proofRef: nodes[0]?.id, at: '2026-12-31T16:00:00.000Z', accrual: null },
    ]);
    // A number of our own has the time at which it was made in its first digits.
    expect(Number.parseInt(nodes[0]?.id.replaceAll('-', '').slice(0, 12) ?? '', 16)).toBe(Date.parse('2027-01-01T00:00:00+08:00'));
  };
  for (const viewer of [baby, own]) expect((await shown(viewer)).nodes).toMatchObject([day]);
  await closed(withoutPii);
  await closed(viewers.staff());
  await told(graph, zheng, 'mutation ($id: ID!) { withdrawConsent(id: $id) { replayed } }', { id: consent }, 'guardian-pauses');
  for (const viewer of [baby, own, withoutPii]) await closed(viewer);
  expect(await told(graph, zheng, '{ engagements { nodes { kind proofRef at accrual { at } } } }')).toEqual({ nodes: [day] });
  await agree('guardian-again');
  await child('02-29', 'child-again');
});

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
});

test('a rule that is published on the day gives its gift from then on, once; yesterday it gave none', async () => {
  await setClock('2029-05-31T12:00:00+08:00');
  const late = await parent('M-May', 'shop', '05-31');
  const june = await parent('M-June', 'shop', '06-01');
  await run();
  for (const at of ['00:00:00', '00:00:30', '09:59:59']) {
    await setClock(`2029-06-01T${at}+08:00`);
    await run();
  }
  expect(await gifts(june)).toEqual([]);
  await setClock('2029-06-01T10:00:00+08:00');
  await publishGift('SHOP-P');
  await Promise.all([run(), run(), run()]);
  const given = [{ proofRef: '2029-06-01', at: expect.stringMatching(/^2029-06-01T02:00:/), accrual: { points: 200 } }];
  expect(await gifts(june)).toEqual(given);
  for (const at of ['2029-06-01T10:00:30', '2029-06-01T23:59:59', '2029-06-02T00:00:00', '2029-06-02T12:00:00']) {
    await setClock(`${at}+08:00`);
    await run();
  }
  expect(await gifts(june)).toEqual(given);
  expect(await gifts(late)).toEqual([]);
  expect(await refusals('shop')).toEqual({ rows: 0, audited: 0 });
});

test('a gift for which the partner owes too much is tried once an hour, as one record, and given once when it has paid', async () => {
  const limit = async (more: string, key: string): Promise<void> => {
    const propose = `mutation { proposeCreditLimit(partner: "fashion", ${more}reason: "gifts") { id } }`;
    const { id } = await told<{ id: string }>(graph, viewers.staff(), propose, {}, key);
    await told(graph, viewers.staff('approver'), 'mutation ($id: ID!) { approve(id: $id) { __typename } }', { id }, `${key}-agreed`);
  };
  await publishGift('COAL-P');
  await limit('limitFen: 1, ', 'limit-one');
  const july = await parent('M-July', 'fashion', '07-01');
  for (const [at, audited] of [
    ['00:00:00', 1],
    ['00:00:30', 1],
    ['00:59:00', 1],
    // The clock goes on while a run is at work: a try is a little after the time that was set.
    ['01:01:00', 2],
    ['01:01:30', 2],
    ['02:00:30', 2],
    ['02:02:30', 3],
  ] as const) {
    await setClock(`2029-07-01T${at}+08:00`);
    await Promise.all([run(), run(), run()]);
    expect([at, await refusals('fashion')]).toEqual([at, { rows: 1, audited }]);
  }
  await limit('', 'no-limit');
  await setClock('2029-07-01T03:01:30+08:00');
  await run();
  expect(await gifts(july)).toEqual([]);
  for (const at of ['2029-07-01T03:04:00', '2029-07-01T03:04:30', '2029-07-01T04:05:00', '2029-07-02T00:00:00']) {
    await setClock(`${at}+08:00`);
    await Promise.all([run(), run(), run()]);
    expect(await gifts(july)).toEqual([
      { proofRef: '2029-07-01', at: expect.stringMatching(/^2029-06-30T19:04:/), accrual: { points: 200 } },
    ]);
  }
  expect(await refusals('fashion')).toEqual({ rows: 0, audited: 3 });
});

test('of more partners than members answer for at once, the children of each are given to', async () => {
  const uid = '01900000-0000-7000-8000-000000000001';
  const partners = Array.from({ length: 401 }, (_, n) => `partner-${n}`);
  const peers: Transport = {
    send(_subgraph, { query, variables = {} }) {
      if (query.includes('eventGivers'))
        return Promise.resolve({ data: { eventGivers: partners.map((partner) => ({ partner, since: '2027-01-01T00:00:00Z' })) } });
      if (query.includes('accrueFor'))
        return Promise.resolve({ data: { accrueFor: { __typename: 'Accrued', accrual: { id: String(variables['partner']) } } } });
      const recipients = variables['recipients'] as string[];
      if (recipients.length > 200) return Promise.resolve({ data: null, errors: [{ message: 'many', extensions: { code: 'BAD_INPUT' } }] });
      const known = recipients.filter((recipient) => ['partner-0', 'partner-200', 'partner-400'].includes(recipient));
      return Promise.resolve({ data: { childBirthdays: known.map((recipient) => ({ memberUid: uid, recipient })) } });
    },
    ready: () => Promise.resolve(true),
    close: () => Promise.resolve(),
  };
  const alone = await openTestSubgraph(retail as never, peers);
  await alone.subgraph.runJob('birthday-gifts');
  const given = await alone.subgraph.database.em
    .fork()
    .execute<{ partner: string }[]>(`select partner from engagement where state = 'COMPLETED' order by partner`);
  await alone.close();
  expect(given.map(({ partner }) => partner)).toEqual(['partner-0', 'partner-200', 'partner-400']);
});
