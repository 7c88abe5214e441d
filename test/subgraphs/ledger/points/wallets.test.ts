import { v7 as uuid } from 'uuid';
import { principalOf, type Viewer } from '../../../../schema/viewer.js';
import { viewers } from '../../../support/viewers.js';
import { stepsOf } from '../hold-steps.js';
import { openLedger, refOf, type Row, type TestLedger } from '../ledger.js';

let ledger: TestLedger;
const noon = '2026-11-21T04:00:00Z';
const inDays = (n: number): string => new Date(Date.parse(noon) + n * 86_400_000).toISOString();
beforeAll(async () => {
  ledger = await openLedger();
  await ledger.setClock(noon);
});
afterAll(() => ledger.close());

const fields = `wallets { programme { id } available held pending valueFen arrears }
  wallet(programme: "COAL-P") { available expiring { points at } lots(first: 2) { nodes { id points available held expiresAt accrual { purchaseRef } } pageInfo { hasNextPage endCursor } } }
  balance(programme: "TEL-P") { available held pending }
  entries(first: 3) { nodes { seq kind points programme { id } cause { kind } lots { points lot { points } } } pageInfo { hasNextPage endCursor } }`;
const memberQuery = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Member { ${fields} } } }`;
const meQuery = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Me { ${fields} } } }`;

const asMember = (viewer: Viewer, uid: string) => ledger.ask(viewer, memberQuery, { r: [{ __typename: 'Member', uid }] });
const asMe = (viewer: Viewer, principal = principalOf(viewer)) => ledger.ask(viewer, meQuery, { r: [{ __typename: 'Me', principal }] });
const first = (data: unknown): Record<string, unknown> => (data as { _entities: Record<string, unknown>[] })._entities[0] ?? {};

async function kong(): Promise<string> {
  const member = uuid();
  for (const [points, days] of [
    [1200, 7],
    [300, 30],
    [500, 31],
  ] as const) {
    await ledger.accrue(member, 'COAL-P', points, { at: '2026-01-01T00:00:00Z', purchaseRef: `kong-${days}-${member}` });
    await ledger.sql(`update lot set expires_at = '${inDays(days)}' where member_uid = '${member}' and points = ${points}`);
  }
  await ledger.accrue(member, 'TEL-P', 100);
  return member;
}

test('M-Kong sees wallets, lots in burning order, what expires within thirty days, and the journal newest first', async () => {
  const member = await kong();
  const { data, errors } = await asMe(viewers.member(member));
  expect(errors).toBeUndefined();
  const me = first(data);
  expect(me['wallets']).toEqual([
    { programme: { id: 'COAL-P' }, available: 2000, held: 0, pending: 0, valueFen: 2000, arrears: 0 },
    { programme: { id: 'TEL-P' }, available: 100, held: 0, pending: 0, valueFen: 100, arrears: 0 },
  ]);
  expect(me['wallet']).toMatchObject({
    expiring: [
      { points: 1200, at: inDays(7) },
      { points: 300, at: inDays(30) },
    ],
    lots: { nodes: [{ points: 1200, available: 1200, held: 0 }, { points: 300 }], pageInfo: { hasNextPage: true } },
  });
  expect(me['entries']).toMatchObject({
    nodes: [
      {
        seq: 4,
        kind: 'ACCRUAL',
        points: 100,
        programme: { id: 'TEL-P' },
        cause: { kind: 'ACCRUAL' },
        lots: [{ points: 100, lot: { points: 100 } }],
      },
      { seq: 3 },
      { seq: 2 },
    ],
    pageInfo: { hasNextPage: true },
  });
});

test('pages go on after their cursor; somebody else’s or a malformed cursor is BAD_INPUT', async () => {
  const member = await kong();
  const other = await kong();
  const page = (uid: string, after: string) =>
    ledger.ask(
      viewers.member(member),
      `query ($r: [_Any!]!, $after: String) { _entities(representations: $r) { ... on Me {
        entries(first: 3, after: $after) { nodes { seq } } } } }`,
      { r: [{ __typename: 'Me', principal: `member:${uid}` }], after },
    );
  const cursorOf = async (uid: string): Promise<string> =>
    (first((await asMe(viewers.member(uid))).data)['entries'] as { pageInfo: { endCursor: string } }).pageInfo.endCursor;
  expect(first((await page(member, await cursorOf(member))).data)['entries']).toEqual({ nodes: [{ seq: 1 }] });
  for (const bad of [await cursorOf(other), 'nonsense', Buffer.from('["x"]').toString('base64url')])
    expect((await page(member, bad)).errors?.[0]?.extensions?.['code']).toBe('BAD_INPUT');
  const lots = await ledger.ask(
    viewers.member(member),
    `query ($r: [_Any!]!, $after: String) { _entities(representations: $r) { ... on Me { wallet(programme: "COAL-P") { lots(first: 2, after: $after) { nodes { points } } } } } }`,
    {
      r: [{ __typename: 'Me', principal: `member:${member}` }],
      after: (first((await asMe(viewers.member(member))).data)['wallet'] as { lots: { pageInfo: { endCursor: string } } }).lots.pageInfo
        .endCursor,
    },
  );
  expect(lots.data).toMatchObject({ _entities: [{ wallet: { lots: { nodes: [{ points: 500 }] } } }] });
});

test('a partner sees the programmes that it issues and nothing of the others, not even by gaps', async () => {
  const member = await kong();
  const seen = first((await asMember(viewers.partner('coalition'), member)).data);
  expect((seen['wallets'] as Row[]).map(({ programme }) => programme)).toEqual([{ id: 'COAL-P' }]);
  expect(seen['balance']).toBeNull();
  expect((seen['entries'] as { nodes: Row[] }).nodes.map(({ seq, programme }) => [seq, programme])).toEqual(
    [1, 2, 3].map(() => [null, { id: 'COAL-P' }]),
  );
  const telecom = first((await asMember(viewers.partner('telecom'), member)).data);
  expect(telecom).toMatchObject({ wallet: null, balance: { available: 100 } });
  const nothing = first((await asMember(viewers.partner('fashion'), member)).data);
  expect(nothing).toMatchObject({ wallets: [], wallet: null, entries: { nodes: [] } });
});

test('a member sees no other member; Me is the caller alone; staff and regulators read by scope', async () => {
  const member = await kong();
  const stranger = viewers.member(uuid());
  const peek = await asMember(stranger, member);
  expect(first(peek.data)).toEqual({ wallets: null, wallet: null, balance: null, entries: null });
  expect(new Set(peek.errors?.map(({ extensions }) => extensions?.['code']))).toEqual(new Set(['FORBIDDEN_FIELD']));
  expect((await asMe(stranger, `member:${member}`)).data).toEqual({ _entities: [null] });
  expect(first((await asMe(viewers.staff('admin'))).data)).toEqual({ wallets: null, wallet: null, balance: null, entries: null });
  for (const viewer of [viewers.staff('admin'), viewers.regulator])
    expect(first((await asMember(viewer, member)).data)).toMatchObject({ wallets: [{ available: 2000 }, { available: 100 }] });
  const weak = await asMember(viewers.partner('coalition', ['member.read:own']), member);
  expect(weak.errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN_FIELD');
});

test('an accrual is its member’s, its seller’s and its issuer’s', async () => {
  const member = uuid();
  const accrue = `mutation ($ref: String!) { accrue(memberRef: $ref, purchaseRef: "F-1", lines: [{ sku: "a", fen: 100 }]) { ... on Accrued { accrual { id } } } }`;
  const { accrual } = (await ledger.write(viewers.partner('fashion'), accrue, { ref: refOf(member, 'fashion') })) as {
    accrual: { id: string };
  };
  const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Accrual { points lots { points available } } } }`;
  const seenBy = async (viewer: Viewer) => {
    const { data, errors } = await ledger.ask(viewer, query, { r: [{ __typename: 'Accrual', id: accrual.id }] });
    return errors?.[0]?.extensions?.['code'] ?? first(data);
  };
  const known = { points: 100, lots: [{ points: 100, available: 100 }] };
  expect(await seenBy(viewers.member(member))).toEqual(known);
  expect(await seenBy(viewers.partner('coalition'))).toEqual(known);
  expect(await seenBy(viewers.partner('fashion'))).toEqual({ points: 100, lots: [{ points: 100, available: null }] });
  // To anybody else there is none.
  expect(await seenBy(viewers.partner('telecom'))).toEqual({});
  expect(await seenBy(viewers.member(uuid()))).toEqual({});
});

test('liability is what is out and not expired, for the issuer and the operator only', async () => {
  const member = uuid();
  const steps = stepsOf(ledger);
  await ledger.accrue(member, 'AUTO-P', 1000);
  await ledger.accrue(member, 'AUTO-P', 400, { at: '2024-11-21T04:00:00Z' }); // expires at this very instant
  const liability = (viewer: Viewer) => ledger.ask(viewer, '{ liability(programme: "AUTO-P") { points fen } }');
  expect((await liability(viewers.partnerStaff('automotive'))).data).toEqual({ liability: { points: 1000, fen: 10000 } });
  await steps.place(member, [{ programme: 'AUTO-P', points: 300, fen: 3000 }]);
  expect((await liability(viewers.staff('finance'))).data).toEqual({ liability: { points: 1000, fen: 10000 } });
  expect((await liability(viewers.partnerStaff('telecom'))).errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN_OPERATION');
  expect((await liability(viewers.partner('automotive'))).errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN_FIELD');
  const books = (viewer: Viewer) => ledger.ask(viewer, '{ books { postings sumPoints unbalancedEntries } }');
  expect((await books(viewers.staff('finance'))).data?.['books']).toMatchObject({ sumPoints: 0, unbalancedEntries: 0 });
  expect((await books(viewers.partnerStaff('automotive'))).errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN_FIELD');
});
