import { v7 as uuid } from 'uuid';
import { viewers } from '../../../support/viewers.js';
import { openLedger, refOf, type Row, type TestLedger } from '../ledger.js';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(() => ledger.close());

const accrue = `mutation ($ref: String!, $purchase: String!, $lines: [PurchaseLineInput!]!) {
  accrue(memberRef: $ref, lines: $lines, purchaseRef: $purchase) {
    __typename ... on Accrued { accrual { points rules { rule { name } points credit } } } ... on Refusal { code }
  }
}`;
const sale = (partner: string, member: string, purchase: string): Row => ({
  ref: refOf(member, partner),
  purchase,
  lines: [{ sku: 'dress', category: 'dress', fen: 100_000 }],
});
const points = async (partner: string, member: string, purchase = uuid(), key = uuid()) =>
  ((await ledger.write(viewers.partner(partner), accrue, sale(partner, member, purchase), key)) as { accrual: { points: number } }).accrual
    .points;

test('no rule counts credit: nobody is asked', async () => {
  expect(await points('fashion', uuid())).toBe(100_000);
  expect(ledger.credit.asked).toBe(0);
});

describe('a rule that counts credit', () => {
  const trusted = uuid();
  beforeAll(async () => {
    // Before the rule begins whose place it takes.
    await ledger.setClock('2019-12-01T00:00:00Z');
    await ledger.publish({
      programme: 'COAL-P',
      name: 'dress',
      kind: 'BASE',
      rate: { points: 1, fen: 100 },
      category: 'dress',
      creditFactor: true,
      validFrom: '2020-01-01T00:00:00Z',
    });
    await ledger.setClock(new Date());
  });

  test('out of reach is no answer: nothing is given, and the same key goes on later', async () => {
    const answer = await ledger.ask(viewers.partner('fashion'), accrue, sale('fashion', trusted, 'later'), 'later');
    expect(answer.errors?.[0]?.extensions?.['code']).toBe('SUBGRAPH_UNAVAILABLE');
    expect(await ledger.balance(trusted, 'COAL-P')).toBeNull();
    ledger.credit.bands = new Map([
      [`${trusted} coalition`, 12_500],
      [`${trusted} fashion`, 12_500],
    ]);
    expect(await points('fashion', trusted, 'later', 'later')).toBe(1_250);
  });

  test('issuer and seller must both be recipients of the consent, for both learn of the band', async () => {
    const half = uuid();
    ledger.credit.bands?.set(`${half} coalition`, 12_500);
    expect(await points('fashion', half)).toBe(1_000);
    expect(await points('coalition', half)).toBe(1_250);
  });

  test('asked once per accrual, and not again for what was accrued', async () => {
    ledger.credit.asked = 0;
    expect(await points('fashion', trusted, 'once', 'once')).toBe(1_250);
    expect(ledger.credit.asked).toBe(1);
    ledger.credit.bands?.clear();
    expect(await points('fashion', trusted, 'once', 'once')).toBe(1_250);
    expect(await points('fashion', trusted, 'once', 'other')).toBe(1_250);
    expect(ledger.credit.asked).toBe(1);
    expect(await points('fashion', trusted)).toBe(1_000);
  });

  test('a bonus cannot count credit', async () => {
    const draft = 'mutation ($input: DraftRuleInput!) { draftRule(input: $input) { __typename ... on LintFailed { problems { code } } } }';
    const input = { programme: 'COAL-P', name: 'x', kind: 'BONUS', bonusBasisPoints: 1, creditFactor: true };
    expect(await ledger.write(viewers.staff('admin'), draft, { input })).toEqual({
      __typename: 'LintFailed',
      problems: [{ code: 'CREDIT_ON_BONUS' }],
    });
  });
});
