import { viewers } from '../support/viewers.js';
import { insist, memberNamed, redeem, redeemOwn, type Redeemed, type Story, told } from './story.js';

const garage = viewers.partner('automotive');
const admin = viewers.staff('admin');

/** What must not work: too many at once, twice, wrong, or somebody else's. Each time: a clear answer, and nothing changed. */
export const hostileStory: Story = (graph) => {
  const wallet = (name: string): Promise<unknown> =>
    told(graph(), garage, 'query ($ref: String!) { member(ref: $ref) { balance(programme: "AUTO-P") { available held } } }', { ref: name });
  const fund = async (name: string, points: number): Promise<void> => {
    await told(
      graph(),
      admin,
      'mutation ($ref: String!) { enrolMember(input: { partner: "automotive", ref: $ref, name: "x" }) { __typename } }',
      { ref: name },
      `enrol-${name}`,
    );
    await told(
      graph(),
      garage,
      'mutation ($ref: String!, $fen: Fen!) { accrue(memberRef: $ref, purchaseRef: $ref, lines: [{ sku: "x", fen: $fen }]) { __typename } }',
      { ref: name, fen: points * 100 },
      `fund-${name}`,
    );
  };

  test('fifty at once where five can be paid: five succeed, and not a point is lost', async () => {
    await fund('crowd', 25_000);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        insist<Redeemed>(
          graph(),
          garage,
          redeem,
          { memberRef: 'crowd', cart: [{ item: 'basic-maintenance' }], cashMaxFen: 0 },
          `crowd-${index}`,
        ),
      ),
    );
    const count = (name: string): number => answers.filter(({ __typename }) => __typename === name).length;
    expect({ redeemed: count('Redeemed'), short: count('InsufficientPoints') }).toEqual({ redeemed: 5, short: 45 });
    expect(await wallet('crowd')).toEqual({ balance: { available: 0, held: 0 } });
  });

  test('fifty at once under one key are one redemption', async () => {
    await fund('echo', 10_000);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        insist<Redeemed>(graph(), garage, redeem, { memberRef: 'echo', cart: [{ item: 'basic-maintenance' }] }, 'echo'),
      ),
    );
    expect(new Set(answers.map(({ redemption }) => redemption.id)).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed).length).toBeLessThanOrEqual(1);
    expect(await wallet('echo')).toEqual({ balance: { available: 5_000, held: 0 } });
  });

  const accrue = 'mutation ($fen: Fen!) { accrue(memberRef: "echo", purchaseRef: "bad", lines: [{ sku: "x", fen: $fen }]) { __typename } }';
  test.each`
    what                    | document                                                                                                                           | variables
    ${'negative money'}     | ${accrue}                                                                                                                          | ${{ fen: -1 }}
    ${'a fraction'}         | ${accrue}                                                                                                                          | ${{ fen: 1.5 }}
    ${'2^53'}               | ${accrue}                                                                                                                          | ${{ fen: 2 ** 53 }}
    ${'a text for money'}   | ${accrue}                                                                                                                          | ${{ fen: '100' }}
    ${'money left out'}     | ${accrue}                                                                                                                          | ${{}}
    ${'no lines'}           | ${'mutation { accrue(memberRef: "echo", purchaseRef: "bad", lines: []) { __typename } }'}                                          | ${{}}
    ${'an unknown item'}    | ${'mutation { redeem(memberRef: "echo", cart: [{ item: "nothing" }]) { __typename } }'}                                            | ${{}}
    ${'no pieces'}          | ${'mutation { redeem(memberRef: "echo", cart: [{ item: "tyre", quantity: 0 }]) { __typename } }'}                                  | ${{}}
    ${'an empty cart'}      | ${'mutation { redeem(memberRef: "echo", cart: []) { __typename } }'}                                                               | ${{}}
    ${'an unknown quote'}   | ${'mutation { redeem(quoteId: "nothing") { __typename } }'}                                                                        | ${{}}
    ${'an unknown hold'}    | ${'mutation { capture(holdId: "01a1fff8-2bfc-72c3-9a42-f77d8a94cee4") { __typename } }'}                                           | ${{}}
    ${'an unknown return'}  | ${'mutation { returnLines(redemption: "x", lines: [{ line: 1, quantity: 1 }], reason: FAULTY) { __typename } }'}                   | ${{}}
    ${'a reason of others'} | ${'mutation { returnLines(redemption: "x", lines: [{ line: 1, quantity: 1 }], reason: PAID_WITH_POINTS) { __typename } }'}         | ${{}}
    ${'an unknown rule'}    | ${'mutation { accrue(programme: "NO-P", memberRef: "echo", purchaseRef: "bad", lines: [{ sku: "x", fen: 100 }]) { __typename } }'} | ${{}}
  `('$what is refused with a sentence and BAD_INPUT, and nothing changes', async ({ what, document, variables }) => {
    const before = await wallet('echo');
    const answer = await graph().ask(what === 'an unknown rule' ? admin : garage, document, variables, `bad-${what.replaceAll(' ', '-')}`);
    const [error] = answer.errors ?? [];
    expect(['BAD_INPUT', 'FORBIDDEN_OPERATION']).toContain(error?.extensions?.['code']);
    expect(error?.message).toMatch(/\w{3}/);
    expect(error?.message).not.toMatch(/undefined|\[object|at \/|Error:/);
    expect(await wallet('echo')).toEqual(before);
  });

  test('a write without a key is refused', async () => {
    const answer = await graph().ask(garage, redeem, { memberRef: 'echo', cart: [{ item: 'tyre' }] });
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_INPUT', missing: 'idempotencyKey' });
  });

  test('an unknown member is a refusal that says so; a member cannot redeem for another', async () => {
    expect(await told(graph(), garage, redeem, { memberRef: 'nobody', cart: [{ item: 'tyre' }] }, 'nobody')).toMatchObject({
      __typename: 'NotEnrolled',
      code: 'NOT_ENROLLED',
    });
    const stranger = await told<{ id: string }>(graph(), admin, '{ member(ref: "operator/M-Zhao") { id } }');
    expect(
      await told(graph(), await memberNamed(graph(), 'M-Sun'), redeemOwn, { memberRef: stranger.id, cart: [{ item: 'tyre' }] }, 'steal'),
    ).toMatchObject({ __typename: 'NotEnrolled' });
  });

  test('a partner redeems at its own shop only, and nobody without the scope does', async () => {
    const elsewhere = await graph().ask(viewers.partner('telecom'), redeem, { memberRef: 'M-Lin', cart: [{ item: 'tyre' }] }, 'elsewhere');
    expect(elsewhere.errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN_OPERATION');
    const anonymous = await graph().ask(viewers.anonymous, redeem, { cart: [{ item: 'tyre' }] }, 'anonymous');
    expect(anonymous.errors?.[0]?.extensions?.['code']).toBe('UNAUTHENTICATED');
  });
};
