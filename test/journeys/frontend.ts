import { viewers } from '../support/viewers.js';
import { memberNamed, redeem, type Redeemed, type Story, told } from './story.js';

/** F1–F5, P3, P4: what a frontend composes with a member's own token, and a checkout that holds before it captures. */
export const frontendStory: Story = (graph) => {
  test('the wallet home in one call: every programme, its worth, its lots', async () => {
    const me = await told<{
      kind: string;
      member: { name: string };
      wallets: {
        programme: { id: string; name: { zh: string } };
        available: number;
        valueFen: number;
        lots: { nodes: { points: number; expiresAt: string }[] };
      }[];
    }>(
      graph(),
      await memberNamed(graph(), 'M-Lin'),
      '{ me { kind member { name } wallets { programme { id name { zh } } available valueFen lots(first: 5) { nodes { points expiresAt } } } } }',
    );
    expect(me).toMatchObject({ kind: 'MEMBER', member: { name: '林先生' } });
    expect(me.wallets.map(({ programme, available, valueFen }) => [programme.id, available, valueFen])).toEqual([
      ['AUTO-P', 2_000, 20_000],
      ['COAL-P', 20_000, 20_000],
      ['TEL-P', 10_000, 10_000],
    ]);
  });

  test('M-Kong sees what runs out: 1,200 within 7 days, 300 more within 30, nothing of the 31st', async () => {
    const kong = await memberNamed(graph(), 'M-Kong');
    const expiring = async (days: number): Promise<number[]> => {
      const { wallets } = await told<{ wallets: { expiring: { points: number }[] }[] }>(
        graph(),
        kong,
        `{ me { wallets { expiring(days: ${days}) { points } } } }`,
      );
      return wallets.flatMap((wallet) => wallet.expiring.map(({ points }) => points));
    };
    expect(await expiring(7)).toEqual([1_200]);
    expect(await expiring(30)).toEqual([1_200, 300]);
    expect(await expiring(31)).toEqual([1_200, 300, 500]);
  });

  test('what can be redeemed now, and what is missing for the rest', async () => {
    const sun = await memberNamed(graph(), 'M-Sun');
    const { nodes } = await told<{ nodes: { item: { id: string }; state: string; missing: number | null }[] }>(
      graph(),
      sun,
      '{ redeemable(first: 100) { nodes { item { id } state missing } } }',
    );
    const stateOf = (id: string): unknown => nodes.find(({ item }) => item.id === id);
    expect(stateOf('retail-coupon')).toMatchObject({ state: 'AVAILABLE' });
    expect(stateOf('eco-tour')).toMatchObject({ state: 'MISSING_POINTS', missing: 40_000 });
  });

  test('a guest sees prices, and no state', async () => {
    const item = await told(
      graph(),
      viewers.anonymous,
      '{ item(id: "scenic-ticket") { name { en } faceFen price { programme { id issuer { name { zh } } } points } owner { id } } }',
    );
    expect(item).toMatchObject({
      name: { en: 'Scenic site ticket' },
      faceFen: 6_000,
      price: { programme: { id: 'COAL-P' }, points: 6_000 },
      owner: { id: 'scenic' },
    });
    const closed = await graph().ask(viewers.anonymous, '{ redeemable { nodes { state } } }');
    expect(closed.errors?.[0]?.extensions?.['code']).toBe('UNAUTHENTICATED');
  });

  test('quote, hold, release, hold again, capture: the points are set aside, given back, set aside and spent', async () => {
    const lin = await memberNamed(graph(), 'M-Lin');
    const coal = async (): Promise<unknown> =>
      (await told<{ wallet: unknown }>(graph(), lin, '{ me { wallet(programme: "COAL-P") { available held } } }')).wallet;
    const run = <T>(document: string, variables: Record<string, unknown>, key: string): Promise<T> =>
      told<T>(graph(), lin, document, variables, key);
    const quoteId = async (key: string): Promise<string> =>
      (
        await run<{ quote: { id: string } }>(
          'mutation { quote(cart: [{ item: "household-set" }]) { __typename ... on Quoted { quote { id priceFen cashFen } } ... on Refusal { code message } } }',
          {},
          key,
        )
      ).quote.id;
    const hold = async (key: string): Promise<string> =>
      (
        await run<{ hold: { id: string } }>(
          'mutation ($quoteId: ID!) { hold(quoteId: $quoteId, ttl: 600) { __typename ... on Held { hold { id expiresAt } } ... on Refusal { code message } } }',
          { quoteId: await quoteId(`q-${key}`) },
          key,
        )
      ).hold.id;
    const before = await coal();
    const first = await hold('lin-hold-1');
    expect(await coal()).toEqual({ available: 17_000, held: 3_000 });
    expect(
      await run(
        'mutation ($holdId: ID!) { release(holdId: $holdId) { __typename ... on Released { released } } }',
        { holdId: first },
        'lin-release',
      ),
    ).toMatchObject({ released: true });
    expect(await coal()).toEqual(before);
    const second = await hold('lin-hold-2');
    const captured = await run<{ redemption: { state: string } }>(
      'mutation ($holdId: ID!) { capture(holdId: $holdId) { __typename ... on Captured { redemption { state } } ... on Refusal { code message } } }',
      { holdId: second },
      'lin-capture',
    );
    expect(captured).toMatchObject({ __typename: 'Captured', redemption: { state: 'COMPLETED' } });
    expect(await coal()).toEqual({ available: 17_000, held: 0 });
  });

  test('three issuers in one redemption: the garage is owed by two of them', async () => {
    const { redemption } = await told<Redeemed>(
      graph(),
      viewers.partner('automotive'),
      redeem,
      { memberRef: 'M-Lin', cart: [{ item: 'basic-maintenance' }], prefer: ['AUTO-P', 'COAL-P', 'TEL-P'] },
      'lin-maintenance',
    );
    expect(redemption).toMatchObject({
      state: 'COMPLETED',
      cashFen: 3_000,
      legs: [
        { programme: { id: 'AUTO-P' }, points: 2_000, fen: 20_000 },
        { programme: { id: 'COAL-P' }, points: 17_000, fen: 17_000 },
        { programme: { id: 'TEL-P' }, points: 10_000, fen: 10_000 },
      ],
      obligations: [
        { debtor: { id: 'coalition' }, fen: 17_000, feeFen: 340 },
        { debtor: { id: 'telecom' }, fen: 10_000, feeFen: 200 },
      ],
    });
  });
};
