import { viewers } from '../support/viewers.js';
import { redeem, type Redeemed, type Story, told } from './story.js';

const garage = viewers.partner('automotive');
const coalition = viewers.partner('coalition');
const wish = { memberRef: 'M-Yan', cart: [{ item: 'basic-maintenance' }], prefer: ['AUTO-P', 'COAL-P'], cashMaxFen: 10_000 };

interface Statement {
  readonly status: string;
  readonly receivableFen: number;
  readonly payableFen: number;
  readonly feeFen: number;
  readonly netFen: number;
}
const statementOf = 'query ($period: ID!) { statement(period: $period) { status receivableFen payableFen feeFen netFen } }';

/** B19, A27, A33: a maintenance of 500.00 paid by 1,000 AUTO-P, 30,000 COAL-P and 100.00 in cash; who owes whom; and all of it back. */
export const crossIssuerStory: Story = (graph) => {
  const period = async (): Promise<string> => {
    const clock = await told<string>(graph(), viewers.anonymous, '{ sandboxClock }');
    return new Date(Date.parse(clock) + 8 * 3_600_000).toISOString().slice(0, 7);
  };
  const statements = async (): Promise<{ garage: Statement; coalition: Statement }> => ({
    garage: await told<Statement>(graph(), garage, statementOf, { period: await period() }),
    coalition: await told<Statement>(graph(), coalition, statementOf, { period: await period() }),
  });
  const lots = (): Promise<unknown> =>
    told(
      graph(),
      viewers.staff('admin'),
      '{ member(ref: "operator/M-Yan") { wallets { programme { id } available held lots(first: 50) { nodes { id available expiresAt } } } } }',
    );
  let redemption = '';
  let lotsBefore: unknown;
  let before: { garage: Statement; coalition: Statement };

  test('one redemption draws points of two issuers and cash: 100.00 + 300.00 + 100.00 = 500.00', async () => {
    lotsBefore = await lots();
    before = await statements();
    const answer = await told<Redeemed>(graph(), garage, redeem, wish, 'yan-maintenance');
    expect(answer).toMatchObject({
      __typename: 'Redeemed',
      replayed: false,
      redemption: {
        state: 'COMPLETED',
        priceFen: 50_000,
        cashFen: 10_000,
        legs: [
          { programme: { id: 'AUTO-P' }, points: 1_000, fen: 10_000 },
          { programme: { id: 'COAL-P' }, points: 30_000, fen: 30_000 },
        ],
        lines: [{ item: { id: 'basic-maintenance' }, delivery: { kind: 'SERVICE_VOUCHER', reference: expect.any(String) } }],
        obligations: [{ debtor: { id: 'coalition' }, creditor: { id: 'automotive' }, fen: 30_000, feeFen: 600, netFen: 29_400 }],
      },
    });
    redemption = answer.redemption.id;
  });

  test('the same line again is the same redemption, and nobody owes more', async () => {
    const again = await told<Redeemed>(graph(), garage, redeem, wish, 'yan-maintenance');
    expect(again).toMatchObject({ replayed: true, redemption: { id: redemption } });
    expect(again.redemption.obligations).toHaveLength(1);
  });

  test('both sides read it in their own statement: 300.00 owed, 6.00 fee, 294.00 received', async () => {
    const { garage: g, coalition: c } = await statements();
    const grown = (after: Statement, earlier: Statement): Record<string, number> => ({
      receivableFen: after.receivableFen - earlier.receivableFen,
      payableFen: after.payableFen - earlier.payableFen,
      feeFen: after.feeFen - earlier.feeFen,
      netFen: after.netFen - earlier.netFen,
    });
    expect(grown(g, before.garage)).toEqual({ receivableFen: 30_000, payableFen: 0, feeFen: 600, netFen: 29_400 });
    expect(grown(c, before.coalition)).toEqual({ receivableFen: 0, payableFen: 30_000, feeFen: 0, netFen: -30_000 });
  });

  test('another partner sees nothing of it', async () => {
    const stranger = await graph().ask(viewers.partner('banking'), 'query ($id: ID!) { redemption(id: $id) { id state } }', {
      id: redemption,
    });
    const nobody = await graph().ask(viewers.partner('banking'), 'query ($id: ID!) { redemption(id: $id) { id state } }', {
      id: '01a1fff8-2bfc-72c3-9a42-f77d8a94cee4',
    });
    expect(stranger).toEqual(nobody);
    expect(stranger.data).toEqual({ redemption: null });
  });

  test('taken back, the points are in the very lots they came from and nobody owes anybody', async () => {
    const back = await told<{ __typename: string; restored: { points: number }[]; cashFen: number; clawback: number; arrears: number }>(
      graph(),
      garage,
      `mutation ($redemption: ID!) { returnLines(redemption: $redemption, lines: [{ line: 1, quantity: 1 }], reason: SERVICE_CANCELLED) {
        __typename ... on LinesReturned { restored { points } cashFen clawback arrears } ... on Refusal { code message } } }`,
      { redemption },
      'yan-back',
    );
    expect(back).toMatchObject({ __typename: 'LinesReturned', cashFen: 10_000, arrears: 0 });
    expect(back.restored.reduce((sum, { points }) => sum + points, 0)).toBe(31_000);
    expect(await lots()).toEqual(lotsBefore);
    const after = await statements();
    expect([after.garage.netFen, after.coalition.netFen]).toEqual([before.garage.netFen, before.coalition.netFen]);
  });
};
