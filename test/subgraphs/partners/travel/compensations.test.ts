import type { SubgraphAnswer, Transport } from '../../../../schema/transport.js';
import { serviceViewer } from '../../../../schema/viewer.js';
import { subgraph } from '../../../../subgraphs/partners/travel/index.js';
import { viewers } from '../../../support/viewers.js';
import { openTestSubgraph, type TestSubgraph } from '../../../support/subgraph.js';
import { catalog as caller, codeOf, must, uids } from '../trade.js';

interface Asked {
  readonly programme: string;
  readonly ref: string;
  readonly points: number;
}
/** What the ledger was asked to accrue, and what it answers in each programme. */
let asked: Asked[];
let answers: Readonly<Record<string, object>>;
/** How far the redemption is, and whether the catalog takes nothing of it back. */
let state: string;
let rejected: boolean;
const given = (id: string): object => ({ __typename: 'Accrued', accrual: { id } });

/** A ticket that was paid with points of two of the carrier's programmes and of a telecom operator. */
const leg = (programme: string, issuer: string): object => ({ programme: { id: programme }, issuer: { id: issuer } });
const lot = (programme: string, points: number): object => ({
  lot: `${programme}-${points}`,
  programme: { id: programme },
  points,
  expiresAt: null,
});
const peers: Transport = {
  send(_subgraph, { query, variables }) {
    if (query.includes('accrueFor')) {
      const { programme, ref, points } = variables as unknown as Asked;
      asked.push({ programme, ref, points });
      return Promise.resolve({ data: { accrueFor: answers[programme] } });
    }
    if (query.includes('returnLines')) {
      if (rejected) return Promise.resolve({ data: null, errors: [{ message: 'no', extensions: { code: 'BAD_INPUT' } }] });
      const restored = [lot('AIR-M', 20_000), lot('TEL-P', 500), lot('AIR-P', 5_000), lot('AIR-M', 10_000)];
      return Promise.resolve({ data: { returnLines: { __typename: 'LinesReturned', restored, cashFen: 0 } } });
    }
    const legs = [leg('AIR-M', 'airline'), leg('AIR-P', 'airline'), leg('TEL-P', 'telecom')];
    return Promise.resolve({ data: { redemption: { state, lines: [{ line: 1, quantity: 1, returnedQuantity: 0 }], legs } } });
  },
  ready: () => Promise.resolve(true),
  close: () => Promise.resolve(),
};
let travel: TestSubgraph;
beforeAll(async () => {
  travel = await openTestSubgraph(subgraph as never, peers);
});
afterAll(() => travel.close());
beforeEach(() => {
  asked = [];
  state = 'COMPLETED';
  rejected = false;
  answers = { 'AIR-M': given('m'), 'AIR-P': given('p') };
});

const cancel = async (redemption: string, by: string, key = `${redemption}-off`): Promise<SubgraphAnswer> => {
  const lines = [{ line: 1, kind: 'TICKET', amount: 1, quantity: 1, item: 'award-flight' }];
  const order = { redemption, memberUid: uids.li, partner: 'airline', lines };
  await travel.ask(
    caller,
    'mutation ($order: DeliveryOrderInput!) { deliver(order: $order) { accepted } }',
    { order },
    `${redemption}:deliver`,
  );
  return travel.ask(
    viewers.partner('airline'),
    'mutation ($input: CancelBookingInput!) { cancelBooking(input: $input) { ... on Refusal { code } ... on BookingCancelled { cancellation { id compensated { id } compensations { id } } } } }',
    { input: { booking: redemption, by, event: `${redemption}-off` } },
    key,
  );
};
const callOff = async (redemption: string, by = 'CARRIER'): Promise<unknown> =>
  must<{ cancellation: unknown }>(await cancel(redemption, by), 'cancelBooking').cancellation;
const openMatters = async (forfeit: boolean): Promise<unknown> =>
  must(
    await travel.ask(
      { ...serviceViewer('erasures', 'test'), via: 'members' },
      'query ($uid: ID!, $forfeit: Boolean!) { openMatters(memberUid: $uid, forfeit: $forfeit) { what detail } }',
      { uid: uids.li, forfeit },
    ),
    'openMatters',
  );
const all = { compensated: { id: 'm' }, compensations: [{ id: 'm' }, { id: 'p' }] };
const none = { compensated: null, compensations: [] };

test('each of the carrier’s programmes compensates the points of its own that came back, and nobody else’s', async () => {
  const { id, ...given } = (await callOff('two')) as { id: string };
  expect(given).toEqual(all);
  expect(asked).toEqual([
    { programme: 'AIR-M', ref: `cancellation/${id}`, points: 30_000 },
    { programme: 'AIR-P', ref: `cancellation/${id}/AIR-P`, points: 5_000 },
  ]);
  expect(await callOff('two')).toEqual({ id, ...all });
  expect(asked).toHaveLength(2);
});

test('a programme without a rule takes nothing from the other', async () => {
  answers = { 'AIR-M': { __typename: 'RuleMissing', code: 'RULE_MISSING' }, 'AIR-P': given('p') };
  expect(await callOff('one')).toMatchObject({ compensated: { id: 'p' }, compensations: [{ id: 'p' }] });
});

test('a suspension between two of them ends nothing: both are asked for again, by the same numbers', async () => {
  answers = { 'AIR-M': given('m'), 'AIR-P': { __typename: 'SuspendedPartner', code: 'SUSPENDED_PARTNER' } };
  expect(await callOff('suspended')).toMatchObject(none);
  // What waits is owed: who wants to be forgotten gives it up, or waits too.
  expect(await openMatters(false)).toEqual([{ what: 'COMPENSATION', detail: expect.any(String) }]);
  expect(await openMatters(true)).toEqual([]);
  answers = { 'AIR-M': given('m'), 'AIR-P': given('p') };
  await travel.subgraph.database.em.fork().execute(`update cancellation set lease_until = now() - interval '1 second'`);
  await travel.subgraph.runJob('finish-cancellations');
  expect(await callOff('suspended')).toMatchObject(all);
  expect(asked.slice(2)).toEqual(asked.slice(0, 2));
  expect(await openMatters(false)).toEqual([]);
});

test('a passenger who calls off is compensated by nobody', async () => {
  expect(await callOff('passenger', 'PASSENGER')).toMatchObject(none);
  expect(asked).toEqual([]);
});

const cancellationsOf = (redemption: string): Promise<object[]> =>
  travel.subgraph.database.em.fork().execute('select state from cancellation where redemption = ?', [redemption]);
const nothingLeft = { code: 'NOTHING_LEFT' };

test('of a redemption that failed nothing is called off, and of one under way not yet', async () => {
  state = 'FAILED';
  expect(must(await cancel('failed', 'CARRIER'), 'cancelBooking')).toEqual(nothingLeft);
  state = 'PENDING';
  expect(codeOf(await cancel('pending', 'CARRIER'))).toBe('SUBGRAPH_UNAVAILABLE');
  expect(await cancellationsOf('pending')).toEqual([]);
  state = 'COMPLETED';
  expect(await callOff('pending')).toMatchObject(all);
});

test('what the catalog rejects ends the cancellation, and a later one is not barred by it', async () => {
  rejected = true;
  for (const _again of [1, 2]) expect(must(await cancel('rejected', 'CARRIER'), 'cancelBooking')).toEqual(nothingLeft);
  expect(await cancellationsOf('rejected')).toEqual([{ state: 'REFUSED' }]);
  rejected = false;
  expect(must(await cancel('rejected', 'CARRIER', 'later'), 'cancelBooking')).toMatchObject({ cancellation: all });
});
