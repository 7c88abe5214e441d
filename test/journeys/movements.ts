import { testIds } from '../support/subgraph.js';
import type { Viewer } from '../../schema/viewer.js';
import { viewers } from '../support/viewers.js';
import { redeem, reportServiceOrder, type Story, type StoryGraph, told } from './story.js';

const garage = viewers.partner('automotive');
const [wei, shu] = [viewers.staff('admin', 'Ms Wei'), viewers.staff('admin', 'Mr Shu')];

/** A customer of the garage with so many of its points, and the customer's own session. */
async function customer(graph: StoryGraph, ref: string, points: number): Promise<Viewer> {
  await told(
    graph,
    garage,
    'mutation ($input: EnrolMemberInput!) { enrolMember(input: $input) { __typename } }',
    { input: { ref, name: ref } },
    `enrol-${ref}`,
  );
  const lines = [{ sku: 'service', category: 'repair', fen: points * 100 }];
  await told(graph, garage, reportServiceOrder, { input: { memberRef: ref, orderRef: `order-${ref}`, lines } }, `order-${ref}`);
  const { id } = await told<{ id: string }>(graph, wei, 'query ($ref: String!) { member(ref: $ref) { id } }', { ref: `automotive/${ref}` });
  return viewers.member(testIds.open(id, 'staff') as string);
}

const pointsOf = async (graph: StoryGraph, member: Viewer): Promise<unknown> =>
  (await told<{ balance: unknown }>(graph, member, '{ me { balance(programme: "AUTO-P") { available held } } }')).balance;

/** P4, A13: less is charged than was held; points go from member to member only as far as the issuer lets them; people freeze. */
export const movementsStory: Story = (graph) => {
  test('P4: the garage holds a maintenance of 500.00, charges 350.00, and the rest of the points is free at once', async () => {
    const member = await customer(graph(), 'mv-part', 5_000);
    const quoted = await told<{ quote: { id: string } }>(
      graph(),
      garage,
      'mutation { quote(memberRef: "mv-part", cart: [{ item: "basic-maintenance" }]) { ... on Quoted { quote { id } } } }',
      {},
      'mv-quote',
    );
    const { hold } = await told<{ hold: { id: string } }>(
      graph(),
      garage,
      'mutation ($quote: ID!) { hold(quoteId: $quote) { ... on Held { hold { id } } } }',
      { quote: quoted.quote.id },
      'mv-hold',
    );
    expect(await pointsOf(graph(), member)).toEqual({ available: 0, held: 5_000 });
    const capture = `mutation ($hold: ID!, $fen: Fen) { capture(holdId: $hold, fen: $fen) { __typename
      ... on Captured { redemption { state priceFen cashFen legs { points fen } } } ... on MoreThanHeld { heldFen } } }`;
    const own = await graph().ask(member, capture, { hold: hold.id, fen: 1 }, 'mv-cheap');
    expect(own.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN_OPERATION' } }]);
    expect(await told(graph(), garage, capture, { hold: hold.id, fen: 50_001 }, 'mv-much')).toEqual({
      __typename: 'MoreThanHeld',
      heldFen: 50_000,
    });
    expect(await told(graph(), garage, capture, { hold: hold.id, fen: 35_000 }, 'mv-capture')).toEqual({
      __typename: 'Captured',
      redemption: { state: 'COMPLETED', priceFen: 35_000, cashFen: 0, legs: [{ points: 3_500, fen: 35_000 }] },
    });
    expect(await pointsOf(graph(), member)).toEqual({ available: 1_500, held: 0 });
  });

  test('A13: many small accounts cannot feed one: the fourth sender of a month is refused, and nobody sends where the issuer says no', async () => {
    const setPolicy = (allowed: boolean): Promise<unknown> =>
      told(
        graph(),
        viewers.partnerStaff('automotive'),
        'mutation ($allowed: Boolean!) { setTransferPolicy(programme: "AUTO-P", policy: { allowed: $allowed }) { programme { transferPolicy { allowed senders } } } }',
        { allowed },
        `mv-policy-${allowed}`,
      );
    const hub = await customer(graph(), 'mv-hub', 10);
    const ring: Viewer[] = [];
    for (let n = 1; n <= 4; n += 1) ring.push(await customer(graph(), `mv-ring-${n}`, 100));
    const { transferAddress } = await told<{ transferAddress: string }>(graph(), hub, '{ me { transferAddress } }');
    const transfer = `mutation ($to: String!) { transfer(to: $to, programme: "AUTO-P", points: 40) { __typename ... on Refusal { code } } }`;
    const send = (from: Viewer, key: string): Promise<{ __typename: string }> =>
      told(graph(), from, transfer, { to: transferAddress }, key);
    expect(await send(ring[0] as Viewer, 'mv-off')).toEqual({ __typename: 'TransferNotAllowed', code: 'TRANSFER_NOT_ALLOWED' });
    expect(await setPolicy(true)).toEqual({ programme: { transferPolicy: { allowed: true, senders: 3 } } });
    const answers: string[] = [];
    for (const [n, from] of ring.entries()) answers.push((await send(from, `mv-send-${n}`)).__typename);
    expect(answers).toEqual(['Transferred', 'Transferred', 'Transferred', 'RecipientUnavailable']);
    expect(await pointsOf(graph(), hub)).toEqual({ available: 130, held: 0 });
    expect(await pointsOf(graph(), ring[0] as Viewer)).toEqual({ available: 60, held: 0 });
    await setPolicy(false);
  });

  test('A13: frozen points are neither spent nor sent, purchases still bring some; another person gives them free', async () => {
    const member = await customer(graph(), 'mv-frozen', 5_000);
    const named = { member: 'automotive/mv-frozen', reason: 'fan-in' };
    const freeze = 'mutation ($member: String!, $reason: String!) { freeze(member: $member, reason: $reason) { __typename } }';
    const unfreeze = freeze.replaceAll('freeze(', 'unfreeze(');
    const buy = { memberRef: 'mv-frozen', cart: [{ item: 'basic-maintenance' }], cashMaxFen: 0 };
    expect(await told(graph(), wei, freeze, named, 'mv-freeze')).toEqual({ __typename: 'PointsFrozen' });
    expect(await told(graph(), garage, redeem, buy, 'mv-no')).toMatchObject({ __typename: 'MemberFrozen' });
    const lines = [{ sku: 'oil', category: 'repair', fen: 10_000 }];
    await told(graph(), garage, reportServiceOrder, { input: { memberRef: 'mv-frozen', orderRef: 'mv-more', lines } }, 'mv-more');
    expect(await pointsOf(graph(), member)).toEqual({ available: 5_100, held: 0 });
    expect(await told(graph(), wei, unfreeze, named, 'mv-self')).toEqual({ __typename: 'SelfApproval' });
    expect(await told(graph(), shu, unfreeze, named, 'mv-free')).toEqual({ __typename: 'PointsUnfrozen' });
    expect(await told(graph(), garage, redeem, buy, 'mv-yes')).toMatchObject({ __typename: 'Redeemed' });
    expect(await pointsOf(graph(), member)).toEqual({ available: 100, held: 0 });
  });
};
