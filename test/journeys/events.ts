import { viewers } from '../support/viewers.js';
import { type EventStream, openEventStream, type Told } from '../support/event-stream.js';
import { memberNamed, redeem, type Redeemed, type Story, told } from './story.js';

/** Rows P9 and F10: a partner follows what happens in its programme and shop, and a member its own balance; each goes on where it was. */
export const eventsStory: Story = (graph) => {
  const garage = viewers.partner('automotive');
  const admin = viewers.staff('admin');
  const streams: EventStream[] = [];
  afterAll(() => {
    for (const stream of streams) stream.cut();
  });
  const follow = async (viewer: Parameters<ReturnType<typeof graph>['ask']>[0], query: string, after?: string): Promise<EventStream> => {
    const headers: Record<string, string> = after === undefined ? {} : { 'last-event-id': after };
    const stream = await openEventStream(graph().url, await graph().tokenOf(viewer), { query }, headers);
    expect(stream.status).toBe(200);
    streams.push(stream);
    return stream;
  };
  const earn = (ref: string, fen: number): Promise<unknown> =>
    told(
      graph(),
      garage,
      'mutation ($ref: String!, $purchase: String!, $fen: Fen!) { accrue(memberRef: $ref, purchaseRef: $purchase, lines: [{ sku: "service", fen: $fen }]) { __typename } }',
      { ref, purchase: `events-${ref}-${fen}`, fen },
      `events-${ref}-${fen}`,
    );
  interface Seen {
    readonly type: string;
    readonly data: Readonly<Record<string, unknown>>;
    readonly member: { readonly ref: string } | null;
  }
  const seen = (one: Told | null): Seen => (one?.data as { events: Seen }).events;

  beforeAll(async () => {
    await told(
      graph(),
      admin,
      'mutation { enrolMember(input: { partner: "automotive", ref: "M-Events", name: "M-Events" }) { __typename } }',
      {},
      'events-enrol',
    );
  });

  test('P9: earned, redeemed, taken back: the garage hears each once, by its own ids, also over a cut', async () => {
    const first = await follow(
      garage,
      'subscription { events(types: [POINTS_EARNED, POINTS_SPENT, POINTS_RETURNED, REDEMPTION_COMPLETED, REDEMPTION_RETURNED]) { id type at data member { ref } } }',
    );
    await earn('M-Events', 500_000);
    const earned = await first.next();
    expect(seen(earned)).toMatchObject({
      type: 'POINTS_EARNED',
      data: { programme: 'AUTO-P', points: 5_000 },
      member: { ref: 'M-Events' },
    });
    first.cut();
    const wish = { memberRef: 'M-Events', cart: [{ item: 'basic-maintenance' }], cashMaxFen: 0 };
    const { redemption } = await told<Redeemed>(graph(), garage, redeem, wish, 'events-redeem');
    await told(
      graph(),
      garage,
      'mutation ($redemption: ID!) { returnLines(redemption: $redemption, lines: [{ line: 1, quantity: 1 }], reason: FAULTY) { __typename ... on LinesReturned { cashFen } } }',
      { redemption: redemption.id },
      'events-return',
    );
    const second = await follow(garage, 'subscription { events { id type at data member { ref } } }', earned?.id);
    const found = new Map<string, Seen['data']>();
    for (let n = 0; n < 4; n += 1) {
      const { type, data } = seen(await second.next());
      expect(found.has(type)).toBe(false);
      found.set(type, data);
    }
    expect(Object.fromEntries(found)).toMatchObject({
      POINTS_SPENT: { points: -5_000, redemption: redemption.id },
      REDEMPTION_COMPLETED: { redemption: redemption.id, cashFen: 0 },
      POINTS_RETURNED: { points: 5_000 },
      REDEMPTION_RETURNED: { redemption: redemption.id, cashFen: 0 },
    });
    const pages = await told<{ nodes: { type: string }[] }>(
      graph(),
      garage,
      'query ($after: String) { events(after: $after, first: 4) { nodes { type } } }',
      { after: earned?.id },
    );
    expect(pages.nodes.map(({ type }) => type).toSorted()).toEqual([...found.keys()].toSorted());
  });

  test('F10: a member sees its balance move as it moves, until its consents change', async () => {
    const member = await memberNamed(graph(), 'M-Wang');
    const live = await follow(
      member,
      'subscription { me { balanceChanged { reason points programme { id } } wallet(programme: "AUTO-P") { available } } }',
    );
    const before = await told<{ wallet: { available: number } | null }>(
      graph(),
      member,
      '{ me { wallet(programme: "AUTO-P") { available } } }',
    );
    await earn('M-Wang', 12_300);
    expect((await live.next())?.data).toEqual({
      me: {
        balanceChanged: { reason: 'POINTS_EARNED', points: 123, programme: { id: 'AUTO-P' } },
        wallet: { available: (before.wallet?.available ?? 0) + 123 },
      },
    });
    await told(
      graph(),
      member,
      'mutation { grantConsent(recipient: "retailer", purpose: SERVICE, classes: [SHARED]) { __typename } }',
      {},
      'events-consent',
    );
    expect(await live.next()).toMatchObject({ errors: [{ extensions: { code: 'CONSENT_CHANGED' } }] });
    expect(await live.next()).toBeNull();
  });
};
