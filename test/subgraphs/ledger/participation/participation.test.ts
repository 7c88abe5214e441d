import { v7 as uuid } from 'uuid';
import type { Viewer } from '../../../../schema/viewer.js';
import { buildSubgraph } from '../../../../subgraphs/kernel/subgraph.js';
import { subgraph } from '../../../../subgraphs/ledger/index.js';
import { testIds } from '../../../support/subgraph.js';
import { viewers } from '../../../support/viewers.js';
import { openLedger, type Row, type TestLedger } from '../ledger.js';

let ledger: TestLedger;
beforeEach(async () => {
  ledger = await openLedger();
  await ledger.setClock('2026-11-21T04:00:00Z');
});
afterEach(() => ledger.close());

const admin = viewers.staff('admin');
const approver = viewers.staff('approver');
const uid = uuid();
const member = viewers.member(uid);
const staff = viewers.partnerStaff('automotive');
const ref = testIds.seal(uid, 'partner:automotive');

const input = {
  id: 'AUTO-DIV',
  issuer: 'automotive',
  name: { zh: '参与单位', en: 'Units' },
  licenceNumber: 'L-1',
  licenceAuthority: 'FIN',
  approvalRef: 'FIN-2026-7',
  disclosure: { zh: '不承诺任何回报，可能全部损失', en: 'Nothing is promised; all of it may be lost' },
  validFrom: '2026-11-01T00:00:00Z',
  validUntil: '2027-11-01T00:00:00Z',
};
const refusal = '... on Refusal { code }';
const propose = `mutation ($input: ParticipationSchemeInput!) { proposeParticipation(input: $input, reason: "licensed") {
  __typename ... on ChangeProposed { id change { kind participationScheme { id licenceNumber disclosure { en } } } } ... on ReturnPromised { words } ${refusal} } }`;
const scheme = `{ participation(scheme: "AUTO-DIV") { __typename ... on ParticipationScheme { id version approvalRef issuer { id } disclosure { en } } ${refusal} } }`;
const acknowledge = `mutation ($version: Int! = 1) { acknowledgeRisk(scheme: "AUTO-DIV", version: $version) { __typename ... on AcknowledgementMissing { version } ${refusal} } }`;
const grant = `mutation ($member: String!, $units: PointsDelta! = 10) { grantParticipation(scheme: "AUTO-DIV", member: $member, units: $units, reason: "2026") {
  __typename ... on ParticipationGranted { units replayed } ... on AcknowledgementMissing { version } ${refusal} } }`;
const flip = `mutation ($on: Boolean!) { switchParticipation(on: $on, reason: "licensed") { __typename ... on ChangeProposed { id } ... on ParticipationSwitched { on } } }`;
const approve = (id: unknown): Promise<Row> =>
  ledger.write(approver, `mutation ($id: ID!) { approve(id: $id) { __typename ... on Approved { state } ${refusal} } }`, { id });
const switchOn = async (): Promise<void> => {
  await approve((await ledger.write(admin, flip, { on: true }))['id']);
};
const license = async (more: Row = {}): Promise<void> => {
  await approve((await ledger.write(admin, propose, { input: { ...input, ...more } }))['id']);
};
const read = async (viewer: Viewer, document: string): Promise<unknown> => {
  const { data, errors } = await ledger.ask(viewer, document);
  if (errors) throw new Error(JSON.stringify(errors));
  return Object.values(data ?? {})[0];
};
const mine = async (): Promise<unknown> => {
  const { data } = await ledger.ask(
    member,
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Me { participation { __typename ... on ParticipationHoldings { holdings { scheme units } } ... on Refusal { code } } } } }',
    { r: [{ __typename: 'Me', principal: `member:${uid}` }] },
  );
  return (data?.['_entities'] as { participation: unknown }[])[0]?.participation;
};

test('off, as it is from the start, and again when switched off: every operation is a typed refusal', async () => {
  const off = { __typename: 'ParticipationOff', code: 'PARTICIPATION_OFF' };
  const all = async () => [
    await read(member, scheme),
    await ledger.write(member, acknowledge),
    await ledger.write(staff, grant, { member: ref }),
    await ledger.write(admin, propose, { input }),
    await mine(),
  ];
  expect(await all()).toEqual([off, off, off, off, off]);
  await switchOn();
  await license();
  await ledger.write(member, acknowledge);
  expect(await ledger.write(staff, grant, { member: ref })).toMatchObject({ units: 10 });
  expect(await mine()).toEqual({ __typename: 'ParticipationHoldings', holdings: [{ scheme: 'AUTO-DIV', units: 10 }] });
  expect(await ledger.write(admin, flip, { on: false })).toEqual({ __typename: 'ParticipationSwitched', on: false });
  expect(await all()).toEqual([off, off, off, off, off]);
  expect(await ledger.sql('select units from participation_holding')).toEqual([{ units: '10' }]);
});

test('it takes two people to switch it on, and two to license a scheme; nobody approves their own', async () => {
  const both = { ...admin, scopes: [...admin.scopes, 'ledger.approve:all'] };
  const { id } = await ledger.write(both, flip, { on: true });
  expect(await ledger.write(both, `mutation ($id: ID!) { approve(id: $id) { __typename } }`, { id })).toEqual({
    __typename: 'SelfApproval',
  });
  expect(await read(member, scheme)).toMatchObject({ code: 'PARTICIPATION_OFF' });
  await approve(id);
  expect(await read(member, scheme)).toEqual({ __typename: 'LicenceMissing', code: 'LICENCE_MISSING' });
  const proposed = await ledger.write(admin, propose, { input });
  expect(proposed).toMatchObject({
    change: { kind: 'PARTICIPATION_SCHEME', participationScheme: { id: 'AUTO-DIV', licenceNumber: 'L-1' } },
  });
  expect(await read(member, scheme)).toMatchObject({ code: 'LICENCE_MISSING' });
  await approve(proposed['id']);
  expect(await read(member, scheme)).toMatchObject({ id: 'AUTO-DIV', version: 1, approvalRef: 'FIN-2026-7', issuer: { id: 'automotive' } });
});

test('a scheme stays its issuer’s: of two proposals of one new id only the one that is agreed to first is made', async () => {
  await switchOn();
  const [first, second] = [
    await ledger.write(admin, propose, { input }),
    await ledger.write(admin, propose, { input: { ...input, issuer: 'telecom' } }),
  ];
  await approve(first['id']);
  const late = await ledger.ask(approver, 'mutation ($id: ID!) { approve(id: $id) { __typename } }', { id: second['id'] }, uuid());
  expect(late.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_INPUT', argument: 'id' });
  expect(await read(member, scheme)).toMatchObject({ version: 1, issuer: { id: 'automotive' } });
});

test('a text that promises a return is refused as it stands', async () => {
  await switchOn();
  expect(await ledger.write(admin, propose, { input: { ...input, disclosure: { zh: '年化百分之十', en: 'Units' } } })).toEqual({
    __typename: 'ReturnPromised',
    code: 'RETURN_PROMISED',
    words: ['年化'],
  });
});

test('units only for who acknowledged the newest disclosure, while the licence holds, twice at once only once', async () => {
  await switchOn();
  await license();
  expect(await ledger.write(staff, grant, { member: ref })).toEqual({
    __typename: 'AcknowledgementMissing',
    code: 'ACKNOWLEDGEMENT_MISSING',
    version: 1,
  });
  expect(await ledger.write(member, acknowledge, { version: 2 })).toMatchObject({ __typename: 'AcknowledgementMissing', version: 1 });
  expect(await ledger.write(member, acknowledge)).toEqual({ __typename: 'RiskAcknowledged' });
  const answers = await Promise.all([1, 2].map(() => ledger.write(staff, grant, { member: ref }, 'one-key')));
  expect(answers.map(({ replayed }) => Number(replayed)).toSorted((a, b) => a - b)).toEqual([0, 1]);
  expect(await mine()).toMatchObject({ holdings: [{ units: 10 }] });
  await license({ disclosure: { zh: '新披露', en: 'Said anew' } });
  expect(await ledger.write(staff, grant, { member: ref })).toMatchObject({ code: 'ACKNOWLEDGEMENT_MISSING', version: 2 });
  expect(await ledger.write(staff, grant, { member: ref, units: -4 })).toMatchObject({ units: -4 });
  expect((await ledger.ask(staff, grant, { member: ref, units: -7 }, uuid())).errors?.[0]?.extensions).toMatchObject({
    code: 'BAD_INPUT',
    argument: 'units',
  });
  expect(await mine()).toMatchObject({ holdings: [{ units: 6 }] });
  await ledger.setClock('2027-11-01T00:00:00Z');
  expect(await ledger.write(staff, grant, { member: ref, units: -1 })).toMatchObject({ code: 'LICENCE_MISSING' });
});

test('whoever is forgotten gets no units any more, and what there was is given up', async () => {
  await switchOn();
  await license();
  await ledger.write(member, acknowledge);
  await ledger.write(staff, grant, { member: ref });
  const forget = 'mutation ($memberUid: ID!, $erasure: ID!) { forgetMember(memberUid: $memberUid, erasure: $erasure) }';
  await ledger.write({ ...staff, via: 'members' }, forget, { memberUid: uid, erasure: uuid() });
  expect(await ledger.write(staff, grant, { member: ref, units: 1 })).toEqual({ __typename: 'NotEnrolled', code: 'NOT_ENROLLED' });
  expect((await ledger.ask(staff, grant, { member: ref, units: -1 }, uuid())).errors?.[0]?.extensions).toMatchObject({ code: 'BAD_INPUT' });
});

test('only the issuer’s own staff give units; a partner’s system, another issuer and members never', async () => {
  await switchOn();
  await license();
  await ledger.write(member, acknowledge);
  for (const viewer of [viewers.partner('automotive'), viewers.partnerStaff('telecom'), member, viewers.regulator])
    expect((await ledger.ask(viewer, grant, { member: ref }, uuid())).errors?.[0]?.extensions?.['code']).toMatch(/^FORBIDDEN_/);
  expect(await mine()).toMatchObject({ holdings: [] });
});

test('units are no points: no programme has them, and no write moves or pays them out', async () => {
  await switchOn();
  await license();
  await ledger.write(member, acknowledge);
  await ledger.write(staff, grant, { member: ref });
  expect(await ledger.balance(uid, 'AUTO-DIV')).toBeNull();
  expect(await ledger.sql(`select 1 from lot where programme = 'AUTO-DIV'`)).toEqual([]);
  const mutations = Object.keys(buildSubgraph(subgraph).schema.getMutationType()?.getFields() ?? {});
  expect(mutations.filter((name) => /participation|risk/i.test(name)).toSorted()).toEqual([
    'acknowledgeRisk',
    'grantParticipation',
    'proposeParticipation',
    'switchParticipation',
  ]);
  // Nor can a scheme take a programme's name.
  expect((await ledger.ask(admin, propose, { input: { ...input, id: 'AUTO-P' } }, uuid())).errors?.[0]?.extensions).toMatchObject({
    code: 'BAD_INPUT',
    argument: 'input.id',
  });
});
