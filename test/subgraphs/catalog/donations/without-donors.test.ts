import { serviceViewer } from '../../../../schema/viewer.js';
import { viewers } from '../../../support/viewers.js';
import { newKey, newMember, offer, openWorld, type World } from '../world.js';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  world.peers.trades.set('edu', 'RETAIL');
  await world.get(
    viewers.partner('edu'),
    'mutation { createCause(input: { id: "schooling", name: { zh: "助学", en: "Schooling" } }) { __typename } }',
    {},
    newKey(),
  );
  await offer(world);
});
afterAll(() => world.close());
beforeEach(() => (world.peers.weather = () => 'fine'));

const gateway = serviceViewer('gateway', 'events');
interface Told {
  readonly position: string;
  readonly type: string;
  readonly memberUid: string | null;
  readonly facts: string;
}
const now = async (): Promise<string> => (await world.get<{ end: string }>(gateway, '{ eventsSince(first: 1) { end } }')).end;
const since = (after: string, audience: object) =>
  world.ask(
    gateway,
    'query ($after: String, $partner: ID, $memberUid: ID) { eventsSince(after: $after, partner: $partner, memberUid: $memberUid, first: 100) { events { position type memberUid facts } } }',
    { after, ...audience },
  );
/** What is told, once as much is: other databases' transactions may hold it back. */
async function told(after: string, audience: object, count: number): Promise<readonly Told[]> {
  for (let tries = 0; tries < 500; tries += 1) {
    const { events } = ((await since(after, audience)).data as { eventsSince: { events: Told[] } }).eventsSince;
    if (events.length >= count) return events;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('too few events were told');
}
const one = (position: string, audience: object): Promise<Told> =>
  world.get(
    gateway,
    'query ($position: String!, $partner: ID, $memberUid: ID) { eventAt(position: $position, partner: $partner, memberUid: $memberUid) { memberUid } }',
    { position, ...audience },
  );
const named = (events: readonly Told[]) => events.map(({ type, memberUid }) => `${type} ${memberUid}`);

test('a donation that is made and cancelled names nobody to the charity, unless the donor agreed, and for so long; itself it names', async () => {
  const { uid, viewer } = newMember();
  world.peers.give(uid, 'TEL-P', 2_000);
  const after = await now();
  const { donation } = await world.get<{ donation: { id: string } }>(
    viewer,
    'mutation { donate(cause: "schooling", programme: "TEL-P", points: 2000) { ... on Donated { donation { id } } } }',
    {},
    newKey(),
  );
  await world.get(viewer, `mutation { cancelDonation(donation: "${donation.id}") { __typename } }`, {}, newKey());
  const edu = { partner: 'edu' };
  const hidden = await told(after, edu, 2);
  expect(named(hidden)).toEqual(['REDEMPTION_COMPLETED null', 'REDEMPTION_RETURNED null']);
  expect(hidden.map(({ facts }) => (JSON.parse(facts) as { redemption: string }).redemption)).toEqual([donation.id, donation.id]);
  expect(JSON.stringify(hidden)).not.toContain(uid);
  const { position } = hidden[0] as Told;
  expect(await one(position, edu)).toEqual({ memberUid: null });
  expect(named(await told(after, { memberUid: uid }, 2))).toEqual([`REDEMPTION_COMPLETED ${uid}`, `REDEMPTION_RETURNED ${uid}`]);
  expect(await one(position, { memberUid: uid })).toEqual({ memberUid: uid });

  world.peers.named.add(`${uid} edu`);
  expect(named(await told(after, edu, 2))).toEqual([`REDEMPTION_COMPLETED ${uid}`, `REDEMPTION_RETURNED ${uid}`]);
  expect(await one(position, edu)).toEqual({ memberUid: uid });
  world.peers.named.delete(`${uid} edu`);
  expect(await one(position, edu)).toEqual({ memberUid: null });
});

test('where consents are out of reach nothing is told of donations, rather than with a name or for ever without', async () => {
  const { uid, viewer } = newMember();
  world.peers.give(uid, 'TEL-P', 100);
  const after = await now();
  await world.get(viewer, 'mutation { donate(cause: "schooling", programme: "TEL-P", points: 100) { __typename } }', {}, newKey());
  await told(after, { partner: 'edu' }, 1);
  world.peers.weather = (field) => (field === 'read' ? 'lostCall' : 'fine');
  const answer = await since(after, { partner: 'edu' });
  expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
  expect(JSON.stringify(answer)).not.toContain(uid);
});

test('a shop is told whose redemptions it delivers, without anybody being asked', async () => {
  const { uid, viewer } = newMember();
  world.peers.give(uid, 'AUTO-P', 5_000);
  const after = await now();
  await world.get(viewer, 'mutation { redeem(cart: [{ item: "basic-maintenance" }]) { __typename } }', {}, newKey());
  world.peers.weather = (field) => (field === 'read' ? 'lostCall' : 'fine');
  expect(named(await told(after, { partner: 'automotive' }, 1))).toEqual([`REDEMPTION_COMPLETED ${uid}`]);
});
