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

  test('a record of the base after the trusted one: a quote that was given keeps its price, and a new one asks for all of it', async () => {
    const qian = await memberNamed(graph(), 'M-Qian');
    const agreed = { recipient: 'automotive', purpose: 'CREDIT_BENEFITS', classes: ['CREDIT'] };
    await told(graph(), qian, grantConsent, agreed, 'people-consent-again');
    const lines = [{ sku: 'repair', category: 'repair', fen: 800_000 }];
    await told(graph(), garage, order, { input: { memberRef: 'M-Qian', orderRef: 'qian-3', lines } }, 'people-qian-3');
    const quoteOf = (key: string) =>
      told<{ quote: { id: string; legs: unknown } }>(
        graph(),
        qian,
        'mutation { quote(cart: [{ item: "basic-maintenance" }], cashMaxFen: 0) { __typename ... on Quoted { quote { id legs { points } } } } }',
        {},
        key,
      );
    const before = await quoteOf('people-qian-trusted');
    expect(before.quote.legs).toEqual([{ points: 4_500 }]);
    await told(
      graph(),
      city,
      'mutation ($input: RecordCreditInput!) { recordCredit(input: $input) { __typename } }',
      { input: { member: 'M-Qian', band: 'BASE', source: 'city' } },
      'people-credit-base',
    );
    expect((await quoteOf('people-qian-base')).quote.legs).toEqual([{ points: 5_000 }]);
    const redeemed = await told<Redeemed>(graph(), qian, redeemOwn, { quoteId: before.quote.id }, 'people-qian-kept');
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

/** B17: a carrier that cancels gives the miles back to their lots and a tenth on top, once; a passenger who does pays a fee. */
export const cancellationStory: Story = (graph) => {
  const airline = viewers.partner('airline');
  const cancelBooking = `mutation ($input: CancelBookingInput!) {
    cancelBooking(input: $input) {
      __typename
      ... on BookingCancelled {
        replayed
        cancellation { by restored { lot points expiresAt } cashFen feeFen feeDueFen refundFen compensated { points lots { points expiresAt } } }
      }
      ... on AlreadyCancelled { cancellation { event } }
      ... on Refusal { code }
    }
  }`;
  const cancel = (booking: string, by: string, event: string, key: string): Promise<Record<string, unknown>> =>
    told(graph(), airline, cancelBooking, { input: { booking, by, event } }, key);
  const flight = async (key: string): Promise<string> => {
    const cart = [{ item: 'award-flight' }, { item: 'award-flight-tax' }];
    const { redemption } = await told<Redeemed>(
      graph(),
      await memberNamed(graph(), 'M-Feng'),
      redeemOwn,
      { cart, prefer: ['AIR-M'], cashMaxFen: 9_000 },
      key,
    );
    expect(redemption).toMatchObject({ state: 'COMPLETED', cashFen: 9_000, legs: [{ points: 30_000, fen: 150_000 }] });
    return redemption.id;
  };
  const miles = async (): Promise<{ available: number; lots: { nodes: { id: string; available: number; expiresAt: string }[] } }> =>
    (
      await told<{ wallet: { available: number; lots: { nodes: { id: string; available: number; expiresAt: string }[] } } }>(
        graph(),
        await memberNamed(graph(), 'M-Feng'),
        '{ me { wallet(programme: "AIR-M") { available lots { nodes { id available expiresAt } } } } }',
      )
    ).wallet;

  test('M-Feng: 30,000 miles and 90.00 of tax; the carrier cancels: the same lot, 3,000 more, and the tax back', async () => {
    const before = await miles();
    expect(before.available).toBe(30_000);
    const redemption = await flight('feng-flight');
    expect((await miles()).available).toBe(0);
    const events = await Promise.all([1, 2, 3].map((n) => cancel(redemption, 'CARRIER', 'storm-1', `feng-cancel-${n}`)));
    const again = await cancel(redemption, 'CARRIER', 'storm-1', 'feng-cancel-1');
    for (const event of [...events, again])
      expect(event).toMatchObject({
        __typename: 'BookingCancelled',
        cancellation: {
          by: 'CARRIER',
          restored: [{ lot: before.lots.nodes[0]?.id, points: 30_000, expiresAt: before.lots.nodes[0]?.expiresAt }],
          cashFen: 9_000,
          feeFen: 0,
          feeDueFen: 0,
          refundFen: 9_000,
          compensated: { points: 3_000, lots: [{ points: 3_000 }] },
        },
      });
    expect(events.filter(({ replayed }) => replayed === false)).toHaveLength(1);
    expect(await miles()).toMatchObject({ available: 33_000, lots: { nodes: [before.lots.nodes[0], { available: 3_000 }] } });
    expect(await cancel(redemption, 'CARRIER', 'storm-2', 'feng-other-event')).toMatchObject({
      __typename: 'AlreadyCancelled',
      cancellation: { event: 'storm-1' },
    });
    expect((await miles()).available).toBe(33_000);
  });

  test('a passenger who cancels has the miles back, and the disclosed fee is kept out of the tax', async () => {
    await told(graph(), airline, 'mutation { setCarrierTerms(passengerFeeFen: 5000) { replayed } }', {}, 'feng-terms');
    expect(await told(graph(), viewers.anonymous, '{ carrierTerms(partner: "airline") { passengerFeeFen } }')).toEqual({
      passengerFeeFen: 5_000,
    });
    const redemption = await flight('feng-flight-2');
    expect(await cancel(redemption, 'PASSENGER', 'feng-calls', 'feng-cancel-own')).toMatchObject({
      cancellation: {
        by: 'PASSENGER',
        restored: [{ points: 30_000 }],
        cashFen: 9_000,
        feeFen: 5_000,
        feeDueFen: 0,
        refundFen: 4_000,
        compensated: null,
      },
    });
    expect((await miles()).available).toBe(33_000);
  });

  test("nobody calls off another carrier's booking, or one that never was", async () => {
    const input = { booking: 'T-none', by: 'CARRIER', event: 'x' };
    const unknown = await graph().ask(airline, cancelBooking, { input }, 'feng-none');
    expect(unknown.errors?.[0]?.extensions?.['code']).toBe('BAD_INPUT');
    const foreign = await graph().ask(viewers.partner('hotel'), cancelBooking, { input: { ...input, partner: 'airline' } }, 'feng-hotel');
    expect(foreign.errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN_OPERATION');
  });
};

/** B11–B13: lectures, surveys, adopted suggestions; a cap that shows what it keeps back; nothing twice. */
export const engagementStory: Story = (graph) => {
  const baby = viewers.partner('baby');
  const reportEngagement = `mutation ($input: ReportEngagementInput!) {
    reportEngagement(input: $input) {
      __typename ... on EngagementReported { replayed engagement { id kind accrual { points withheld } } } ... on Refusal { code }
    }
  }`;
  const happen = (kind: string, proofRef: string, key: string): Promise<Record<string, unknown>> =>
    told(graph(), baby, reportEngagement, { input: { memberRef: 'M-Zheng', kind, proofRef } }, key);
  const earned = (points: number, withheld = 0): object => ({
    __typename: 'EngagementReported',
    replayed: false,
    engagement: { accrual: { points, withheld } },
  });

  test('M-Zheng: 50 for a lecture, 30 for a survey, once, 100 when the suggestion is adopted', async () => {
    expect(await happen('LECTURE', 'lecture-1', 'zheng-1')).toMatchObject(earned(50));
    expect(await happen('SURVEY', 'survey-1', 'zheng-2')).toMatchObject(earned(30));
    const twice = await Promise.all(['zheng-2', 'zheng-3', 'zheng-4'].map((key) => happen('SURVEY', 'survey-1', key)));
    for (const answer of twice) expect(answer).toMatchObject({ replayed: true, engagement: { accrual: { points: 30 } } });
    expect(await happen('ADOPTED_SUGGESTION', 'idea-1', 'zheng-5')).toMatchObject({ __typename: 'ProofMissing', code: 'PROOF_MISSING' });
    expect(await happen('SUGGESTION', 'idea-1', 'zheng-6')).toMatchObject({ replayed: false, engagement: { accrual: null } });
    expect(await happen('ADOPTED_SUGGESTION', 'idea-1', 'zheng-7')).toMatchObject(earned(100));
    expect(await told(graph(), baby, '{ member(ref: "M-Zheng") { balance(programme: "BABY-P") { available } } }')).toEqual({
      balance: { available: 180 },
    });
  });

  test("a month's lectures stop at 150 points, and what is kept back is shown", async () => {
    expect(await happen('LECTURE', 'lecture-2', 'zheng-8')).toMatchObject(earned(50));
    expect(await happen('LECTURE', 'lecture-3', 'zheng-9')).toMatchObject(earned(50));
    expect(await happen('LECTURE', 'lecture-4', 'zheng-10')).toMatchObject(earned(0, 50));
  });

  test('a birthday is never reported', async () => {
    const input = { memberRef: 'M-Zheng', kind: 'CHILD_BIRTHDAY', proofRef: 'x' };
    const answer = await graph().ask(baby, reportEngagement, { input }, 'zheng-11');
    expect(answer.errors?.[0]?.extensions?.['code']).toBe('BAD_INPUT');
  });
};
