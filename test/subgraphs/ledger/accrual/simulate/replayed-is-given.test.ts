import fc from 'fast-check';
import { v7 as uuid } from 'uuid';
import { testIds } from '../../../../support/subgraph.js';
import { viewers } from '../../../../support/viewers.js';
import { openLedger, refOf, type Row, type TestLedger } from '../../ledger.js';
import { stepsOf } from '../../hold-steps.js';
import { randomRules, sometimes } from './random-rules.js';

let ledger: TestLedger;
const admin = viewers.staff('admin');
const issuer = viewers.partner('fashion');
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(() => ledger.close());

const begin = Date.parse('2026-09-01T00:00:00+08:00');
const hourMs = 3_600_000;
const accrue = `mutation ($programme: ID!, $ref: String!, $purchase: String!, $lines: [PurchaseLineInput!]!) {
  accrue(programme: $programme, memberRef: $ref, lines: $lines, purchaseRef: $purchase) {
    ... on Accrued { accrual { points lots { expiresAt } } } } }`;
const simulate = `query ($rule: ID!, $months: SimulatedMonthsInput) {
  simulate(rule: $rule, months: $months) { purchases points currentPoints givenPoints byMember { member points } } }`;

const createProgramme = (id: string, expiry: Row): Promise<Row> =>
  ledger.write(admin, 'mutation ($input: CreateProgrammeInput!) { createProgramme(input: $input) { __typename } }', {
    input: { id, issuer: 'fashion', name: { zh: '试', en: 'Run' }, value: { fen: 1, points: 1 }, expiry, acceptance: { scope: 'ALL' } },
  });
async function drafted(input: Row): Promise<string> {
  const document = 'mutation ($input: DraftRuleInput!) { draftRule(input: $input) { ... on RuleDrafted { rule { id } } } }';
  return ((await ledger.write(admin, document, { input })) as { rule: { id: string } }).rule.id;
}
const publish = (rule: string): Promise<Row> =>
  ledger.write(viewers.staff('approver'), 'mutation ($rule: ID!) { publishRule(rule: $rule) { __typename } }', { rule });
const buy = async (programme: string, member: string, lines: Row[]): Promise<number> => {
  const answer = await ledger.write(issuer, accrue, { programme, ref: refOf(member, 'fashion'), purchase: uuid(), lines });
  return (answer as { accrual?: { points: number } }).accrual?.points ?? 0;
};
/** Takes points out of the wallet, as far as there are so many. */
async function spend(programme: string, member: string, points: number): Promise<void> {
  const steps = stepsOf(ledger);
  const placed = await steps.place(member, [{ programme, points, fen: points }]);
  if (placed['__typename'] === 'HoldPlaced') await steps.capture(placed['hold'] as string);
}

test('a wallet is as full as it was: what expired meanwhile filled it then, and what had expired then did not', async () => {
  await ledger.setClock(new Date(begin));
  await createProgramme('FULL-P', { mode: 'ROLLING', months: 1 });
  const rule = await drafted({
    programme: 'FULL-P',
    name: 'all',
    kind: 'BASE',
    rate: { points: 1, fen: 100 },
    balanceCapPoints: 150,
    validFrom: '2020-01-01T00:00:00Z',
  });
  await publish(rule);
  const member = uuid();
  const given: number[] = [];
  // Two in September; then a second before, and at the instant at which the first of them expires.
  for (const at of ['2026-09-10T10:00:00Z', '2026-09-20T10:00:00Z', '2026-10-10T09:59:59Z', '2026-10-10T10:00:00Z']) {
    await ledger.setClock(at);
    given.push(await buy('FULL-P', member, [{ sku: 'x', fen: 10_000 }]));
  }
  expect(given).toEqual([100, 50, 0, 100]);
  const replayed = async () =>
    [
      ['2026-09', '2026-09'],
      ['2026-10', '2026-10'],
      ['2026-09', '2026-10'],
    ].reduce<Promise<unknown[]>>(async (before, [from, to]) => {
      const { points, givenPoints } = await ledger.write(admin, simulate, { rule, months: { from, to } });
      return [...(await before), [points, givenPoints]];
    }, Promise.resolve([]));
  const same = [
    [150, 150],
    [100, 100],
    [250, 250],
  ];
  await ledger.setClock('2026-12-01T00:00:00Z');
  expect(await replayed()).toEqual(same);
  await ledger.subgraph.runJob('expire-lots');
  expect(await replayed()).toEqual(same);
});

const acts = fc.array(
  fc.record({
    afterHours: fc.integer({ min: 1, max: 20 * 24 }),
    member: fc.nat(1),
    spent: fc.option(fc.integer({ min: 1, max: 150 }), { nil: undefined }),
    swept: fc.boolean(),
    fen: fc.integer({ min: 5_000, max: 20_000 }),
    category: sometimes('dress', 'shoes'),
    certificate: sometimes('GREEN'),
    event: sometimes('SPEND', 'LECTURE'),
  }),
  { minLength: 8, maxLength: 14 },
);
const expiries = fc.constantFrom<Row>(
  { mode: 'ROLLING', months: 1 },
  { mode: 'ROLLING', months: 2, roundToMonthEnd: true },
  { mode: 'SLIDING', months: 1 },
  { mode: 'NONE' },
);

let run = 0;
test('what was given over months is what the same rules give again in a replay, member by member, from whichever month on', async () => {
  await fc.assert(
    fc.asyncProperty(
      randomRules,
      acts,
      expiries,
      fc.nat(60),
      fc.nat(3),
      fc.integer({ min: 80, max: 250 }),
      async (terms, happened, expiry, owed, first, full) => {
        run += 1;
        const programme = `REPLAY${run}-P`;
        const members = [uuid(), uuid()] as const;
        ledger.tiers.set(`${members[1]} fashion`, 'GOLD');
        ledger.credit.bands = new Map([[`${members[0]} fashion`, 12_500]]);
        // Before any of the rules begins: what is more specific takes the place of what is running from a later time only.
        await ledger.setClock('2019-12-01T00:00:00Z');
        await createProgramme(programme, expiry);
        const all = { kind: 'BASE', rate: { points: 1, fen: 100 }, basis: 'GROSS', balanceCapPoints: full };
        const ids = [await drafted({ ...all, programme, name: 'all', validFrom: '2020-01-01T00:00:00Z' })];
        for (const [n, { what, caps, creditFactor, ...facts }] of terms.slice(0, 2).entries()) {
          const credit = creditFactor && what.kind === 'BASE';
          const rule = {
            ...facts,
            ...what,
            ...caps,
            programme,
            name: `rule ${n}`,
            creditFactor: credit,
            validFrom: '2020-01-01T00:00:00Z',
          };
          ids.push(await drafted(rule));
        }
        for (const id of ids) await publish(id);
        const bought: { readonly member: string; readonly month: string; readonly points: number }[] = [];
        let at = begin;
        for (const [n, { afterHours, member: who, spent, swept, fen, ...facts }] of happened.entries()) {
          at += afterHours * hourMs;
          await ledger.setClock(new Date(at));
          const member = members[who] as string;
          // Spending renews a SLIDING wallet by a job; a replay knows of purchases only.
          if (spent !== undefined && expiry['mode'] !== 'SLIDING') await spend(programme, member, spent);
          if (swept) await ledger.subgraph.runJob('expire-lots');
          if (n === 2) await ledger.sql(`update wallet set arrears = ${owed} where programme = '${programme}'`);
          await ledger.setClock(new Date(at + 1_000));
          const points = await buy(programme, member, [{ sku: 'x', fen, ...facts }]);
          bought.push({ member, month: new Date(at + 1_000 + 8 * hourMs).toISOString().slice(0, 7), points });
        }
        await ledger.setClock(new Date(at + 100 * 24 * hourMs));
        await ledger.subgraph.runJob('expire-lots');
        const from = new Date(begin + 8 * hourMs + first * 31 * 24 * hourMs).toISOString().slice(0, 7);
        const [to] = bought.map(({ month }) => month).toSorted((a, b) => (a < b ? 1 : -1)) as [string];
        if (from > to) return;
        const replayed = await ledger.write(admin, simulate, { rule: ids[0], months: { from, to } });
        const then = bought.filter(({ month }) => month >= from);
        const total = then.reduce((sum, { points }) => sum + points, 0);
        expect(replayed).toMatchObject({ points: total, givenPoints: total });
        for (const { member, points } of replayed['byMember'] as { member: string; points: number }[]) {
          const own = then.filter((purchase) => testIds.seal(purchase.member, 'staff') === member);
          expect(points).toBe(own.reduce((sum, purchase) => sum + purchase.points, 0));
        }
      },
    ),
    { seed: 23, numRuns: 20, endOnFailure: true },
  );
}, 240_000);
