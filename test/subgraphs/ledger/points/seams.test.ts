import { v7 as uuid } from 'uuid';
import type { Viewer } from '../../../../schema/viewer.js';
import { auditOf } from '../../../../subgraphs/ledger/proof/audit.js';
import { viewers } from '../../../support/viewers.js';
import { testIds } from '../../../support/subgraph.js';
import { openPartners, type PartnersLedger } from '../clearing/steps.js';
import { catalog, type Row } from '../ledger.js';
import { type Leg, type Steps, stepsOf } from '../hold-steps.js';

let ledger: PartnersLedger;
let steps: Steps;
beforeAll(async () => {
  ledger = await openPartners();
  steps = stepsOf(ledger);
  await ledger.write(
    viewers.staff('admin'),
    'mutation { setTransferPolicy(programme: "COAL-P", policy: { allowed: true, sentPoints: 100000, receivedPoints: 100000, senders: 30, periodDays: 30 }) { replayed } }',
  );
});
beforeEach(() => ledger.setClock('2026-11-21T04:00:00Z'));
afterEach(async () => expect(await auditOf(ledger.database.url)).toEqual([]));
afterAll(() => ledger.close());

const coal = (points: number, fen = points): Leg => ({ programme: 'COAL-P', points, fen });
const cash = (cashFen: number, cashTotalFen: number): Row => ({ cashFen, cashTotalFen });
const balance = (uid: string): Promise<Row | null> => ledger.balance(uid, 'COAL-P');
const arrears = async (uid: string): Promise<number> =>
  (await ledger.numbers<{ n: number }>(`select coalesce(sum(arrears), 0)::int as n from wallet where member_uid = '${uid}'`))[0]?.n ?? 0;
const send = (from: string, to: string, points: number): Promise<Row> =>
  ledger.write(
    viewers.member(from),
    'mutation ($to: String!, $points: Points!) { transfer(to: $to, programme: "COAL-P", points: $points) { __typename ... on Refusal { code } } }',
    { to: testIds.seal(to, 'transfer'), points },
  );
async function redeemed(member: string, legs: Leg[]): Promise<string> {
  const redemption = uuid();
  const { hold } = (await steps.place(member, legs, { redemption })) as { hold: string };
  expect(await steps.capture(hold)).toMatchObject({ __typename: 'HoldCaptured' });
  return redemption;
}

test('what was returned before its purchase was reported earns nothing', async () => {
  const member = uuid();
  await ledger.accrue(member, 'AUTO-P', 500);
  const redemption = await redeemed(member, [{ programme: 'AUTO-P', points: 500, fen: 5000 }]);
  await steps.giveBack(redemption, [], cash(300, 900));
  await ledger.earn('fashion', 900, { memberUid: member, redemption });
  expect(await balance(member)).toMatchObject({ available: 600 });
  await steps.giveBack(redemption, [{ programme: 'AUTO-P', points: 500, fen: 5000 }], cash(600, 900));
  expect(await balance(member)).toMatchObject({ available: 0 });
  expect(await arrears(member)).toBe(0);
  const later = await redeemed(member, [{ programme: 'AUTO-P', points: 500, fen: 5000 }]);
  await steps.giveBack(later, [{ programme: 'AUTO-P', points: 500, fen: 5000 }], cash(900, 900));
  await ledger.buy(100);
  await ledger.earn('fashion', 900, { memberUid: member, redemption: later });
  expect(await balance(member)).toMatchObject({ available: 0 });
  const owed = await ledger.numbers(
    `select sum(case kind when 'ACCRUAL' then fen else -fen end)::int as net from obligation where redemption = '${later}' and programme = 'COAL-P'`,
  );
  expect(owed).toEqual([{ net: 0 }]);
  expect(await ledger.numbers(`select left_points::int as left from pack`)).toEqual([{ left: 100 }]);
});

test('of a redemption paid in points alone, the share of their value counts', async () => {
  const member = uuid();
  await ledger.accrue(member, 'AUTO-P', 500);
  const redemption = await redeemed(member, [{ programme: 'AUTO-P', points: 500, fen: 5000 }]);
  await steps.giveBack(redemption, [{ programme: 'AUTO-P', points: 250, fen: 2500 }]);
  await ledger.earn('fashion', 900, { memberUid: member, redemption });
  expect(await balance(member)).toMatchObject({ available: 450 });
});

test('points earned, sent on and clawed back: the sender owes them, nobody has them twice', async () => {
  const [a, b] = [uuid(), uuid()];
  await ledger.accrue(a, 'AUTO-P', 500);
  const redemption = await redeemed(a, [{ programme: 'AUTO-P', points: 500, fen: 5000 }]);
  await ledger.earn('fashion', 900, { memberUid: a, redemption });
  expect(await send(a, b, 900)).toMatchObject({ __typename: 'Transferred' });
  await steps.giveBack(redemption, [{ programme: 'AUTO-P', points: 500, fen: 5000 }], cash(900, 900));
  expect([(await balance(a))?.['available'], await arrears(a), (await balance(b))?.['available']]).toEqual([0, 900, 900]);
  const second = await redeemed(b, [coal(800)]);
  expect(await send(b, a, 100)).toMatchObject({ __typename: 'Transferred' });
  // What comes in covers it first, however it comes.
  expect([(await balance(a))?.['available'], await arrears(a)]).toEqual([0, 800]);
  await steps.giveBack(second, [coal(800)]);
  expect((await balance(b))?.['available']).toBe(800);
});

test('whoever owes points settles with what comes back, with what a hold lets go, and with a correction; twice and at once is once', async () => {
  const member = uuid();
  await ledger.accrue(member, 'AUTO-P', 500);
  const earned = await redeemed(member, [{ programme: 'AUTO-P', points: 500, fen: 5000 }]);
  await ledger.earn('fashion', 900, { memberUid: member, redemption: earned });
  const spent = await redeemed(member, [coal(500)]);
  const { hold } = (await steps.place(member, [coal(300)])) as { hold: string };
  expect(await steps.giveBack(earned, [], cash(900, 900))).toMatchObject({ clawback: 100, arrears: 800, settled: 0 });
  expect([(await balance(member))?.['available'], await arrears(member)]).toEqual([0, 800]);
  expect(await steps.giveBack(spent, [coal(500)])).toMatchObject({ restored: [{ points: 500 }], clawback: 0, arrears: 0, settled: 500 });
  expect([(await balance(member))?.['available'], await arrears(member)]).toEqual([0, 300]);
  await ledger.subgraph.runJob('settle-arrears');
  expect(await arrears(member)).toBe(300);
  await ledger.write(catalog, 'mutation ($hold: ID!) { releaseHold(hold: $hold) { __typename } }', { hold });
  await Promise.all([1, 2, 3].map(() => ledger.subgraph.runJob('settle-arrears')));
  await ledger.subgraph.runJob('settle-arrears');
  expect([(await balance(member))?.['available'], await arrears(member)]).toEqual([0, 0]);
  expect(await ledger.accrue(member, 'COAL-P', 10)).toBeDefined();
  expect(await balance(member)).toMatchObject({ available: 10 });
});

test('a capture of cash alone burns nothing and gives all back', async () => {
  const member = uuid();
  await ledger.accrue(member, 'COAL-P', 100);
  const { hold } = (await steps.place(member, [coal(100)])) as { hold: string };
  expect(await steps.capture(hold, undefined, [])).toMatchObject({ __typename: 'HoldCaptured', obligations: [] });
  expect(await balance(member)).toMatchObject({ available: 100, held: 0 });
});

test('a pack that covers a part, a return in odd steps: all comes back', async () => {
  const member = uuid();
  await ledger.setClock('2028-11-21T04:00:00Z'); // Packs of before have ended.
  await ledger.buy(333);
  await ledger.accrue(member, 'AUTO-P', 500);
  const redemption = await redeemed(member, [{ programme: 'AUTO-P', points: 500, fen: 5000 }]);
  await ledger.earn('fashion', 1000, { memberUid: member, redemption });
  for (const part of [1, 1, 1, 4, 90, 3]) {
    await steps.giveBack(redemption, [], cash(part, 100));
    expect(await auditOf(ledger.database.url)).toEqual([]);
  }
  expect(await balance(member)).toMatchObject({ available: 0 });
  expect(await ledger.numbers(`select left_points::int as left from pack where expires_at > clock()`)).toEqual([{ left: 333 }]);
  expect(
    await ledger.numbers(
      `select sum(case kind when 'ACCRUAL' then fen else -fen end)::int as net from obligation where redemption = '${redemption}'`,
    ),
  ).toEqual([{ net: 0 }]);
});

test.each`
  disputed | returns           | net
  ${1_000} | ${[1_000]}        | ${0}
  ${400}   | ${[500, 500]}     | ${0}
  ${400}   | ${[300, 300, 50]} | ${0}
  ${400}   | ${[500]}          | ${-100}
`('of 1000 a dispute gave back $disputed, then goods of $returns came back: $net', async ({ disputed, returns, net }) => {
  const member = uuid();
  await ledger.accrue(member, 'COAL-P', 1_000);
  const redemption = await redeemed(member, [coal(1_000)]);
  const [line] = await ledger.numbers<{ id: string }>(`select id from obligation where redemption = '${redemption}'`);
  const { id } = (await ledger.write(
    viewers.partner('coalition'),
    'mutation ($line: ID!) { dispute(line: $line, evidence: "never delivered") { id } }',
    { line: `${line?.id}:DEBTOR` },
  )) as { id: string };
  const resolve = 'mutation ($id: ID!, $fen: Fen!) { resolveDispute(dispute: $id, fen: $fen, note: "seen") { __typename } }';
  await ledger.write(viewers.staff('finance'), resolve, { id, fen: disputed });
  for (const points of returns) await steps.giveBack(redemption, [coal(points)]);
  expect(
    await ledger.numbers(
      `select sum(case when creditor = 'coalition' then fen else -fen end)::int as net from obligation
       where redemption = '${redemption}' or cause = '${id}' or kind = 'ADJUSTMENT' and cause in (select id::text from point_return where redemption = '${redemption}')`,
    ),
  ).toEqual([{ net }]);
});

test('whoever is forgotten gets no points any more, by an id that somebody kept or by goods that come back', async () => {
  const forget = 'mutation ($memberUid: ID!, $erasure: ID!) { forgetMember(memberUid: $memberUid, erasure: $erasure) }';
  const erase = (memberUid: string): Promise<Row> =>
    ledger.write({ ...viewers.partner('automotive'), via: 'members' }, forget, { memberUid, erasure: uuid() });
  const [member, without] = [uuid(), uuid()];
  await ledger.accrue(member, 'COAL-P', 1_000);
  const redemption = await redeemed(member, [coal(400)]);
  for (const each of [member, without, member]) await erase(each);
  for (const memberUid of [member, without])
    expect(await ledger.earn('fashion', 50, { memberUid })).toEqual({ __typename: 'NotEnrolled', code: 'NOT_ENROLLED' });
  await steps.giveBack(redemption, [coal(400)]);
  // Frozen and given free again by staff who kept an id, and sent to by a member who did.
  const step = (name: string, viewer: Viewer): Promise<Row> =>
    ledger.write(viewer, `mutation ($of: String!) { ${name}(member: $of, reason: "kept") { __typename } }`, {
      of: testIds.seal(member, 'staff'),
    });
  expect(await step('freeze', viewers.staff('admin'))).toEqual({ __typename: 'PointsFrozen' });
  expect(await step('unfreeze', viewers.staff('admin', 'second'))).toEqual({ __typename: 'PointsUnfrozen' });
  const giver = uuid();
  await ledger.accrue(giver, 'COAL-P', 100);
  expect(await send(giver, member, 10)).toEqual({ __typename: 'RecipientUnavailable', code: 'RECIPIENT_UNAVAILABLE' });
  expect(await ledger.numbers(`select frozen::int, forgotten::int from account where member_uid = '${member}'`)).toEqual([
    { frozen: 1, forgotten: 1 },
  ]);
  expect(await balance(member)).toMatchObject({ available: 0, held: 0 });
});
