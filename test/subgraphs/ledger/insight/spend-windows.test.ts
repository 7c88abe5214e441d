import { v7 as uuid } from 'uuid';
import { openPartners, type PartnersLedger } from '../clearing/steps.js';
import { type Steps, stepsOf } from '../hold-steps.js';
import { catalog } from '../ledger.js';

let ledger: PartnersLedger;
let steps: Steps;
beforeAll(async () => {
  ledger = await openPartners();
  steps = stepsOf(ledger);
  await ledger.setClock('2026-11-21T04:00:00Z');
});
afterAll(() => ledger.close());

const windows = async (member: string): Promise<unknown> =>
  (
    await ledger.ask(
      catalog,
      `query ($member: ID!) { spendWindows(partner: "fashion", from: "2026-06-01T00:00:00Z", middle: "2026-08-30T00:00:00Z",
        until: "2026-11-21T03:00:00Z", member: $member) { beforeFen beforeCount recentFen recentCount } }`,
      { member },
    )
  ).data?.['spendWindows'];

test('each window has its first instant and not the one after its last, to the second', async () => {
  const memberUid = uuid();
  for (const [at, points] of [
    ['2026-05-31T23:59:59Z', 1],
    ['2026-06-01T00:00:00Z', 10],
    ['2026-08-29T23:59:59Z', 20],
    ['2026-08-30T00:00:00Z', 100],
    ['2026-11-21T02:59:59Z', 200],
    ['2026-11-21T03:00:00Z', 1_000],
  ] as const)
    await ledger.earn('fashion', points, { memberUid, at });
  expect(await windows(memberUid)).toEqual([{ beforeFen: 30, beforeCount: 2, recentFen: 300, recentCount: 2 }]);
});

test('what went back was not spent: a part counts by what was kept, the whole not at all', async () => {
  const memberUid = uuid();
  await ledger.accrue(memberUid, 'AUTO-P', 500);
  const redemption = uuid();
  const { hold } = (await steps.place(memberUid, [{ programme: 'AUTO-P', points: 500, fen: 5_000 }], { redemption })) as { hold: string };
  await steps.capture(hold);
  await ledger.earn('fashion', 7_500, { memberUid, redemption, at: '2026-11-01T00:00:00Z' });
  expect(await windows(memberUid)).toMatchObject([{ recentFen: 7_500, recentCount: 1 }]);
  await steps.giveBack(redemption, [], { cashFen: 2_501, cashTotalFen: 7_500 });
  expect(await windows(memberUid)).toMatchObject([{ recentFen: 4_999, recentCount: 1 }]);
  await steps.giveBack(redemption, [], { cashFen: 4_999, cashTotalFen: 7_500 });
  expect(await windows(memberUid)).toEqual([]);
});
