import { v7 as uuid } from 'uuid';
import { auditOf } from '../../../../subgraphs/ledger/proof/audit.js';
import { testIds } from '../../../support/subgraph.js';
import { viewers } from '../../../support/viewers.js';
import { stepsOf } from '../hold-steps.js';
import { openLedger, refOf, type Row, type TestLedger } from '../ledger.js';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await openLedger();
  await setPolicy('COAL-P', { allowed: true, sentPoints: 1_000, receivedPoints: 1_500, senders: 3, periodDays: 30 });
});
afterAll(() => ledger.close());
beforeEach(() => ledger.setClock('2026-11-21T04:00:00Z'));

const setPolicy = (programme: string, policy: Row): Promise<Row> =>
  ledger.write(
    viewers.staff('admin'),
    'mutation ($programme: ID!, $policy: TransferPolicyInput!) { setTransferPolicy(programme: $programme, policy: $policy) { replayed programme { transferPolicy { allowed periodDays sentPoints receivedPoints senders } } } }',
    { programme, policy },
  );
const transfer = `mutation ($to: String!, $programme: ID!, $points: Points!, $from: String) {
  transfer(to: $to, programme: $programme, points: $points, from: $from) {
    __typename ... on Transferred { transfer { id points at programme { id } } replayed }
    ... on TransferLimit { left } ... on InArrears { arrears } ... on InsufficientPoints { missing missingFen } ... on Refusal { code } } }`;
const addressOf = (uid: string): string => testIds.seal(uid, 'transfer');
const send = (from: string, to: string, points: number, key?: string, programme = 'COAL-P'): Promise<Row> =>
  ledger.write(viewers.member(from), transfer, { to: addressOf(to), programme, points }, key);
const lotsOf = (uid: string): Promise<Row[]> =>
  ledger.sql(
    `select remaining::int as points, to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD') as expires, to_char(earned_at at time zone 'UTC', 'YYYY-MM-DD') as earned
     from lot where member_uid = '${uid}' and remaining > 0 order by expires_at, earned_at`,
  );
const balance = async (uid: string): Promise<unknown> => (await ledger.balance(uid, 'COAL-P'))?.['available'] ?? null;

/** A member with 300 points that expire in March and 700 that expire in November. */
async function richMember(): Promise<string> {
  const uid = uuid();
  await ledger.accrue(uid, 'COAL-P', 700);
  await ledger.accrue(uid, 'COAL-P', 300, { at: '2026-03-21T04:00:00Z' });
  return uid;
}

test('points go with the expiry and the earning of the lots they come from, earliest first', async () => {
  const [from, to] = [await richMember(), uuid()];
  const address = await ledger.ask(
    viewers.member(to),
    'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Me { transferAddress } } }',
    {
      of: [{ __typename: 'Me', principal: `member:${to}` }],
    },
  );
  expect(address.data).toEqual({ _entities: [{ transferAddress: addressOf(to) }] });
  expect(await send(from, to, 400)).toMatchObject({
    __typename: 'Transferred',
    replayed: false,
    transfer: { points: 400, programme: { id: 'COAL-P' } },
  });
  expect(await lotsOf(from)).toEqual([{ points: 600, expires: '2027-11-21', earned: '2026-11-21' }]);
  expect(await lotsOf(to)).toEqual([
    { points: 300, expires: '2027-03-21', earned: '2026-03-21' },
    { points: 100, expires: '2027-11-21', earned: '2026-11-21' },
  ]);
  const seen = await ledger.ask(
    viewers.member(to),
    'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Me { wallets { lots { nodes { kind } } } entries { nodes { kind points cause { kind } } } } } }',
    { of: [{ __typename: 'Me', principal: `member:${to}` }] },
  );
  expect(seen).toEqual({
    data: {
      _entities: [
        {
          wallets: [{ lots: { nodes: [{ kind: 'TRANSFER' }, { kind: 'TRANSFER' }] } }],
          entries: { nodes: [{ kind: 'TRANSFER', points: 400, cause: { kind: 'TRANSFER' } }] },
        },
      ],
    },
  });
});

test('the trace of what was spent leads through every hand to the purchase', async () => {
  const [first, second, third] = [uuid(), uuid(), uuid()];
  await ledger.accrue(first, 'COAL-P', 100, { purchaseRef: 'bought-once' });
  await send(first, second, 100);
  await send(second, third, 60);
  const [hold, redemption] = [uuid(), uuid()];
  const steps = stepsOf(ledger);
  await steps.place(third, [{ programme: 'COAL-P', points: 60, fen: 60 }], { hold, redemption });
  await steps.capture(hold);
  const { data } = await ledger.ask(
    viewers.regulator,
    'query ($id: ID!) { trace(redemption: $id) { member legs { lots { points origin { kind purchase { purchaseRef } } transfers { from at } } } } }',
    { id: redemption },
  );
  const { member, legs } = data?.['trace'] as { member: string; legs: { lots: { transfers: { from: string }[] }[] }[] };
  expect(legs).toMatchObject([{ lots: [{ points: 60, origin: { kind: 'PURCHASE', purchase: { purchaseRef: 'bought-once' } } }] }]);
  const hands = legs[0]?.lots[0]?.transfers.map(({ from }) => from) ?? [];
  expect(new Set([member, ...hands]).size).toBe(3);
});

test('sent twice it goes once; the same key for something else is a conflict', async () => {
  const [from, to] = [await richMember(), uuid()];
  const key = uuid();
  const answers = await Promise.all([send(from, to, 50, key), send(from, to, 50, key), send(from, to, 50, key)]);
  expect(answers.filter(({ replayed }) => replayed === false)).toHaveLength(1);
  expect(new Set(answers.map((answer) => (answer['transfer'] as Row)['id'])).size).toBe(1);
  await expect(send(from, to, 51, key)).rejects.toThrow('IDEMPOTENCY_CONFLICT');
  expect(await balance(to)).toBe(50);
});

test('members that send to each other at once do not wait for each other', async () => {
  const [a, b, c] = [await richMember(), await richMember(), await richMember()];
  const ring = [
    [a, b],
    [b, a],
    [b, c],
    [c, b],
    [c, a],
    [a, c],
  ] as const;
  const answers = await Promise.all(Array.from({ length: 5 }, () => ring.map(([from, to]) => send(from, to, 7))).flat());
  expect(answers.every(({ __typename }) => __typename === 'Transferred')).toBe(true);
  expect(await Promise.all([a, b, c].map(balance))).toEqual([1_000, 1_000, 1_000]);
});

test('more than there is at once: what is there goes once', async () => {
  const [from, to] = [uuid(), uuid()];
  await ledger.accrue(from, 'COAL-P', 100);
  const answers = await Promise.all(Array.from({ length: 8 }, () => send(from, to, 30)));
  expect(answers.filter(({ __typename }) => __typename === 'Transferred')).toHaveLength(3);
  expect(answers.filter(({ __typename }) => __typename === 'InsufficientPoints')).toContainEqual(expect.objectContaining({ missing: 20 }));
  expect([await balance(from), await balance(to)]).toEqual([10, 90]);
});

test('off unless the issuer says so; pending, held and expired points do not go', async () => {
  const [from, to] = [uuid(), uuid()];
  await ledger.accrue(from, 'AUTO-P', 100);
  expect(await send(from, to, 1, undefined, 'AUTO-P')).toEqual({ __typename: 'TransferNotAllowed', code: 'TRANSFER_NOT_ALLOWED' });
  const off = await ledger.ask(
    viewers.anonymous,
    '{ programme(id: "AUTO-P") { transferPolicy { allowed periodDays sentPoints receivedPoints senders } } }',
  );
  expect(off.data).toEqual({
    programme: { transferPolicy: { allowed: false, periodDays: 30, sentPoints: 50_000, receivedPoints: 50_000, senders: 3 } },
  });
  const rich = await richMember();
  await stepsOf(ledger).place(rich, [{ programme: 'COAL-P', points: 900, fen: 900 }]);
  expect(await send(rich, to, 101)).toMatchObject({ __typename: 'InsufficientPoints', missing: 1, missingFen: 1 });
  expect(await send(rich, to, 100)).toMatchObject({ __typename: 'Transferred' });
  const late = await richMember();
  await ledger.setClock('2027-03-21T03:59:59Z');
  expect(await send(late, uuid(), 300)).toMatchObject({ __typename: 'Transferred' });
  const later = await richMember();
  await ledger.setClock('2027-03-21T04:00:00Z');
  expect(await send(later, uuid(), 1_000)).toMatchObject({ __typename: 'InsufficientPoints' });
});

test('limits: what one sends, what one receives, and from how many; they end with the period', async () => {
  const hub = uuid();
  const ring = await Promise.all(Array.from({ length: 4 }, richMember));
  for (const one of ring.slice(0, 3)) expect(await send(one, hub, 10)).toMatchObject({ __typename: 'Transferred' });
  expect(await send(ring[3] as string, hub, 10)).toEqual({ __typename: 'RecipientUnavailable', code: 'RECIPIENT_UNAVAILABLE' });
  expect(await send(ring[0] as string, hub, 990)).toMatchObject({ __typename: 'Transferred' });
  expect(await send(ring[1] as string, hub, 481)).toMatchObject({ __typename: 'RecipientUnavailable' });
  expect(await send(ring[1] as string, hub, 480)).toMatchObject({ __typename: 'Transferred' });
  await ledger.accrue(ring[0] as string, 'COAL-P', 100);
  expect(await send(ring[0] as string, uuid(), 1)).toMatchObject({ __typename: 'TransferLimit', left: 0 });
  await ledger.setClock('2026-12-21T03:59:59Z');
  expect(await send(ring[0] as string, uuid(), 1)).toMatchObject({ __typename: 'TransferLimit', left: 0 });
  await ledger.setClock('2026-12-21T04:00:00Z');
  expect(await send(ring[0] as string, uuid(), 1)).toMatchObject({ __typename: 'Transferred' });
  expect(await send(ring[3] as string, hub, 10)).toMatchObject({ __typename: 'Transferred' });
});

test('neither from nor to frozen members, nor to nobody, nor to oneself, nor out of a debt', async () => {
  const [from, to, gone] = [await richMember(), uuid(), uuid()];
  await ledger.accrue(to, 'COAL-P', 1);
  const unavailable = { __typename: 'RecipientUnavailable', code: 'RECIPIENT_UNAVAILABLE' };
  await ledger.sql(`update account set frozen = true where member_uid = '${to}'`);
  expect(await send(from, to, 1)).toEqual(unavailable);
  expect(await send(to, from, 1)).toEqual({ __typename: 'MemberFrozen', code: 'MEMBER_FROZEN' });
  ledger.gone.add(gone);
  expect(await send(from, gone, 1)).toEqual(unavailable);
  for (const nobody of ['nobody', refOf(uuid(), 'telecom'), testIds.seal(uuid(), 'member')])
    expect(await ledger.write(viewers.member(from), transfer, { to: nobody, programme: 'COAL-P', points: 1 })).toEqual(unavailable);
  await expect(send(from, from, 1)).rejects.toThrow('BAD_INPUT');
  await expect(send(from, uuid(), 0)).rejects.toThrow('BAD_INPUT');
  await ledger.sql(`update wallet set arrears = 5 where member_uid = '${from}'`);
  expect(await send(from, uuid(), 1)).toMatchObject({ __typename: 'InArrears', arrears: 5 });
  expect(await balance(from)).toBe(1_000);
  await ledger.sql(`update account set frozen = false where member_uid = '${to}'`);
});

test('a member sends its own, an issuer what it issues, and nobody else anything', async () => {
  const [from, to] = [await richMember(), uuid()];
  const ask = (viewer: Parameters<TestLedger['write']>[0], variables: Row): Promise<Row> =>
    ledger.write(viewer, transfer, { to: addressOf(to), programme: 'COAL-P', points: 1, ...variables });
  expect(await ask(viewers.member(uuid()), { from: refOf(from, 'coalition') })).toMatchObject({ __typename: 'NotEnrolled' });
  expect(await ask(viewers.partner('coalition'), { from: refOf(from, 'coalition') })).toMatchObject({ __typename: 'Transferred' });
  const named = { from: refOf(from, 'coalition'), to: refOf(to, 'coalition') };
  expect(await ask(viewers.partner('coalition'), named)).toMatchObject({ __typename: 'Transferred' });
  await expect(ask(viewers.partner('telecom'), { from: refOf(from, 'telecom') })).rejects.toThrow('FORBIDDEN_OPERATION');
  await expect(setPolicyAs('telecom')).rejects.toThrow('FORBIDDEN_OPERATION');
  expect(await balance(to)).toBe(2);
});

const setPolicyAs = (partner: string): Promise<Row> =>
  ledger.write(
    viewers.partnerStaff(partner),
    'mutation { setTransferPolicy(programme: "COAL-P", policy: { allowed: true }) { replayed } }',
  );

test('after all of it the books are right', async () => {
  expect(await auditOf(ledger.database.url)).toEqual([]);
  await expect(ledger.sql('delete from transfer_part')).rejects.toThrow(/never changes/);
});
