import { viewers } from '../support/viewers.js';
import { redeem, type Redeemed, reportBill, type Story, told } from './story.js';

const telecom = viewers.partner('telecom');

interface Bill {
  readonly __typename: string;
  readonly replayed: boolean;
  readonly bill: {
    readonly id: string;
    readonly creditAppliedFen: number;
    readonly netFen: number;
    readonly accrual: { readonly points: number };
  };
}

/** B2–B5, I1, I2: ten points per yuan of the whole bill; 1,000 points are 10.00 of the next bill; 800 are 10 GB. */
export const telecomStory: Story = (graph) => {
  const bill = (memberRef: string, billRef: string, amountFen: number): Promise<Bill> =>
    told<Bill>(graph(), telecom, reportBill, { input: { memberRef, billRef, period: '2026-11', amountFen } }, `bill-${billRef}`);
  const buy = (memberRef: string, item: string, key: string): Promise<Redeemed> =>
    told<Redeemed>(graph(), telecom, redeem, { memberRef, cart: [{ item }], cashMaxFen: 0 }, key);

  test('M-Li: twelve bills of 100.00 grant 120.00 of credit, of which 110.00 pay within the year', async () => {
    const applied: number[] = [];
    let granted = 0;
    for (let month = 1; month <= 12; month += 1) {
      const { bill: reported } = await bill('M-Li', `li-${month}`, 10_000);
      expect(reported.accrual.points).toBe(1_000);
      expect(reported.netFen).toBe(month === 1 ? 10_000 : 9_000);
      applied.push(reported.creditAppliedFen);
      const { redemption } = await buy('M-Li', 'phone-credit-10', `li-credit-${month}`);
      expect(redemption).toMatchObject({
        state: 'COMPLETED',
        cashFen: 0,
        legs: [{ programme: { id: 'TEL-P' }, points: 1_000, fen: 1_000 }],
        obligations: [],
      });
      granted += 1_000;
    }
    expect({ granted, applied: applied.reduce((sum, fen) => sum + fen, 0) }).toEqual({ granted: 12_000, applied: 11_000 });
    const left = await told<{ phoneCreditFen: number; balance: { available: number } }>(
      graph(),
      telecom,
      '{ member(ref: "M-Li") { phoneCreditFen balance(programme: "TEL-P") { available } } }',
    );
    expect(left).toEqual({ phoneCreditFen: 1_000, balance: { available: 0 } });
  });

  test('the same bill again is the same bill; another amount under its key is a conflict', async () => {
    const first = await bill('M-Li', 'li-twice', 5_000);
    const again = await bill('M-Li', 'li-twice', 5_000);
    expect(again).toMatchObject({ replayed: true, bill: { id: first.bill.id, accrual: { points: 500 } } });
    const other = await graph().ask(
      telecom,
      reportBill,
      { input: { memberRef: 'M-Li', billRef: 'li-twice', period: '2026-11', amountFen: 6_000 } },
      'bill-li-twice',
    );
    expect(other.errors?.[0]?.extensions?.['code']).toBe('IDEMPOTENCY_CONFLICT');
  });

  test('799 points are one short of the data pack, 800 are 10 GB', async () => {
    await told(
      graph(),
      viewers.staff('admin'),
      'mutation { enrolMember(input: { partner: "telecom", ref: "data", name: "数据" }) @idempotent(key: "enrol-data") { __typename } }',
    );
    await bill('data', 'data-1', 7_990);
    expect(await buy('data', 'data-pack-10gb', 'data-799')).toMatchObject({
      __typename: 'InsufficientPoints',
      missing: 1,
      programme: { id: 'TEL-P' },
      code: 'INSUFFICIENT_POINTS',
    });
    await bill('data', 'data-2', 10);
    expect(await buy('data', 'data-pack-10gb', 'data-800')).toMatchObject({ __typename: 'Redeemed', redemption: { state: 'COMPLETED' } });
    const packs = await told<{ dataPacks: { gb: number }[] }>(graph(), telecom, '{ member(ref: "data") { dataPacks { gb } } }');
    expect(packs.dataPacks).toEqual([{ gb: 10 }]);
  });

  test('under a net rule the part paid by credit earns nothing: 900 of a bill of 100.00', async () => {
    const admin = viewers.staff('admin');
    const run = <T>(document: string, variables: Record<string, unknown>, key: string, viewer = admin): Promise<T> =>
      told<T>(graph(), viewer, document, variables, key);
    await run(
      'mutation ($input: CreateProgrammeInput!) { createProgramme(input: $input) { __typename } }',
      {
        input: {
          id: 'NET-P',
          issuer: 'telecom',
          name: { zh: '净额积分', en: 'Net points' },
          value: { fen: 1, points: 1 },
          expiry: { mode: 'NONE' },
          acceptance: { scope: 'ALL' },
        },
      },
      'net-programme',
    );
    const drafted = await run<{ rule: { id: string } }>(
      'mutation ($input: DraftRuleInput!) { draftRule(input: $input) { __typename ... on RuleDrafted { rule { id } } } }',
      {
        input: {
          programme: 'NET-P',
          name: 'net',
          kind: 'BASE',
          rate: { points: 10, fen: 100 },
          basis: 'NET',
          validFrom: '2020-01-01T00:00:00+08:00',
        },
      },
      'net-rule',
    );
    const published = await run<{ __typename: string }>(
      'mutation ($rule: ID!) { publishRule(rule: $rule) { __typename } }',
      { rule: drafted.rule.id },
      'net-publish',
      viewers.staff('approver'),
    );
    expect(published.__typename).toBe('RulePublished');
    const accrued = await told<{ accrual: { points: number } }>(
      graph(),
      telecom,
      'mutation ($lines: [PurchaseLineInput!]!) { accrue(programme: "NET-P", memberRef: "M-Li", purchaseRef: "net-1", lines: $lines) { __typename ... on Accrued { accrual { points } } } }',
      { lines: [{ sku: 'bill', fen: 10_000, cashFen: 9_000 }] },
      'net-accrue',
    );
    expect(accrued.accrual.points).toBe(900);
  });
};
