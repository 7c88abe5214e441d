import { viewers } from '../support/viewers.js';
import { redeem, type Redeemed, reportServiceOrder, type Story, told } from './story.js';

const garage = viewers.partner('automotive');

/** A26–A29, I6: one point per yuan; 5,000 points are a maintenance of 500.00, 10,000 a tyre; what is left after a year is worth 200.00. */
export const garageStory: Story = (graph) => {
  test('M-Wang: months 5 and 10 pay a maintenance; of 12,000 points 1,000.00 is realised and 200.00 is left', async () => {
    const paidIn: number[] = [];
    let earned = 0;
    let realisedFen = 0;
    for (let month = 1; month <= 12; month += 1) {
      const order = await told<{ serviceOrder: { accrual: { points: number } } }>(
        graph(),
        garage,
        reportServiceOrder,
        { input: { memberRef: 'M-Wang', orderRef: `wang-${month}`, lines: [{ sku: 'service', category: 'repair', fen: 100_000 }] } },
        `wang-order-${month}`,
      );
      earned += order.serviceOrder.accrual.points;
      const answer = await told<Redeemed>(
        graph(),
        garage,
        redeem,
        { memberRef: 'M-Wang', cart: [{ item: 'basic-maintenance' }], cashMaxFen: 0 },
        `wang-try-${month}`,
      );
      if (answer.__typename !== 'Redeemed') {
        expect(answer).toMatchObject({ __typename: 'InsufficientPoints' });
        continue;
      }
      expect(answer.redemption).toMatchObject({
        state: 'COMPLETED',
        cashFen: 0,
        legs: [{ programme: { id: 'AUTO-P' }, points: 5_000, fen: 50_000 }],
        obligations: [],
      });
      paidIn.push(month);
      realisedFen += 50_000;
    }
    expect({ earned, paidIn, realisedFen }).toEqual({ earned: 12_000, paidIn: [5, 10], realisedFen: 100_000 });
    const { wallets } = await told<{ wallets: { available: number; valueFen: number }[] }>(
      graph(),
      garage,
      '{ member(ref: "M-Wang") { wallets { available valueFen } } }',
    );
    expect(wallets).toEqual([{ available: 2_000, valueFen: 20_000 }]);
  });

  test('what was redeemed is delivered: a voucher that the garage knows', async () => {
    const { serviceVouchers } = await told<{ serviceVouchers: { code: string; item: { id: string } }[] }>(
      graph(),
      garage,
      '{ member(ref: "M-Wang") { serviceVouchers { code item { id } } } }',
    );
    expect(serviceVouchers).toHaveLength(2);
    expect(new Set(serviceVouchers.map(({ code }) => code)).size).toBe(2);
  });

  test('a new tyre is 10,000 points: M-Zhao has 20,000 and keeps 10,000', async () => {
    const answer = await told<Redeemed>(graph(), garage, redeem, { memberRef: 'M-Zhao', cart: [{ item: 'tyre' }] }, 'zhao-tyre');
    expect(answer.redemption.legs).toEqual([{ programme: { id: 'AUTO-P' }, points: 10_000, fen: 100_000 }]);
    expect(await told(graph(), garage, '{ member(ref: "M-Zhao") { balance(programme: "AUTO-P") { available held } } }')).toEqual({
      balance: { available: 10_000, held: 0 },
    });
  });
};
