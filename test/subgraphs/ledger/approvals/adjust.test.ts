import { v7 as uuid } from 'uuid';
import { viewers } from '../../../support/viewers.js';
import { openLedger, refOf, type Row, type TestLedger } from '../ledger.js';
import { testIds } from '../../../support/subgraph.js';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(() => ledger.close());

const adjust = `mutation ($member: String!, $programme: ID!, $points: PointsDelta!, $reason: String!) {
  adjust(member: $member, programme: $programme, points: $points, reason: $reason) {
    __typename
    ... on AdjustProposed { replayed adjustment { id state kind reason proposedBy adjustment { points programme { id } } } }
    ... on OverLimit { limit }
    ... on Refusal { code message }
  }
}`;
const approve = `mutation ($id: ID!) { approve(id: $id) { __typename
  ... on Approved { state replayed change { decidedBy } } ... on AlreadyDecided { state }
  ... on InsufficientPoints { missing missingFen programme { id } } ... on OverLimit { limit }
  ... on Refusal { code message } } }`;
const reject = `mutation ($id: ID!) { reject(id: $id) { __typename ... on Rejected { state replayed } ... on AlreadyDecided { state } ... on Refusal { code } } }`;

const admin = viewers.staff('admin');
const approver = viewers.staff('approver');
const own = viewers.partnerStaff('automotive', 'partner-admin', 'li');
const colleague = viewers.partnerStaff('automotive', 'partner-admin', 'wu');

const staffRef = (member: string): string => testIds.seal(member, 'staff');
const propose = async (member: string, points: number, more: Row = {}, viewer = admin, key?: string): Promise<Row> =>
  ledger.write(
    viewer,
    adjust,
    {
      member: viewer.partner === undefined ? staffRef(member) : refOf(member, viewer.partner),
      programme: 'AUTO-P',
      points,
      reason: 'complaint 17',
      ...more,
    },
    key,
  );
const idOf = (proposed: Row): string => (proposed['adjustment'] as { id: string }).id;
const codeOf = async (viewer: typeof admin, document: string, variables: Row): Promise<unknown> =>
  (await ledger.ask(viewer, document, variables, uuid())).errors?.[0]?.extensions?.['code'];
const books = async (): Promise<unknown> =>
  (await ledger.ask(viewers.staff('finance'), '{ books { sumPoints unbalancedEntries lotsAstray } }')).data?.['books'];
const even = { sumPoints: 0, unbalancedEntries: 0, lotsAstray: 0 };

test('nothing moves before a second person agrees; then it is one balanced entry and a lot of its own', async () => {
  const member = uuid();
  const proposed = await propose(member, 250);
  expect(proposed).toMatchObject({
    __typename: 'AdjustProposed',
    replayed: false,
    adjustment: {
      state: 'PROPOSED',
      kind: 'ADJUSTMENT',
      reason: 'complaint 17',
      proposedBy: 'staff-admin',
      adjustment: { points: 250, programme: { id: 'AUTO-P' } },
    },
  });
  expect(await ledger.balance(member, 'AUTO-P')).toBeNull();
  expect(await ledger.write(approver, approve, { id: idOf(proposed) }, 'yes')).toMatchObject({
    __typename: 'Approved',
    state: 'APPROVED',
    replayed: false,
    change: { decidedBy: 'staff-approver' },
  });
  expect(await ledger.write(approver, approve, { id: idOf(proposed) }, 'yes')).toMatchObject({ replayed: true });
  expect(await ledger.write(approver, approve, { id: idOf(proposed) })).toMatchObject({ __typename: 'AlreadyDecided', state: 'APPROVED' });
  expect(await ledger.balance(member, 'AUTO-P')).toEqual({ available: 250, held: 0, pending: 0 });
  const entries = await ledger.sql(`select e.kind, e.points, e.cause_kind, e.cause_id, e.actor, e.key,
    (select json_agg(account || ' ' || p.points order by n) from posting p where p.member_uid = e.member_uid and p.seq = e.seq) as postings
    from entry e where member_uid = '${member}'`);
  expect(entries).toEqual([
    {
      kind: 'ADJUSTMENT',
      points: '250',
      cause_kind: 'ADJUSTMENT',
      cause_id: idOf(proposed),
      actor: 'staff:staff-approver',
      key: 'yes',
      postings: ['lot 250', 'adjusted -250'],
    },
  ]);
  const representations = [{ __typename: 'Member', uid: member }];
  const answer = await ledger.ask(
    admin,
    `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Member { wallets { lots { nodes { kind points expiresAt } } } } } }`,
    { representations },
  );
  expect(answer.data?.['_entities']).toMatchObject([
    { wallets: [{ lots: { nodes: [{ kind: 'ADJUSTMENT', points: 250, expiresAt: expect.any(String) }] } }] },
  ]);
  expect(await books()).toEqual(even);
});

test('points are taken from the lots that expire first, and never below zero', async () => {
  const member = uuid();
  await ledger.accrue(member, 'AUTO-P', 300, { at: new Date(Date.now() - 40 * 86_400_000).toISOString() });
  await ledger.accrue(member, 'AUTO-P', 200);
  const most = await propose(member, -350);
  const tooMuch = await propose(member, -200);
  expect(await ledger.write(approver, approve, { id: idOf(most) })).toMatchObject({ state: 'APPROVED' });
  expect(await ledger.sql(`select remaining from lot where member_uid = '${member}' order by earned_at`)).toEqual([
    { remaining: '0' },
    { remaining: '150' },
  ]);
  expect(await ledger.write(approver, approve, { id: idOf(tooMuch) })).toMatchObject({
    __typename: 'InsufficientPoints',
    code: 'INSUFFICIENT_POINTS',
    missing: 50,
    missingFen: 500,
    programme: { id: 'AUTO-P' },
  });
  expect(await ledger.balance(member, 'AUTO-P')).toMatchObject({ available: 150 });
  // The proposal waits on, and can be taken back by who made it.
  expect(await ledger.write(admin, reject, { id: idOf(tooMuch) })).toMatchObject({ __typename: 'Rejected', state: 'REJECTED' });
  expect(await ledger.write(approver, approve, { id: idOf(tooMuch) })).toMatchObject({ __typename: 'AlreadyDecided', state: 'REJECTED' });
  expect(await books()).toEqual(even);
});

test('nobody approves what they proposed, in whatever role', async () => {
  const both = { ...admin, scopes: [...admin.scopes, ...approver.scopes] };
  const member = uuid();
  const id = idOf(await propose(member, 10, {}, both));
  expect(await ledger.write(both, approve, { id })).toMatchObject({ __typename: 'SelfApproval', code: 'SELF_APPROVAL' });
  expect(await ledger.balance(member, 'AUTO-P')).toBeNull();
  await expect(
    ledger.sql(`update approval set state = 'APPROVED', decided_by = proposed_by, decided_at = now() where id = '${id}'`),
  ).rejects.toThrow(/check/);
  expect(await ledger.write(approver, approve, { id })).toMatchObject({ state: 'APPROVED' });
  await expect(ledger.sql(`update approval set state = 'REJECTED' where id = '${id}'`)).rejects.toThrow(/never changes/);
});

test('approved twenty times at once it is made once', async () => {
  const member = uuid();
  const id = idOf(await propose(member, 70));
  const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => ledger.write(approver, approve, { id }, `race-${n}-${member}`)));
  expect(answers.filter(({ __typename }) => __typename === 'Approved')).toHaveLength(1);
  expect(await ledger.balance(member, 'AUTO-P')).toMatchObject({ available: 70 });
});

test.each`
  points      | outcome
  ${100_000}  | ${'AdjustProposed'}
  ${-100_000} | ${'AdjustProposed'}
  ${100_001}  | ${'OverLimit'}
  ${-100_001} | ${'OverLimit'}
`('a correction of $points is $outcome', async ({ points, outcome }) => {
  expect(await propose(uuid(), points)).toMatchObject({ __typename: outcome, ...(outcome === 'OverLimit' ? { limit: 100_000 } : {}) });
});

test('the limit is a setting that takes two people as well', async () => {
  const set = `mutation ($points: Points!) { setAdjustmentLimit(points: $points, reason: "more") { id change { limitPoints } } }`;
  const limits = async (): Promise<unknown> =>
    (
      (
        await ledger.ask(admin, `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Me { limits { name value } } } }`, {
          r: [{ __typename: 'Me', principal: 'staff:staff-admin' }],
        })
      ).data?.['_entities'] as Row[]
    )[0]?.['limits'];
  const { id, change } = await ledger.write(admin, set, { points: 200_000 });
  expect(change).toEqual({ limitPoints: 200_000 });
  expect(await propose(uuid(), 200_000)).toMatchObject({ __typename: 'OverLimit' });
  await ledger.write(approver, approve, { id });
  expect(await limits()).toEqual([{ name: 'adjust.points', value: 200_000 }]);
  const large = await propose(uuid(), 200_000);
  expect(large).toMatchObject({ __typename: 'AdjustProposed' });
  const back = await ledger.write(admin, set, { points: 100_000 });
  await ledger.write(approver, approve, { id: back['id'] });
  // Lowered meanwhile: what waited is held against it as well.
  expect(await ledger.write(approver, approve, { id: idOf(large) })).toMatchObject({ __typename: 'OverLimit', limit: 100_000 });
  expect(await codeOf(viewers.partnerStaff('automotive'), set, { points: 1 })).toBe('FORBIDDEN_FIELD');
});

test.each`
  what                      | variables                       | code
  ${'no points'}            | ${{ points: 0 }}                | ${'BAD_INPUT'}
  ${'a fraction'}           | ${{ points: 1.5 }}              | ${'BAD_INPUT'}
  ${'beyond 2^53'}          | ${{ points: 9007199254740992 }} | ${'BAD_INPUT'}
  ${'no reason'}            | ${{ reason: ' ' }}              | ${'BAD_INPUT'}
  ${'an endless reason'}    | ${{ reason: 'x'.repeat(501) }}  | ${'BAD_INPUT'}
  ${'an unknown programme'} | ${{ programme: 'NO-P' }}        | ${'BAD_INPUT'}
`('$what is $code', async ({ variables, code }) => {
  expect(await codeOf(admin, adjust, { member: staffRef(uuid()), programme: 'AUTO-P', points: 1, reason: 'r', ...variables })).toBe(code);
});

test("a partner's own people correct and approve in its own programmes; another's change is as unknown as none", async () => {
  const member = uuid();
  expect(await codeOf(own, adjust, { member: refOf(member, 'automotive'), programme: 'TEL-P', points: 1, reason: 'r' })).toBe(
    'FORBIDDEN_OPERATION',
  );
  const id = idOf(await propose(member, 33, {}, own));
  const telecom = viewers.partnerStaff('telecom');
  expect(await codeOf(telecom, approve, { id })).toBe('BAD_INPUT');
  expect(await codeOf(telecom, approve, { id: uuid() })).toBe('BAD_INPUT');
  expect(await codeOf(telecom, reject, { id })).toBe('BAD_INPUT');
  const proposer = { ...colleague, scopes: ['ledger.adjust:own', 'programmes.write:own'] };
  expect(await codeOf(proposer, reject, { id })).toBe('FORBIDDEN_OPERATION');
  const taken = await propose(member, 1, {}, proposer);
  expect(await ledger.write(proposer, reject, { id: idOf(taken) })).toMatchObject({ state: 'REJECTED' });
  expect(await ledger.write(own, approve, { id })).toMatchObject({ __typename: 'SelfApproval' });
  const seen = async (viewer: typeof admin): Promise<string[]> =>
    (
      (await ledger.ask(viewer, '{ proposedChanges(state: PROPOSED, first: 100) { nodes { id partner { id } } } }')).data?.[
        'proposedChanges'
      ] as { nodes: Row[] }
    ).nodes.map((node) => node['id'] as string);
  expect(await seen(colleague)).toContain(id);
  expect(await seen(telecom)).not.toContain(id);
  expect(await ledger.write(colleague, approve, { id })).toMatchObject({ state: 'APPROVED' });
  expect(await ledger.balance(member, 'AUTO-P')).toMatchObject({ available: 33 });
});

test('a system corrects nothing, whatever its scopes', async () => {
  const system = viewers.partner('automotive', ['ledger.adjust:own', 'ledger.approve:own']);
  expect(await codeOf(system, adjust, { member: refOf(uuid(), 'automotive'), programme: 'AUTO-P', points: 1, reason: 'r' })).toBe(
    'FORBIDDEN_OPERATION',
  );
  expect(await codeOf(system, approve, { id: idOf(await propose(uuid(), 1)) })).toBe('FORBIDDEN_OPERATION');
});

test('whoever was forgotten gets no correction: one that waited is refused and still waits, and no other is proposed', async () => {
  const member = uuid();
  await ledger.accrue(member, 'AUTO-P', 40);
  const [given, taken] = [idOf(await propose(member, 250)), idOf(await propose(member, -15))];
  const forget = 'mutation ($memberUid: ID!, $erasure: ID!) { forgetMember(memberUid: $memberUid, erasure: $erasure) }';
  await ledger.write({ ...approver, via: 'members' }, forget, { memberUid: member, erasure: uuid() });
  const nobody = { __typename: 'NotEnrolled', code: 'NOT_ENROLLED', message: 'There is no such member' };
  for (const id of [given, taken]) {
    expect(await ledger.write(approver, approve, { id }, `late-${id}`)).toEqual(nobody);
    expect(await ledger.write(approver, approve, { id }, `late-${id}`)).toEqual(nobody);
    expect(await Promise.all([1, 2].map(() => ledger.write(approver, approve, { id })))).toEqual([nobody, nobody]);
    expect(await ledger.sql(`select detail from audit where key = 'late-${id}'`)).toEqual([
      { detail: expect.stringContaining('NOT_ENROLLED') },
    ]);
  }
  expect(await ledger.sql(`select sum(remaining)::int as left from lot where member_uid = '${member}'`)).toEqual([{ left: 0 }]);
  expect(await propose(member, 1)).toEqual(nobody);
  expect(await ledger.write(approver, reject, { id: given })).toMatchObject({ __typename: 'Rejected' });
  expect(await books()).toEqual(even);
});

test('the trail says who corrected what, before and after, without anybody else’s ids', async () => {
  const member = uuid();
  await ledger.accrue(member, 'AUTO-P', 40);
  const id = idOf(await propose(member, -15, { reason: 'twice booked' }, admin, 'trail-1'));
  await ledger.write(approver, approve, { id }, 'trail-2');
  const trail = async (operation: string): Promise<Row[]> => {
    const answer = await ledger.ask(
      viewers.regulator,
      'query ($operation: String!) { ledgerAudit(operation: $operation, partner: "automotive", first: 1) { nodes { actor operation key outcome partner before after detail } } }',
      { operation },
    );
    expect(answer.errors).toBeUndefined();
    return (answer.data?.['ledgerAudit'] as { nodes: Row[] }).nodes;
  };
  const sealed = testIds.seal(member, 'regulator');
  const [proposed] = await trail('adjust');
  expect(proposed).toMatchObject({ actor: 'staff:staff-admin', key: 'trail-1', outcome: 'CHANGED', partner: 'automotive', before: null });
  expect(JSON.parse(proposed?.['after'] as string)).toMatchObject({
    change: id,
    state: 'PROPOSED',
    member: sealed,
    points: -15,
    reason: 'twice booked',
  });
  const [approved] = await trail('approve');
  expect(approved).toMatchObject({ actor: 'staff:staff-approver', key: 'trail-2' });
  expect(JSON.parse(approved?.['before'] as string)).toMatchObject({ state: 'PROPOSED', member: sealed, availablePoints: 40 });
  expect(JSON.parse(approved?.['after'] as string)).toMatchObject({ state: 'APPROVED', member: sealed, availablePoints: 25, points: -15 });
  expect(JSON.stringify([proposed, approved])).not.toContain(member);
});

test('what staff were refused leaves one entry, although nothing else of it is left', async () => {
  const key = `refused-${uuid()}`;
  const variables = { member: refOf(uuid(), 'automotive'), programme: 'TEL-P', points: 1, reason: 'r' };
  expect((await ledger.ask(own, adjust, variables, key)).errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN_OPERATION');
  const entries = await ledger.sql(`select principal, operation, outcome, detail from audit where key = '${key}'`);
  expect(entries).toEqual([
    { principal: 'staff:li', operation: 'adjust', outcome: 'REFUSED', detail: expect.stringContaining('FORBIDDEN_OPERATION') },
  ]);
  await expect(ledger.sql(`update audit set principal = 'nobody' where key = '${key}'`)).rejects.toThrow(/append-only/);
  await expect(ledger.sql(`delete from audit where key = '${key}'`)).rejects.toThrow(/append-only/);
  await expect(ledger.sql('truncate audit')).rejects.toThrow(/append-only/);
});

test('only supervision reads the trail', async () => {
  const read = '{ ledgerAudit { nodes { id } } }';
  expect(await codeOf(approver, read, {})).toBe('FORBIDDEN_FIELD');
  expect(await codeOf(own, read, {})).toBe('FORBIDDEN_FIELD');
  expect(await codeOf(viewers.partner('automotive'), read, {})).toBe('FORBIDDEN_FIELD');
  expect(await codeOf(viewers.regulator, read, {})).toBeUndefined();
});
