import { memberNamed, redeemOwn, type Redeemed, told } from '../../../journeys/story.js';
import { openTestGraph, type TestGraph } from '../../../support/graph.js';
import { seedTestGraph } from '../../../support/seed.js';
import { viewers } from '../../../support/viewers.js';

let graph: TestGraph;
beforeAll(async () => {
  graph = await openTestGraph();
  await seedTestGraph(graph);
});
afterAll(() => graph.close());

const admin = viewers.staff();
const approver = viewers.staff('approver');
const miles = async (): Promise<number> =>
  (
    await told<{ wallet: { available: number } }>(
      graph,
      await memberNamed(graph, 'M-Feng'),
      '{ me { wallet(programme: "AIR-M") { available } } }',
    )
  ).wallet.available;
const cancel = (booking: string, key: string): Promise<unknown> =>
  told(
    graph,
    admin,
    `mutation ($booking: String!) { cancelBooking(input: { partner: "airline", booking: $booking, by: CARRIER, event: "storm" }) {
      __typename ... on BookingCancelled { cancellation { compensated { points } } } ... on Refusal { code } } }`,
    { booking },
    key,
  );
const travel = <T extends object>(sql: string): Promise<T[]> => graph.subgraph('travel').database.em.fork().execute<T[]>(sql);
/** Whether the next try is about so many seconds away: by half of them, pauses that double are told apart. */
const waiting = (pause: number): Promise<object[]> =>
  travel(
    `select state, tries, extract(epoch from lease_until - now()) between ${pause / 2} and ${pause} as waits from travel.cancellation`,
  );
/** As if the pause were over. */
const goOn = async (): Promise<void> => {
  await travel(`update travel.cancellation set lease_until = now() - interval '1 second'`);
  await Promise.all([1, 2, 3].map(() => graph.subgraph('travel').runJob('finish-cancellations')));
};

test('the compensation of a suspended carrier waits, less and less often asked for, and follows once when it is reinstated', async () => {
  expect(await miles()).toBe(30_000);
  const cart = [{ item: 'award-flight' }, { item: 'award-flight-tax' }];
  const { redemption } = await told<Redeemed>(
    graph,
    await memberNamed(graph, 'M-Feng'),
    redeemOwn,
    { cart, prefer: ['AIR-M'], cashMaxFen: 9_000 },
    'flight',
  );
  await told(graph, admin, 'mutation { suspend(partner: "airline", reason: "case 12") { partner { suspended } } }', {}, 'suspend');
  const first = { __typename: 'BookingCancelled', cancellation: { compensated: null } };
  expect(await cancel(redemption.id, 'cancel-1')).toEqual(first);
  // The miles are back at once, whatever becomes of the carrier.
  expect(await miles()).toBe(30_000);
  const near = (tries: number): object[] => [{ state: 'RETURNED', tries, waits: true }];
  expect(await waiting(30)).toEqual(near(1));
  await graph.subgraph('travel').runJob('finish-cancellations');
  expect(await waiting(30)).toEqual(near(1));
  for (const [tries, pause] of [
    [2, 60],
    [3, 120],
    [4, 240],
  ] as const) {
    await goOn();
    expect(await waiting(pause)).toEqual(near(tries));
  }
  await travel('update travel.cancellation set tries = 5000');
  await goOn();
  expect(await waiting(3_600)).toEqual(near(5_001));
  expect(await miles()).toBe(30_000);

  const { id } = await told<{ id: string }>(
    graph,
    admin,
    'mutation { reinstate(partner: "airline", reason: "case 12 closed") { ... on ChangeProposed { id } } }',
    {},
    'reinstate',
  );
  await told(graph, approver, 'mutation ($id: ID!) { approve(id: $id) { __typename } }', { id }, 'reinstated');
  // The job, and the same event again, at once.
  await Promise.all([goOn(), cancel(redemption.id, 'cancel-1'), cancel(redemption.id, 'cancel-2')]);
  await goOn();
  expect(await miles()).toBe(33_000);
  expect(await travel('select state, tries from travel.cancellation')).toEqual([{ state: 'COMPLETED', tries: 5_001 }]);
  expect(await cancel(redemption.id, 'cancel-1')).toMatchObject({ cancellation: { compensated: { points: 3_000 } } });
});
