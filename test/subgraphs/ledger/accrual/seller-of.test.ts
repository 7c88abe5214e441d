import { v7 as uuid } from 'uuid';
import { viewers } from '../../../support/viewers.js';
import { openLedger, refOf, type Row, type TestLedger } from '../ledger.js';

/** A bank that lets its customers earn points of somebody else, whose rules were never held against what a bank may give for. */
let ledger: TestLedger;
let candidate: string;
const admin = viewers.staff('admin');
const bank = viewers.partner('banking');
beforeAll(async () => {
  ledger = await openLedger();
  await ledger.setClock('2026-11-21T10:00:00+08:00');
  await ledger.write(admin, 'mutation { setEarnProgramme(partner: "banking", programme: "COAL-P") { replayed } }');
  await ledger.publish({ programme: 'COAL-P', name: 'welcome', kind: 'EVENT', event: 'OPENING', eventPoints: 10_000 });
  const { rule } = (await ledger.write(
    admin,
    'mutation ($input: DraftRuleInput!) { draftRule(input: $input) { ... on RuleDrafted { rule { id } } } }',
    { input: { programme: 'COAL-P', name: 'more', kind: 'BONUS', bonusBasisPoints: 1 } },
  )) as { rule: { id: string } };
  candidate = rule.id;
});
afterAll(() => ledger.close());

const accrue = `mutation ($ref: String!, $purchase: String!, $lines: [PurchaseLineInput!]!) {
  accrue(programme: "COAL-P", memberRef: $ref, purchaseRef: $purchase, lines: $lines) {
    __typename ... on Accrued { accrual { points } } ... on Refusal { code } } }`;
const simulate = `query ($rule: ID!, $sample: [SamplePurchaseInput!], $months: SimulatedMonthsInput) {
  simulate(rule: $rule, sample: $sample, months: $months) { currentPoints givenPoints } }`;

/** What an accrual gives, null where it is refused; a simulation beforehand says the same. */
async function earns(line: Row, viewer = bank): Promise<unknown> {
  const partner = viewer.partner as string;
  const lines = [{ sku: 'card', fen: 0, ...line }];
  const said = await ledger.write(admin, simulate, { rule: candidate, sample: [{ partner, lines }] });
  const answer = (await ledger.write(viewer, accrue, { ref: refOf(uuid(), partner), purchase: uuid(), lines })) as {
    accrual?: { points: number };
    code?: string;
  };
  const points = answer.accrual?.points ?? null;
  expect(said['currentPoints']).toBe(points ?? 0);
  if (points === null) expect(answer.code).toBe('RULE_MISSING');
  return points;
}
const cap = (points: number): Promise<Row> =>
  ledger.write(admin, 'mutation ($points: Points) { setRuleGates(openingBonusCapPoints: $points) { replayed } }', { points });

test('A14, A15: at a bank only spending earns, and an opening no more than the operator lets it, whoever issues', async () => {
  expect(await earns({ event: 'OPENING' })).toBeNull();
  expect(await earns({ event: 'ADVANCE', fen: 100_000 })).toBeNull();
  expect(await earns({ event: 'FEE', fen: 100_000 })).toBeNull();
  expect(await earns({ fen: 100_000 })).toBeNull();
  expect(await earns({ event: 'SPEND', fen: 1_000 })).toBe(1_000);
  await cap(100);
  expect(await earns({ event: 'OPENING' })).toBe(100);
  await cap(0);
  expect(await earns({ event: 'OPENING' })).toBeNull();
  expect(await earns({ event: 'ADVANCE', fen: 1_000 }, viewers.partner('fashion'))).toBe(1_000);
  expect(await earns({ event: 'OPENING' }, viewers.partner('fashion'))).toBe(10_000);
});

test('a replay of past months knows which purchases were made at a bank', async () => {
  await cap(40);
  const replayed = await ledger.write(admin, simulate, { rule: candidate, months: { from: '2026-11', to: '2026-11' } });
  expect(replayed).toEqual({ givenPoints: 1_000 + 100 + 1_000 + 10_000, currentPoints: 1_000 + 40 + 1_000 + 10_000 });
  await cap(0);
});

test('what the catalog shows beforehand is bounded alike', async () => {
  const preview = (partner: string): Promise<Row | null> =>
    ledger.write(
      { ...viewers.partner(partner), via: 'catalog' },
      `query ($member: ID!, $partner: ID!) { accrualPreview(memberUid: $member, partner: $partner, lines: [{ sku: "x", category: "c", fen: 500, cashFen: 500 }]) { points } }`,
      { member: uuid(), partner },
    );
  expect(await preview('fashion')).toEqual({ points: 500 });
  expect(await preview('banking')).toBeNull();
});
