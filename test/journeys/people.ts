import { partnerExtras, partnerScopes } from '../../schema/scopes.js';
import { viewers } from '../support/viewers.js';
import { memberNamed, type Redeemed, redeemOwn, reportServiceOrder, type Story, told } from './story.js';

const garage = viewers.partner('automotive');
const city = viewers.partner('city', [...partnerScopes, ...(partnerExtras['city'] ?? [])]);
const grantConsent = `mutation ($recipient: ID!, $purpose: ConsentPurpose!, $classes: [ConsentClass!]!, $guardian: Boolean! = false) {
  grantConsent(recipient: $recipient, purpose: $purpose, classes: $classes, guardian: $guardian) { __typename ... on ConsentGranted { consent { id } } ... on Refusal { code message } }
}`;
const withdrawConsent = 'mutation ($id: ID!) { withdrawConsent(id: $id) { replayed } }';

/** A7, A8: what a good credit record gives, with consent and never otherwise. */
export const creditStory: Story = (graph) => {
  const order = `mutation ($input: ReportServiceOrderInput!) {
    reportServiceOrder(input: $input) {
      __typename ... on ServiceOrderReported { serviceOrder { accrual { points rules { points credit rule { creditFactor } } } } }
    }
  }`;
  const earns = async (memberRef: string, orderRef: string): Promise<unknown> => {
    const { serviceOrder } = await told<{ serviceOrder: { accrual: unknown } }>(
      graph(),
      garage,
      order,
      { input: { memberRef, orderRef, lines: [{ sku: 'repair', category: 'repair', fen: 100_000 }] } },
      `people-${orderRef}`,
    );
    return serviceOrder.accrual;
  };
  const base = { points: 1_000, credit: false, rule: { creditFactor: true } };
  const redeemable = `{ redeemable(filter: { owner: "automotive", category: "maintenance" }) { nodes { state missing price { points } } } }`;
  let consent = '';

  test('M-Qian is trusted and M-Zhou is not; without consent both are at the base', async () => {
    for (const [member, band] of [
      ['M-Qian', 'TRUSTED'],
      ['M-Zhou', 'BASE'],
    ] as const)
      expect(
        await told(
          graph(),
          city,
          'mutation ($input: RecordCreditInput!) { recordCredit(input: $input) { __typename } }',
          { input: { member, band, source: 'city' } },
          `people-credit-${member}`,
        ),
      ).toEqual({ __typename: 'CreditRecorded' });
    const qian = await memberNamed(graph(), 'M-Qian');
    expect(await told(graph(), qian, redeemable)).toEqual({
      nodes: [{ state: 'MISSING_POINTS', missing: 500, price: { points: 5_000 } }],
    });
  });

  test('with it 4,500 points are the maintenance for M-Qian, and M-Zhou is 500 short', async () => {
    for (const member of ['M-Qian', 'M-Zhou']) {
      const input = { recipient: 'automotive', purpose: 'CREDIT_BENEFITS', classes: ['CREDIT'] };
      const given = await told<{ consent: { id: string } }>(
        graph(),
        await memberNamed(graph(), member),
        grantConsent,
        input,
        `people-consent-${member}`,
      );
      if (member === 'M-Qian') consent = given.consent.id;
    }
    const [qian, zhou] = [await memberNamed(graph(), 'M-Qian'), await memberNamed(graph(), 'M-Zhou')];
    expect(await told(graph(), qian, redeemable)).toEqual({ nodes: [{ state: 'AVAILABLE', missing: null, price: { points: 4_500 } }] });
    expect(await told(graph(), zhou, redeemable)).toEqual({
      nodes: [{ state: 'MISSING_POINTS', missing: 500, price: { points: 5_000 } }],
    });
    const cart = [{ item: 'basic-maintenance' }];
    const refused = await told<Redeemed>(graph(), zhou, redeemOwn, { cart, cashMaxFen: 0 }, 'people-zhou-maintenance');
    expect(refused).toMatchObject({ __typename: 'InsufficientPoints', missing: 500, programme: { id: 'AUTO-P' } });
    // A quote that was given stays, whatever becomes of the consent.
    const quoted = await told<{ quote: { id: string; legs: unknown } }>(
      graph(),
      qian,
      'mutation ($cart: [CartLineInput!]!) { quote(cart: $cart, cashMaxFen: 0) { __typename ... on Quoted { quote { id legs { points fen } } } } }',
      { cart },
      'people-qian-quote',
    );
    expect(quoted.quote.legs).toEqual([{ points: 4_500, fen: 50_000 }]);
    expect(await earns('M-Qian', 'qian-1')).toEqual({
      points: 1_250,
      rules: [base, { points: 250, credit: true, rule: { creditFactor: true } }],
    });
    expect(await earns('M-Zhou', 'zhou-1')).toEqual({ points: 1_000, rules: [base] });
    await told(graph(), qian, withdrawConsent, { id: consent }, 'people-withdraw');
    expect(await earns('M-Qian', 'qian-2')).toEqual({ points: 1_000, rules: [base] });
    expect(await told(graph(), qian, redeemable)).toEqual({ nodes: [{ state: 'AVAILABLE', missing: null, price: { points: 5_000 } }] });
    const redeemed = await told<Redeemed>(graph(), qian, redeemOwn, { quoteId: quoted.quote.id }, 'people-qian-maintenance');
    expect(redeemed.redemption).toMatchObject({ state: 'COMPLETED', cashFen: 0, legs: [{ points: 4_500, fen: 50_000 }] });
  });

  test('an order that was reported stays as it was: the same points again, at once and under another key', async () => {
    const again = await Promise.all(
      [1, 2].map((n) =>
        told<{ serviceOrder: { accrual: { points: number } } }>(
          graph(),
          garage,
          reportServiceOrder,
          { input: { memberRef: 'M-Qian', orderRef: 'qian-1', lines: [{ sku: 'repair', category: 'repair', fen: 100_000 }] } },
          `people-again-${n}`,
        ),
      ),
    );
    expect(again.map(({ serviceOrder }) => serviceOrder.accrual.points)).toEqual([1_250, 1_250]);
  });
};
