import { subgraph } from '../../../../subgraphs/partners/retail/index.js';
import { viewers } from '../../../support/viewers.js';
import { codeOf, memberFields, must, openTrade, type OpenTrade, uids } from '../trade.js';

let retail: OpenTrade;
beforeAll(async () => {
  retail = await openTrade(subgraph, 'baby');
});
afterAll(() => retail.close());

const happy = { zh: '生日快乐', en: 'Happy birthday' };
const set = (greeting: object | null, key: string, viewer = viewers.partnerStaff('baby'), partner?: string) =>
  retail.ask(
    viewer,
    'mutation ($greeting: TextInput, $partner: ID) { setBirthdayGreeting(greeting: $greeting, partner: $partner) { greeting { zh en } replayed } }',
    { greeting, partner: partner ?? null },
    key,
  );
const said = async (): Promise<unknown> =>
  (await retail.ask(viewers.anonymous, '{ birthdayGreeting(partner: "baby") { zh en } }')).data?.['birthdayGreeting'];
const setClock = (at: string): Promise<unknown> =>
  retail.sql(`create or replace function clock() returns timestamptz stable language sql as $$select timestamptz '${at}'$$`);
/** As if the job had recorded it: a birthday is never reported. */
const happened = async (proofRef: string, kind: string, at: string): Promise<void> => {
  const document = 'mutation ($input: ReportEngagementInput!) { reportEngagement(input: $input) { __typename } }';
  const input = { memberRef: 'li', kind: 'LECTURE', proofRef };
  must(await retail.ask(viewers.partner('baby'), document, { input }, proofRef), 'reportEngagement');
  await retail.sql('update engagement set kind = ?, at = ? where proof_ref = ?', [kind, at, proofRef]);
};
const shown = async (viewer = viewers.member(uids.li)): Promise<unknown> => {
  const answer = await retail.ask(viewer, ...memberFields(uids.li, 'engagements { nodes { proofRef greeting { zh en } } }'));
  const [member] = must<{ engagements: { nodes: { proofRef: string; greeting: unknown }[] } | null }[]>(answer, '_entities');
  return member?.engagements && Object.fromEntries(member.engagements.nodes.map(({ proofRef, greeting }) => [proofRef, greeting]));
};

test('a gift has the greeting of its time, in both languages; nothing else has one', async () => {
  expect(await said()).toBeNull();
  await setClock('2027-03-01T00:00:00+08:00');
  expect(must(await set(happy, 'first'), 'setBirthdayGreeting')).toEqual({ greeting: happy, replayed: false });
  expect(must(await set(happy, 'first'), 'setBirthdayGreeting')).toEqual({ greeting: happy, replayed: true });
  await setClock('2028-03-01T00:00:00+08:00');
  await set({ zh: '又长大一岁', en: 'A year older' }, 'second');
  await setClock('2029-03-01T00:00:00+08:00');
  await set(null, 'none');
  expect(await said()).toBeNull();
  await happened('before', 'CHILD_BIRTHDAY', '2027-02-28T23:59:59+08:00');
  await happened('at', 'CHILD_BIRTHDAY', '2027-03-01T00:00:00+08:00');
  await happened('until', 'CHILD_BIRTHDAY', '2028-02-29T23:59:59+08:00');
  await happened('second', 'CHILD_BIRTHDAY', '2028-03-01T00:00:00+08:00');
  await happened('gone', 'CHILD_BIRTHDAY', '2029-03-01T00:00:00+08:00');
  await happened('lecture', 'LECTURE', '2028-03-01T00:00:00+08:00');
  const all = { before: null, at: happy, until: happy, second: { zh: '又长大一岁', en: 'A year older' }, gone: null, lecture: null };
  expect(await shown()).toEqual(all);
  // To the brand the days are closed, for no guardian agreed; what it said with the gifts is not.
  const toBrand = (await shown(viewers.partner('baby') as never)) as object;
  expect(Object.values(toBrand)).toEqual(Object.values((await shown()) as object));
  // Nobody else learns of the gift, and so not what came with it.
  expect(await shown(viewers.partner('other') as never)).toEqual({});
  const { data } = await retail.ask(viewers.member(uids.wang), ...memberFields(uids.li, 'engagements { nodes { greeting { en } } }'));
  expect(data?.['_entities']).toEqual([{ engagements: null }]);
});

test('its brand sets it, with texts in both languages, and the audit says what it took the place of', async () => {
  expect([
    codeOf(await set({ zh: ' ', en: 'x' }, 'blank')),
    codeOf(await set({ zh: 'x', en: 'x'.repeat(501) }, 'long')),
    codeOf(await set(happy, 'foreign', viewers.partnerStaff('other'), 'baby')),
    codeOf(await set(happy, 'member', viewers.member(uids.li))),
  ]).toEqual(['BAD_INPUT', 'BAD_INPUT', 'FORBIDDEN_OPERATION', 'FORBIDDEN_FIELD']);
  await set(null, 'start');
  await Promise.all(['a', 'b', 'c'].map((en) => set({ zh: en, en }, `at-once-${en}`)));
  const told = await retail.sql<{ before: string | null; after: string }>(
    `select before, after from audit where key like 'at-once-%' and outcome = 'CHANGED'`,
  );
  expect(new Set(told.map(({ before }) => before)).size).toBe(3);
  expect(told.filter(({ before }) => before === null)).toHaveLength(1);
});
