import { v7 as uuid } from 'uuid';
import type { Viewer } from '../../../../schema/viewer.js';
import { viewers } from '../../../support/viewers.js';
import { openLedger, type Row, type TestLedger } from '../ledger.js';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(() => ledger.close());

const admin = viewers.staff('admin');
const approver = viewers.staff('approver');
const gateway: Viewer = { kind: 'service', sub: 'gateway', scopes: [], via: 'gateway', language: 'en', traceId: 'test' };

const grant = `mutation ($partner: ID!, $classes: [String!]!, $boundary: GrantBoundary! = OWN, $until: DateTime) {
  grant(partner: $partner, classes: $classes, boundary: $boundary, until: $until, reason: "audit of the year") {
    id change { state kind grant { scopes until } }
  }
}`;
const approve = 'mutation ($id: ID!) { approve(id: $id) { __typename ... on Approved { state } ... on Refusal { code } } }';
const suspend = 'mutation ($partner: ID!) { suspend(partner: $partner, reason: "case 9") { partner { suspended } replayed } }';
const reinstate = `mutation ($partner: ID!) { reinstate(partner: $partner, reason: "case 9 closed") {
  __typename ... on ChangeProposed { id change { kind partner { id } } } ... on Refusal { code } } }`;
const withdraw = `mutation ($partner: ID, $subject: String, $scope: String!) {
  withdrawRole(partner: $partner, subject: $subject, scope: $scope, reason: "left the team") { scope replayed } }`;
const restore = `mutation ($partner: ID, $subject: String, $scope: String!) { restoreRole(partner: $partner, subject: $subject, scope: $scope, reason: "back") {
  __typename ... on ChangeProposed { id change { role { subject scope } } } ... on Refusal { code } } }`;

const standing = async (partner: string): Promise<Row> => {
  const answer = await ledger.ask(
    gateway,
    'query ($partners: [ID!]!) { partnerStanding(partners: $partners) { suspended extraScopes withdrawnScopes nextChangeMs } }',
    { partners: [partner] },
  );
  return (answer.data?.['partnerStanding'] as Row[])[0] as Row;
};
const withdrawnOf = async (subject: string): Promise<unknown> =>
  (
    await ledger.ask(gateway, 'query ($subjects: [String!]!) { subjectStanding(subjects: $subjects) { subject withdrawnScopes } }', {
      subjects: [subject],
    })
  ).data?.['subjectStanding'];
const refusal = async (viewer: Viewer, document: string, variables: Row): Promise<Row | undefined> =>
  (await ledger.ask(viewer, document, variables, uuid())).errors?.[0]?.extensions as Row | undefined;
const myGrants = async (partner: string): Promise<unknown> =>
  (
    (
      await ledger.ask(
        viewers.partner(partner),
        'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Me { grants { scope class from until grantedBy } } } }',
        { r: [{ __typename: 'Me', principal: `partner:${partner}` }] },
      )
    ).data?.['_entities'] as Row[]
  )[0]?.['grants'];

test('a grant begins when a second person agrees, and is over at its last instant', async () => {
  await ledger.setClock('2026-11-21T00:00:00Z');
  const proposed = await ledger.write(admin, grant, { partner: 'telecom', classes: ['FINANCE'], until: '2026-11-22T00:00:00Z' });
  expect(proposed).toMatchObject({ change: { state: 'PROPOSED', kind: 'GRANT', grant: { scopes: ['finance.read:own'] } } });
  expect(await standing('telecom')).toMatchObject({ extraScopes: [], nextChangeMs: null });
  await ledger.setClock('2026-11-21T01:00:00Z');
  await ledger.write(approver, approve, { id: proposed['id'] });
  expect(await myGrants('telecom')).toEqual([
    {
      scope: 'finance.read:own',
      class: 'FINANCE',
      from: '2026-11-21T01:00:00.000Z',
      until: '2026-11-22T00:00:00.000Z',
      grantedBy: 'operator',
    },
  ]);
  await ledger.setClock('2026-11-21T23:59:59Z');
  expect(await standing('telecom')).toMatchObject({ extraScopes: ['finance.read:own'], nextChangeMs: 1_000 });
  await ledger.setClock('2026-11-22T00:00:00Z');
  expect(await standing('telecom')).toMatchObject({ extraScopes: [], nextChangeMs: null });
  await ledger.setClock('2026-11-22T00:00:01Z');
  expect(await standing('telecom')).toMatchObject({ extraScopes: [] });
  expect(await myGrants('telecom')).toEqual([]);
});

test.each`
  what                           | viewer                                                              | classes                              | boundary | code                     | needs
  ${'beyond the own scopes'}     | ${{ ...admin, scopes: ['grants.admin', 'ledger.read:own'] }}        | ${['ledger.read', 'FINANCE']}        | ${'ALL'} | ${'FORBIDDEN_OPERATION'} | ${['ledger.read:all', 'finance.read:all']}
  ${'what no staff has'}         | ${admin}                                                            | ${['me.read', 'regulator.read:own']} | ${'OWN'} | ${'FORBIDDEN_OPERATION'} | ${['me.read:own', 'regulator.read:own']}
  ${'what is for people'}        | ${admin}                                                            | ${['ledger.adjust']}                 | ${'OWN'} | ${'BAD_INPUT'}           | ${undefined}
  ${'nothing'}                   | ${admin}                                                            | ${[]}                                | ${'OWN'} | ${'BAD_INPUT'}           | ${undefined}
  ${'by the staff of a partner'} | ${{ ...admin, partner: 'telecom' }}                                 | ${['FINANCE']}                       | ${'OWN'} | ${'FORBIDDEN_OPERATION'} | ${undefined}
  ${'by a system'}               | ${viewers.partner('telecom', ['grants.admin', 'finance.read:own'])} | ${['FINANCE']}                       | ${'OWN'} | ${'FORBIDDEN_OPERATION'} | ${undefined}
`('a grant $what is $code', async ({ viewer, classes, boundary, code, needs }) => {
  expect(await refusal(viewer, grant, { partner: 'telecom', classes, boundary })).toMatchObject({ code, ...(needs ? { needs } : {}) });
});

test('grants to nobody, or for a time that is over, are refused', async () => {
  expect(await refusal(admin, grant, { partner: 'nobody', classes: ['FINANCE'] })).toMatchObject({ code: 'BAD_INPUT' });
  expect(await refusal(admin, grant, { partner: 'telecom', classes: ['FINANCE'], until: '2020-01-01T00:00:00Z' })).toMatchObject({
    code: 'BAD_INPUT',
  });
});

test('who approves for one partner has no say in its rights', async () => {
  const { id } = await ledger.write(admin, grant, { partner: 'telecom', classes: ['credit.read'] });
  expect(await refusal(viewers.partnerStaff('telecom'), approve, { id })).toMatchObject({ code: 'BAD_INPUT' });
  const both = { ...admin, scopes: [...admin.scopes, 'ledger.approve:all'] };
  expect(await ledger.write(both, approve, { id })).toMatchObject({ __typename: 'SelfApproval' });
  await ledger.write(admin, withdraw, { subject: 'staff-admin', scope: 'credit.read:own' });
  expect(await refusal(approver, approve, { id })).toMatchObject({ code: 'FORBIDDEN_OPERATION', needs: ['credit.read:own'] });
  expect(await standing('telecom')).toMatchObject({ extraScopes: [] });
});

test('a partner is suspended by one person and reinstated by two', async () => {
  expect(await ledger.write(admin, suspend, { partner: 'fashion' })).toEqual({ partner: { suspended: true }, replayed: false });
  expect(await ledger.write(admin, suspend, { partner: 'fashion' })).toEqual({ partner: { suspended: true }, replayed: true });
  expect(await standing('fashion')).toMatchObject({ suspended: true });
  const proposed = await ledger.write(admin, reinstate, { partner: 'fashion' });
  expect(proposed).toMatchObject({ change: { kind: 'REINSTATEMENT', partner: { id: 'fashion' } } });
  expect(await standing('fashion')).toMatchObject({ suspended: true });
  const both = { ...admin, scopes: [...admin.scopes, ...approver.scopes] };
  expect(await ledger.write(both, approve, { id: proposed['id'] })).toMatchObject({ code: 'SELF_APPROVAL' });
  expect(await ledger.write(approver, approve, { id: proposed['id'] })).toMatchObject({ state: 'APPROVED' });
  expect(await standing('fashion')).toMatchObject({ suspended: false });
  expect(await ledger.write(admin, reinstate, { partner: 'fashion' })).toMatchObject({ __typename: 'NotSuspended', code: 'NOT_SUSPENDED' });
  expect(
    await ledger.sql(`select operation, before, after from audit where partner = 'fashion' and operation in ('suspend') order by id`),
  ).toEqual([{ operation: 'suspend', before: '{"suspended":false}', after: '{"suspended":true,"reason":"case 9"}' }]);
  expect(await refusal(admin, suspend, { partner: 'operator' })).toMatchObject({ code: 'BAD_INPUT' });
  expect(await refusal(admin, suspend, { partner: 'nobody' })).toMatchObject({ code: 'BAD_INPUT' });
  expect(await refusal(approver, suspend, { partner: 'fashion' })).toMatchObject({ code: 'FORBIDDEN_FIELD' });
  expect(await refusal({ ...admin, partner: 'telecom' }, suspend, { partner: 'fashion' })).toMatchObject({ code: 'FORBIDDEN_OPERATION' });
});

test('a role is taken by one person and given back by two', async () => {
  expect(await ledger.write(admin, withdraw, { subject: 'li', scope: 'rules.publish:all' })).toEqual({
    scope: 'rules.publish:all',
    replayed: false,
  });
  expect(await ledger.write(admin, withdraw, { subject: 'li', scope: 'rules.publish:all' })).toMatchObject({ replayed: true });
  expect(await withdrawnOf('li')).toEqual([{ subject: 'li', withdrawnScopes: ['rules.publish:all'] }]);
  const proposed = await ledger.write(admin, restore, { subject: 'li', scope: 'rules.publish:all' });
  expect(proposed).toMatchObject({ change: { role: { subject: 'li', scope: 'rules.publish:all' } } });
  expect(await ledger.write(approver, approve, { id: proposed['id'] })).toMatchObject({ state: 'APPROVED' });
  expect(await withdrawnOf('li')).toEqual([]);
  expect(await ledger.write(admin, restore, { subject: 'li', scope: 'rules.publish:all' })).toMatchObject({ code: 'NOT_WITHDRAWN' });
  expect(await refusal(admin, withdraw, { scope: 'rules.publish:all' })).toMatchObject({ code: 'BAD_INPUT' });
  expect(await refusal(admin, withdraw, { subject: 'li', partner: 'telecom', scope: 'rules.publish:all' })).toMatchObject({
    code: 'BAD_INPUT',
  });
  expect(await refusal(admin, withdraw, { subject: 'li', scope: 'everything' })).toMatchObject({ code: 'BAD_INPUT' });
});

test('what was taken from a partner comes back with a grant of the same', async () => {
  await ledger.write(admin, withdraw, { partner: 'banking', scope: 'ledger.accrue:own' });
  expect(await standing('banking')).toMatchObject({ withdrawnScopes: ['ledger.accrue:own'] });
  const { id } = await ledger.write(admin, grant, { partner: 'banking', classes: ['ledger.accrue'] });
  await ledger.write(approver, approve, { id });
  expect(await standing('banking')).toMatchObject({ withdrawnScopes: [], extraScopes: ['ledger.accrue:own'] });
});

test('standings are for the gateway alone, and of two hundred at once at the most', async () => {
  const document = 'query ($partners: [ID!]!) { partnerStanding(partners: $partners) { suspended } }';
  expect(await refusal(admin, document, { partners: ['telecom'] })).toMatchObject({ code: 'FORBIDDEN_FIELD' });
  expect(await refusal(gateway, document, { partners: Array.from({ length: 201 }, () => 'x') })).toMatchObject({ code: 'BAD_INPUT' });
});

test('a partner’s grants are the operator’s and its own business', async () => {
  const read = '{ partner(id: "banking") { grants { scope grantedBy } } }';
  const { data } = await ledger.ask(admin, read);
  expect(data?.['partner']).toEqual({ grants: [{ scope: 'ledger.accrue:own', grantedBy: 'staff-admin' }] });
  expect(await refusal(viewers.partner('telecom'), read, {})).toMatchObject({ code: 'FORBIDDEN_FIELD' });
});
