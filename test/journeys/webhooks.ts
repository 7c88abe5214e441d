import { openReceiver, type Receiver } from '../support/receiver.js';
import { viewers } from '../support/viewers.js';
import { redeem, type Redeemed, type Story, told } from './story.js';

/** Rows P9, G25: a partner's system is told by signed messages, verifies them, acts on each once, and has them again from a cursor. */
export const webhooksStory: Story = (graph) => {
  const garage = viewers.partner('automotive');
  let receiver: Receiver;
  const set = `mutation ($input: SetWebhookInput!) { setWebhook(input: $input) {
    __typename ... on WebhookSet { secret replayed webhook { name state url types } } } }`;
  const state = '{ partner(id: "automotive") { webhooks { name state attempts cursor failure { reason status } } } }';
  const types = ['POINTS_EARNED', 'POINTS_SPENT', 'POINTS_RETURNED', 'REDEMPTION_COMPLETED', 'REDEMPTION_RETURNED'];
  const earn = (fen: number): Promise<unknown> =>
    told(
      graph(),
      garage,
      'mutation ($ref: String!, $fen: Fen!) { accrue(memberRef: "M-Hook", purchaseRef: $ref, lines: [{ sku: "service", fen: $fen }]) { __typename } }',
      { ref: `hook-${fen}`, fen },
      `hook-${fen}`,
    );

  beforeAll(async () => {
    receiver = await openReceiver();
    await told(
      graph(),
      viewers.staff('admin'),
      'mutation { enrolMember(input: { partner: "automotive", ref: "M-Hook", name: "M-Hook" }) { __typename } }',
      {},
      'hook-enrol',
    );
  });
  afterAll(() => receiver.close());

  test('G25: the garage says where to, is shown its secret once, and tries it', async () => {
    const { secret, webhook } = await told<{ secret: string; webhook: object }>(
      graph(),
      garage,
      set,
      { input: { url: receiver.url, types } },
      'hook-set',
    );
    expect(webhook).toEqual({ name: 'main', state: 'ACTIVE', url: receiver.url, types });
    expect(secret).toMatch(/^whsec_/);
    receiver.secret = secret;
    expect(await told(graph(), garage, 'mutation { testWebhook { delivered status failure } }', {}, 'hook-test')).toEqual({
      delivered: true,
      status: 204,
      failure: null,
    });
    expect(receiver.acted).toMatchObject([{ message: { type: 'PING' } }]);
  });

  test('P9, G25: earned, redeemed, taken back: each comes once, signed, though the receiver is away for a while', async () => {
    receiver.answer = (_one, response) => Boolean(response.writeHead(503, { 'retry-after': '1' }).end());
    await earn(500_000);
    await receiver.arrives(2);
    receiver.answer = undefined;
    const wish = { memberRef: 'M-Hook', cart: [{ item: 'basic-maintenance' }], cashMaxFen: 0 };
    const { redemption } = await told<Redeemed>(graph(), garage, redeem, wish, 'hook-redeem');
    await told(
      graph(),
      garage,
      'mutation ($redemption: ID!) { returnLines(redemption: $redemption, lines: [{ line: 1, quantity: 1 }], reason: CHANGED_MIND) { __typename } }',
      { redemption: redemption.id },
      'hook-return',
    );
    await receiver.acts(6);
    const events = receiver.acted.slice(1);
    expect(events.every(({ verified }) => verified)).toBe(true);
    expect(new Set(events.map(({ id }) => id)).size).toBe(5);
    expect(events.map(({ message }) => message.type).toSorted()).toEqual(types.toSorted());
    const { id } = await told<{ id: string }>(graph(), garage, '{ member(ref: "M-Hook") { id } }');
    expect(events[0]?.message).toMatchObject({
      type: 'POINTS_EARNED',
      data: { origin: events[0]?.id, data: { programme: 'AUTO-P', points: 5_000, member: id } },
    });
    expect(events.find(({ message }) => message.type === 'POINTS_SPENT')?.message.data.data).toMatchObject({ points: -5_000, member: id });
  });

  test('G25: from the cursor of an earlier message everything comes again, under the same ids, and changes nothing', async () => {
    const [, first, ...rest] = [...receiver.acted];
    const before = receiver.arrived.length;
    await told(
      graph(),
      garage,
      'mutation ($after: String) { resumeWebhook(after: $after) { webhook { state } } }',
      { after: first?.message.data.id },
      'hook-again',
    );
    await receiver.arrives(before + 4);
    expect(
      receiver.arrived
        .slice(before)
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(rest.map(({ id }) => id).toSorted());
    expect(receiver.acted).toHaveLength(6);
    await told(graph(), garage, 'mutation { removeWebhook { name } }', {}, 'hook-remove');
    expect(await told(graph(), garage, state)).toEqual({ webhooks: [] });
  });
};
