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

const since = async (memberUid: string, at: string): Promise<unknown> =>
  (
    await ledger.ask(
      catalog,
      'query ($memberUid: ID!, $at: DateTime!) { purchasesSince(partner: "fashion", memberUid: $memberUid, since: $at) }',
      { memberUid, at },
    )
  ).data?.['purchasesSince'];

test('what was bought at this partner after the instant, and did not go back whole', async () => {
  const member = uuid();
  await ledger.accrue(member, 'AUTO-P', 500);
  const redemption = uuid();
  const { hold } = (await steps.place(member, [{ programme: 'AUTO-P', points: 500, fen: 5_000 }], { redemption, acceptor: 'fashion' })) as {
    hold: string;
  };
  await steps.capture(hold);
  expect(await since(member, '2020-01-01T00:00:00Z')).toBe(0);
  await ledger.earn('fashion', 100, { memberUid: member, at: '2026-11-01T00:00:00Z' });
  await ledger.earn('fashion', 100, { memberUid: member, redemption });
  await ledger.earn('coalition', 100, { memberUid: member });
  await ledger.earn('fashion', 100);
  const both = ['2026-10-31T23:59:59Z', '2026-11-01T00:00:00Z', '2026-11-21T04:00:00Z'];
  expect(await Promise.all(both.map((at) => since(member, at)))).toEqual([2, 1, 0]);
  await steps.giveBack(redemption, [], { cashFen: 9_999, cashTotalFen: 10_000 });
  expect(await since(member, '2026-11-01T00:00:00Z')).toBe(1);
  await steps.giveBack(redemption, [], { cashFen: 1, cashTotalFen: 10_000 });
  expect(await Promise.all(both.map((at) => since(member, at)))).toEqual([1, 0, 0]);
});
