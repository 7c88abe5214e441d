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

const bought = async (memberUid: string, minimumFen: number, since?: string): Promise<unknown> =>
  (
    await ledger.ask(
      catalog,
      `query ($memberUid: ID!, $minimumFen: Fen!, $since: DateTime) {
        firstPurchase(partner: "fashion", memberUid: $memberUid, minimumFen: $minimumFen, since: $since) }`,
      { memberUid, minimumFen, since },
    )
  ).data?.['firstPurchase'];

test('a purchase of which a part went back counts by the cash of what was kept, to the fen', async () => {
  const member = uuid();
  await ledger.accrue(member, 'AUTO-P', 500);
  const redemption = uuid();
  const { hold } = (await steps.place(member, [{ programme: 'AUTO-P', points: 500, fen: 5_000 }], { redemption })) as { hold: string };
  await steps.capture(hold);
  expect(await bought(member, 1)).toBeNull();
  await ledger.earn('fashion', 19_900, { memberUid: member, redemption });
  const whole = 19_900;
  expect([await bought(member, whole), await bought(member, whole + 1)]).toEqual([expect.any(String), null]);
  await steps.giveBack(redemption, [], { cashFen: 9_999, cashTotalFen: whole });
  expect([await bought(member, whole - 9_999), await bought(member, whole - 9_998)]).toEqual([expect.any(String), null]);
  expect(await bought(member, 1, '2026-11-21T04:00:01Z')).toBeNull();
  await steps.giveBack(redemption, [], { cashFen: whole - 9_999, cashTotalFen: whole });
  expect(await bought(member, 1)).toBeNull();
});
