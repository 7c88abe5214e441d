import { v7 as uuid } from 'uuid';
import { viewers } from '../../../support/viewers.js';
import { openLedger, type TestLedger } from '../ledger.js';
import { type Leg, type Steps, stepsOf } from '../hold-steps.js';

let ledger: TestLedger;
let steps: Steps;
const noon = '2026-11-21T04:00:00Z';
const after = (seconds: number): Date => new Date(Date.parse(noon) + seconds * 1000);

beforeAll(async () => {
  ledger = await openLedger();
  steps = stepsOf(ledger);
});
beforeEach(() => ledger.setClock(noon));
afterAll(() => ledger.close());

const auto = (points: number): Leg => ({ programme: 'AUTO-P', points, fen: points * 10 });
const coal = (points: number): Leg => ({ programme: 'COAL-P', points, fen: points });

async function memberWith(points: Record<string, number>): Promise<string> {
  const member = uuid();
  for (const [programme, amount] of Object.entries(points)) await ledger.accrue(member, programme, amount);
  return member;
}

test('M-Yan: two issuers in one hold; the capture burns both and COAL owes AUTO 300.00, fee 6.00', async () => {
  const member = await memberWith({ 'AUTO-P': 1000, 'COAL-P': 30000 });
  const { hold } = (await steps.place(member, [auto(1000), coal(30000)])) as { hold: string };
  expect(await ledger.balance(member, 'COAL-P')).toEqual({ available: 0, held: 30000, pending: 0 });
  expect(await steps.capture(hold)).toMatchObject({
    __typename: 'HoldCaptured',
    obligations: [{ debtor: 'coalition', creditor: 'automotive', fen: 30000, feeFen: 600 }],
  });
  expect(await ledger.balance(member, 'COAL-P')).toEqual({ available: 0, held: 0, pending: 0 });
  expect(await ledger.balance(member, 'AUTO-P')).toEqual({ available: 0, held: 0, pending: 0 });
});

test('every leg or none: the missing one is named, and nothing is set aside', async () => {
  const member = await memberWith({ 'AUTO-P': 1000, 'COAL-P': 29999 });
  expect(await steps.place(member, [auto(1000), coal(30000)])).toEqual({
    __typename: 'PointsMissing',
    code: 'INSUFFICIENT_POINTS',
    programme: 'COAL-P',
    missing: 1,
    missingFen: 1,
  });
  expect(await ledger.balance(member, 'AUTO-P')).toEqual({ available: 1000, held: 0, pending: 0 });
  expect(await steps.place(uuid(), [auto(1)])).toMatchObject({ __typename: 'PointsMissing', missing: 1 });
});

test('fifty at once on a balance that allows five: five succeed, none goes below zero, no deadlock shows', async () => {
  const member = await memberWith({ 'AUTO-P': 299, 'COAL-P': 250 });
  await ledger.accrue(member, 'AUTO-P', 300);
  const outcomes = await Promise.all(
    Array.from({ length: 50 }, async (_, n) => {
      const placed = await steps.place(member, n % 2 ? [auto(100), coal(50)] : [coal(50), auto(100)]);
      return placed['__typename'] === 'HoldPlaced' ? steps.capture(placed['hold'] as string) : placed;
    }),
  );
  const count = (name: string): number => outcomes.filter(({ __typename }) => __typename === name).length;
  expect([count('HoldCaptured'), count('PointsMissing')]).toEqual([5, 45]);
  expect(await ledger.balance(member, 'AUTO-P')).toEqual({ available: 99, held: 0, pending: 0 });
  expect(await ledger.balance(member, 'COAL-P')).toEqual({ available: 0, held: 0, pending: 0 });
});

test('fifty at once with one key are one; the same hold under another key is the same hold', async () => {
  const member = await memberWith({ 'AUTO-P': 1000 });
  const ids = { hold: uuid(), redemption: uuid() };
  const outcomes = await Promise.all(Array.from({ length: 50 }, () => steps.place(member, [auto(100)], ids, 'one-key')));
  expect(outcomes.filter(({ replayed }) => replayed === false)).toHaveLength(1);
  expect(await steps.place(member, [auto(100)], ids)).toMatchObject({ __typename: 'HoldPlaced', replayed: true });
  expect(await ledger.balance(member, 'AUTO-P')).toMatchObject({ available: 900, held: 100 });
  await expect(steps.place(member, [auto(100)], { ...ids, redemption: uuid() })).rejects.toThrow('IDEMPOTENCY_CONFLICT');
});

test.each`
  seconds | outcome
  ${899}  | ${'HoldCaptured'}
  ${900}  | ${'HoldExpired'}
  ${901}  | ${'HoldExpired'}
`('a hold of 900 seconds captured after $seconds: $outcome', async ({ seconds, outcome }) => {
  const member = await memberWith({ 'AUTO-P': 100 });
  const { hold } = (await steps.place(member, [auto(100)], { expiresAt: after(900) })) as { hold: string };
  await ledger.setClock(after(seconds as number));
  const expired = outcome === 'HoldExpired';
  expect(await ledger.balance(member, 'AUTO-P')).toEqual({ available: expired ? 100 : 0, held: expired ? 0 : 100, pending: 0 });
  expect(await steps.capture(hold)).toMatchObject({ __typename: outcome, ...(expired ? { expiredAt: after(900).toISOString() } : {}) });
  // No job ran, and yet the points of the expired hold can be spent.
  if (expired) expect(await steps.place(member, [auto(100)])).toMatchObject({ __typename: 'HoldPlaced' });
  if (expired) expect(await steps.release(hold)).toMatchObject({ __typename: 'HoldEnded', state: 'EXPIRED' });
});

test('captured twice, released after capture, captured after release: the hold has ended', async () => {
  const member = await memberWith({ 'AUTO-P': 200 });
  const first = ((await steps.place(member, [auto(100)])) as { hold: string }).hold;
  const answer = await steps.capture(first, 'capture-1');
  expect(await steps.capture(first, 'capture-1')).toEqual({ ...answer, replayed: true });
  expect(await steps.capture(first)).toMatchObject({ __typename: 'HoldEnded', state: 'CAPTURED' });
  expect(await steps.release(first)).toMatchObject({ __typename: 'HoldEnded', state: 'CAPTURED' });
  expect(await steps.pin(first)).toMatchObject({ __typename: 'HoldEnded', state: 'CAPTURED' });
  const second = ((await steps.place(member, [auto(100)])) as { hold: string }).hold;
  expect(await steps.release(second)).toEqual({ __typename: 'HoldReleased', released: true });
  expect(await steps.capture(second)).toMatchObject({ __typename: 'HoldEnded', state: 'RELEASED' });
  expect(await ledger.balance(member, 'AUTO-P')).toEqual({ available: 100, held: 0, pending: 0 });
});

test('a pinned hold survives its time limit; an expired one cannot be pinned', async () => {
  const member = await memberWith({ 'AUTO-P': 200 });
  const pinned = ((await steps.place(member, [auto(100)], { expiresAt: after(60) })) as { hold: string }).hold;
  const late = ((await steps.place(member, [auto(100)], { expiresAt: after(60) })) as { hold: string }).hold;
  expect(await steps.pin(pinned)).toMatchObject({ __typename: 'HoldPinned' });
  expect(await steps.pin(pinned)).toMatchObject({ __typename: 'HoldPinned' });
  await ledger.setClock(after(3600));
  await ledger.subgraph.runJob('expire-holds');
  expect(await steps.pin(late)).toMatchObject({ __typename: 'HoldExpired' });
  expect(await ledger.balance(member, 'AUTO-P')).toEqual({ available: 100, held: 100, pending: 0 });
  expect(await steps.capture(pinned)).toMatchObject({ __typename: 'HoldCaptured' });
});

test('a hold protects its lots past their expiry; released then, they expire once', async () => {
  const member = uuid();
  await ledger.accrue(member, 'COAL-P', 100, { at: '2025-11-22T04:00:00Z' }); // expires one day after noon
  const [kept, freed] = (await Promise.all([steps.place(member, [coal(60)]), steps.place(member, [coal(30)])])) as { hold: string }[];
  await ledger.setClock(after(86_400 - 1));
  expect(await ledger.balance(member, 'COAL-P')).toEqual({ available: 10, held: 90, pending: 0 });
  await ledger.setClock(after(86_400));
  expect(await ledger.balance(member, 'COAL-P')).toEqual({ available: 0, held: 90, pending: 0 });
  for (let run = 0; run < 3; run++) await ledger.subgraph.runJob('expire-lots');
  expect(await steps.release(freed?.hold as string)).toMatchObject({ released: true });
  for (let run = 0; run < 3; run++) await ledger.subgraph.runJob('expire-lots');
  expect(await steps.capture(kept?.hold as string)).toMatchObject({ __typename: 'HoldCaptured' });
  expect(await ledger.balance(member, 'COAL-P')).toEqual({ available: 0, held: 0, pending: 0 });
  expect(await ledger.sql(`select kind, points, cause_kind from entry where member_uid = '${member}' order by seq`)).toEqual([
    { kind: 'ACCRUAL', points: '100', cause_kind: 'ACCRUAL' },
    { kind: 'EXPIRY', points: '-10', cause_kind: 'EXPIRY' },
    { kind: 'EXPIRY', points: '-30', cause_kind: 'HOLD' },
    { kind: 'BURN', points: '-60', cause_kind: 'REDEMPTION' },
  ]);
});

test.each`
  end          | seconds | available
  ${'release'} | ${-1}   | ${100}
  ${'release'} | ${0}    | ${0}
  ${'release'} | ${1}    | ${0}
  ${'run out'} | ${-1}   | ${100}
  ${'run out'} | ${0}    | ${0}
  ${'run out'} | ${1}    | ${0}
`('a hold that ends by $end $seconds s after its lot expired leaves $available points, and the rest expires once', async (row) => {
  const { end, seconds, available } = row as { end: string; seconds: number; available: number };
  const member = uuid();
  await ledger.accrue(member, 'COAL-P', 100, { at: '2025-11-22T04:00:00Z' }); // expires one day after noon
  const ending = after(86_400 + seconds);
  const { hold } = (await steps.place(member, [coal(100)], end === 'release' ? {} : { expiresAt: ending })) as { hold: string };
  await ledger.setClock(ending);
  const endings = async (): Promise<void> => {
    if (end === 'release') await Promise.all([steps.release(hold), steps.release(hold), steps.release(hold)]);
  };
  // Before and after any job ran, in whatever order.
  await endings();
  expect(await ledger.balance(member, 'COAL-P')).toEqual({ available, held: 0, pending: 0 });
  for (const job of ['expire-lots', 'expire-holds', 'expire-lots']) await ledger.subgraph.runJob(job);
  await endings();
  expect(await ledger.balance(member, 'COAL-P')).toEqual({ available, held: 0, pending: 0 });
  expect(await ledger.sql(`select points::int from entry where kind = 'EXPIRY' and member_uid = '${member}'`)).toEqual(
    available === 100 ? [] : [{ points: -100 }],
  );
  await ledger.setClock(after(2 * 86_400));
  await ledger.subgraph.runJob('expire-lots');
  expect(await ledger.sql(`select points::int from entry where kind = 'EXPIRY' and member_uid = '${member}'`)).toEqual([{ points: -100 }]);
});

test('the jobs in two processes at once, twice and late, end each hold and lot once', async () => {
  const members = await Promise.all(Array.from({ length: 8 }, () => memberWith({ 'COAL-P': 100 })));
  for (const member of members) await steps.place(member, [coal(40)], { expiresAt: after(10) });
  await ledger.setClock(after(400 * 86_400));
  const names = ['expire-holds', 'expire-lots', 'expire-holds', 'expire-lots'];
  await Promise.all([...names, ...names].map((name) => ledger.subgraph.runJob(name)));
  for (const name of names) await ledger.subgraph.runJob(name);
  const found = await ledger.sql(
    `select member_uid, sum(points)::int as points from entry where kind = 'EXPIRY' and member_uid in (${members.map((uid) => `'${uid}'`).join(',')}) group by 1`,
  );
  expect(found.map(({ points }) => points)).toEqual(members.map(() => -100));
  expect(await ledger.sql(`select 1 from hold where state = 'OPEN' and expires_at < '${after(11).toISOString()}'`)).toEqual([]);
});

test('pending points are not spendable before their day', async () => {
  const member = await memberWith({ 'AUTO-P': 100 });
  await ledger.sql(`update lot set usable_from = '${after(60).toISOString()}' where member_uid = '${member}'`);
  expect(await ledger.balance(member, 'AUTO-P')).toEqual({ available: 0, held: 0, pending: 100 });
  expect(await steps.place(member, [auto(1)])).toMatchObject({ __typename: 'PointsMissing' });
  await ledger.setClock(after(60));
  expect(await steps.place(member, [auto(1)])).toMatchObject({ __typename: 'HoldPlaced' });
});

test('a suspended acceptor and a frozen member set nothing aside; releases stay open', async () => {
  const member = await memberWith({ 'AUTO-P': 100 });
  const { hold } = (await steps.place(member, [auto(10)])) as { hold: string };
  await ledger.sql(`update partner set suspended = true where id = 'automotive'`);
  expect(await steps.place(member, [auto(10)])).toMatchObject({ __typename: 'SuspendedPartner' });
  expect(await steps.release(hold)).toMatchObject({ released: true });
  await ledger.sql(`update partner set suspended = false where id = 'automotive'`);
  await ledger.sql(`update account set frozen = true where member_uid = '${member}'`);
  expect(await steps.place(member, [auto(10)])).toMatchObject({ __typename: 'MemberFrozen' });
  expect(await ledger.balance(member, 'AUTO-P')).toEqual({ available: 100, held: 0, pending: 0 });
});

test('a programme that the acceptor does not take has no points there; nothing but cash still gets a hold', async () => {
  const member = await memberWith({ 'BANK-P': 500 });
  await ledger.sql(`update programme set acceptance_scope = 'SINGLE' where id = 'BANK-P'`);
  const legs = [{ programme: 'BANK-P', points: 500, fen: 100 }];
  expect(await steps.place(member, legs)).toMatchObject({ __typename: 'PointsMissing', missing: 500, missingFen: 100 });
  const spendable = `query ($m: ID!, $a: ID!) { spendable(memberUid: $m, acceptor: $a) { programme issuer available valueFen valuePoints acceptorIsIssuer } }`;
  const internal = { ...viewers.partner('automotive'), via: 'catalog' };
  expect((await ledger.ask(internal, spendable, { m: member, a: 'automotive' })).data).toEqual({ spendable: [] });
  expect((await ledger.ask(internal, spendable, { m: member, a: 'banking' })).data).toEqual({
    spendable: [{ programme: 'BANK-P', issuer: 'banking', available: 500, valueFen: 1, valuePoints: 5, acceptorIsIssuer: true }],
  });
  await ledger.sql(`update programme set acceptance_scope = 'ALL' where id = 'BANK-P'`);
  const cash = (await steps.place(uuid(), [])) as { hold: string };
  expect(await steps.capture(cash.hold)).toMatchObject({ __typename: 'HoldCaptured', obligations: [] });
});

test.each`
  what                      | run
  ${'an unknown hold'}      | ${(s: Steps) => s.capture(uuid())}
  ${'a malformed hold'}     | ${(s: Steps) => s.release('nonsense')}
  ${'an unknown acceptor'}  | ${(s: Steps) => s.place(uuid(), [auto(1)], { acceptor: 'nobody' })}
  ${'an unknown programme'} | ${(s: Steps) => s.place(uuid(), [{ programme: 'NO-P', points: 1, fen: 1 }])}
  ${'points beyond 2^53'}   | ${(s: Steps) => s.place(uuid(), [auto(2 ** 53)])}
  ${'negative points'}      | ${(s: Steps) => s.place(uuid(), [auto(-1)])}
`('$what is BAD_INPUT', ({ run }) => expect((run as (s: Steps) => Promise<unknown>)(steps)).rejects.toThrow('BAD_INPUT'));

test('nobody but another subgraph places or captures', async () => {
  const answer = await ledger.ask(viewers.staff('admin'), `mutation { captureHold(hold: "${uuid()}") { __typename } }`, {}, uuid());
  expect(answer.errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN_FIELD');
});
