import { v7 as uuid } from 'uuid';
import { viewers } from '../../../support/viewers.js';
import { openLedger, refOf, type Row, type TestLedger } from '../ledger.js';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await openLedger();
  await ledger.publish({ programme: 'COAL-P', name: 'lecture', kind: 'EVENT', event: 'LECTURE', eventPoints: 50, monthlyCapPoints: 120 });
  await ledger.publish({ programme: 'COAL-P', name: 'cancelled', kind: 'EVENT', event: 'CANCELLED', bonusBasisPoints: 1_000 });
});
afterAll(() => ledger.close());

const accrue = `mutation ($ref: String!, $purchase: String!, $event: String!, $points: Points, $at: DateTime) {
  accrue(memberRef: $ref, purchaseRef: $purchase, at: $at, lines: [{ sku: "e", fen: 0, event: $event, points: $points }]) {
    __typename ... on Accrued { replayed accrual { points withheld rules { points withheld rule { name } } lots { points } } } ... on Refusal { code }
  }
}`;
const happen = (member: string, event: string, more: Row = {}, key = uuid()) =>
  ledger.write(viewers.partner('coalition'), accrue, { ref: refOf(member, 'coalition'), purchase: uuid(), event, ...more }, key);
const pointsOf = async (member: string, at: string) =>
  ((await happen(member, 'LECTURE', { at })) as { accrual: { points: number } }).accrual.points;

test('an event has fixed points, and nothing for what was spent', async () => {
  const member = uuid();
  expect(await happen(member, 'LECTURE')).toMatchObject({
    accrual: { points: 50, withheld: 0, lots: [{ points: 50 }] },
  });
});

test('a share of the points that it is about, rounded down', async () => {
  expect(await happen(uuid(), 'CANCELLED', { points: 30_000 })).toMatchObject({ accrual: { points: 3_000 } });
  expect(await happen(uuid(), 'CANCELLED', { points: 19 })).toMatchObject({ accrual: { points: 1 } });
});

test('the cap of a month: what is over is withheld and shown; the next month starts anew, to the second', async () => {
  const member = uuid();
  await ledger.setClock('2026-12-02T00:00:00Z');
  const before = '2026-11-30T15:59:59Z';
  expect([await pointsOf(member, before), await pointsOf(member, before)]).toEqual([50, 50]);
  expect(await happen(member, 'LECTURE', { at: before })).toMatchObject({
    accrual: { points: 20, withheld: 30, lots: [{ points: 20 }] },
  });
  expect(await happen(member, 'LECTURE', { at: before })).toMatchObject({ accrual: { points: 0, withheld: 50, lots: [] } });
  expect([await pointsOf(member, '2026-11-30T16:00:00Z'), await pointsOf(member, '2026-11-30T16:00:01Z')]).toEqual([50, 50]);
  expect(await ledger.balance(member, 'COAL-P')).toMatchObject({ available: 220 });
});

test('twenty at once never pass the cap', async () => {
  const member = uuid();
  await Promise.all(Array.from({ length: 20 }, () => happen(member, 'LECTURE')));
  expect(await ledger.balance(member, 'COAL-P')).toMatchObject({ available: 120 });
});

test.each([
  ['EVENT_MISSING', { eventPoints: 1 }],
  ['EVENT_POINTS_MISSING', { event: 'X' }],
  ['EVENT_POINTS_MISSING', { event: 'X', eventPoints: 1, bonusBasisPoints: 1 }],
  ['RATE_ON_EVENT', { event: 'X', eventPoints: 1, rate: { points: 1, fen: 1 } }],
  ['CREDIT_ON_EVENT', { event: 'X', eventPoints: 1, creditFactor: true }],
  ['CAP_EMPTY', { event: 'X', eventPoints: 1, monthlyCapPoints: 0 }],
  ['EVENT_POINTS_ON_SPENDING', { kind: 'BASE', rate: { points: 1, fen: 1 }, eventPoints: 1 }],
])('a draft is refused: %s', async (code, draft) => {
  const document = 'mutation ($input: DraftRuleInput!) { draftRule(input: $input) { ... on LintFailed { problems { code } } } }';
  const input = { programme: 'COAL-P', name: 'x', kind: 'EVENT', ...draft };
  expect(await ledger.write(viewers.staff('admin'), document, { input })).toEqual({ problems: [{ code }] });
});

test('a bank gives nothing for events', async () => {
  const document = 'mutation ($input: DraftRuleInput!) { draftRule(input: $input) { ... on LintFailed { problems { code } } } }';
  const input = { programme: 'BANK-P', name: 'x', kind: 'EVENT', event: 'SPEND', eventPoints: 1 };
  expect(await ledger.write(viewers.staff('admin'), document, { input })).toEqual({ problems: [{ code: 'SPEND_TRIGGER_MISSING' }] });
});
