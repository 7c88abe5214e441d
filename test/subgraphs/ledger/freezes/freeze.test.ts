import { v7 as uuid } from 'uuid';
import type { Viewer } from '../../../../schema/viewer.js';
import { auditOf } from '../../../../subgraphs/ledger/proof/audit.js';
import { testIds } from '../../../support/subgraph.js';
import { viewers } from '../../../support/viewers.js';
import { type Steps, stepsOf } from '../hold-steps.js';
import { openLedger, type Row, type TestLedger } from '../ledger.js';

let ledger: TestLedger;
let steps: Steps;
beforeAll(async () => {
  ledger = await openLedger();
  steps = stepsOf(ledger);
});
afterAll(() => ledger.close());
beforeEach(() => ledger.setClock('2026-11-21T04:00:00Z'));

const [first, second] = [viewers.staff('admin', 'Ms Wei'), viewers.staff('admin', 'Mr Shu')];
const staffRef = (uid: string): string => testIds.seal(uid, 'staff');
const freeze = (uid: string, by: Viewer = first, key?: string, reason = 'ring of twelve'): Promise<Row> =>
  ledger.write(
    by,
    'mutation ($member: String!, $reason: String!) { freeze(member: $member, reason: $reason) { __typename ... on PointsFrozen { replayed member { freezes { frozenAt reason liftedAt liftReason } } } ... on Refusal { code } } }',
    { member: staffRef(uid), reason },
    key,
  );
const unfreeze = (uid: string, by: Viewer = second): Promise<Row> =>
  ledger.write(
    by,
    'mutation ($member: String!, $reason: String!) { unfreeze(member: $member, reason: $reason) { __typename ... on PointsUnfrozen { replayed member { freezes { frozenAt reason liftedAt liftReason } } } ... on Refusal { code } } }',
    { member: staffRef(uid), reason: 'looked into' },
  );
const leg = (points: number) => [{ programme: 'COAL-P', points, fen: points }];
const ids = () => ({ hold: uuid(), redemption: uuid() });
const balance = (uid: string): Promise<Row | null> => ledger.balance(uid, 'COAL-P');

async function member(points = 100): Promise<string> {
  const uid = uuid();
  await ledger.accrue(uid, 'COAL-P', points);
  return uid;
}

test('frozen points are not spent, but what is bought and returned still comes, until somebody else gives them free', async () => {
  const uid = await member();
  const bought = ids();
  await steps.place(uid, leg(40), bought);
  await steps.capture(bought.hold);
  const at = '2026-11-21T04:00:00.000Z';
  expect(await freeze(uid)).toEqual({
    __typename: 'PointsFrozen',
    replayed: false,
    member: { freezes: [{ frozenAt: at, reason: 'ring of twelve', liftedAt: null, liftReason: null }] },
  });
  expect(await steps.place(uid, leg(1))).toMatchObject({ __typename: 'MemberFrozen' });
  expect(await steps.giveBack(bought.redemption, leg(40))).toMatchObject({ __typename: 'PointsReturned' });
  await ledger.accrue(uid, 'COAL-P', 5);
  expect(await balance(uid)).toEqual({ available: 105, held: 0, pending: 0 });
  expect(await freeze(uid, second)).toMatchObject({ replayed: true });
  expect(await unfreeze(uid, first)).toEqual({ __typename: 'SelfApproval', code: 'SELF_APPROVAL' });
  expect(await steps.place(uid, leg(1))).toMatchObject({ __typename: 'MemberFrozen' });
  await ledger.setClock('2026-11-21T05:00:00Z');
  expect(await unfreeze(uid)).toMatchObject({
    __typename: 'PointsUnfrozen',
    member: { freezes: [{ frozenAt: at, liftedAt: '2026-11-21T05:00:00.000Z', liftReason: 'looked into' }] },
  });
  expect(await steps.place(uid, leg(105))).toMatchObject({ __typename: 'HoldPlaced' });
  expect(await unfreeze(uid)).toEqual({ __typename: 'NotFrozen', code: 'NOT_FROZEN' });
});

test('a hold that waits for its capture ends with the freeze; what is being delivered is paid for', async () => {
  const uid = await member(100);
  const [waiting, pinned, untimed, over] = [ids(), ids(), ids(), ids()];
  const soon = { expiresAt: '2026-11-21T05:00:00Z' };
  await steps.place(uid, leg(10), { ...over, expiresAt: '2026-11-21T04:00:01Z' });
  await steps.place(uid, leg(20), { ...waiting, ...soon });
  await steps.place(uid, leg(30), { ...pinned, ...soon });
  await steps.pin(pinned.hold);
  await steps.place(uid, leg(40), untimed);
  await ledger.setClock('2026-11-21T04:00:01Z');
  await freeze(uid);
  expect(await balance(uid)).toEqual({ available: 30, held: 70, pending: 0 });
  expect(await steps.capture(waiting.hold)).toMatchObject({ __typename: 'HoldEnded', state: 'RELEASED' });
  expect(await steps.capture(over.hold)).toMatchObject({ __typename: 'HoldExpired' });
  expect(await steps.capture(pinned.hold)).toMatchObject({ __typename: 'HoldCaptured' });
  expect(await steps.capture(untimed.hold)).toMatchObject({ __typename: 'HoldCaptured' });
  expect(await balance(uid)).toEqual({ available: 30, held: 0, pending: 0 });
});

test('frozen at once by many, and while the points are being spent: either before or after', async () => {
  const uid = await member();
  const answers = await Promise.all([
    ...Array.from({ length: 4 }, () => steps.place(uid, leg(10))),
    ...Array.from({ length: 4 }, () => freeze(uid)),
    ...Array.from({ length: 4 }, () => steps.place(uid, leg(10))),
  ]);
  expect(answers.filter(({ replayed, __typename }) => __typename === 'PointsFrozen' && replayed === false)).toHaveLength(1);
  const placed = answers.filter(({ __typename }) => __typename === 'HoldPlaced').length;
  expect(await balance(uid)).toMatchObject({ held: placed * 10 });
  expect(await steps.place(uid, leg(10))).toMatchObject({ __typename: 'MemberFrozen' });
});

test("a person's freeze outlives whatever else lifts it, and only the operator's people freeze", async () => {
  const uid = await member();
  await freeze(uid);
  await ledger.sql(`update account set frozen = false where member_uid = '${uid}'`);
  expect(await steps.place(uid, leg(1))).toMatchObject({ __typename: 'MemberFrozen' });
  for (const other of [
    viewers.partner('coalition'),
    viewers.partnerStaff('coalition'),
    viewers.staff('finance'),
    viewers.regulator,
    viewers.member(uid),
  ])
    await expect(freeze(uid, other)).rejects.toThrow('FORBIDDEN');
  await expect(freeze(uid, { ...first, partner: 'coalition' })).rejects.toThrow('FORBIDDEN');
  await expect(freeze(uid, first, undefined, ' ')).rejects.toThrow('BAD_INPUT');
  const freezes = 'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Member { freezes { reason } } } }';
  const of = { of: [{ __typename: 'Member', uid }] };
  expect((await ledger.ask(viewers.regulator, freezes, of)).data).toEqual({ _entities: [{ freezes: [{ reason: 'ring of twelve' }] }] });
  expect((await ledger.ask(viewers.member(uid), freezes, of)).data).toEqual({ _entities: [{ freezes: null }] });
  expect(await auditOf(ledger.database.url)).toEqual([]);
});
