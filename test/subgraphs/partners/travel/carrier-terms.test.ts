import type { Transport } from '../../../../schema/transport.js';
import { rows } from '../../../../subgraphs/kernel/sql.js';
import { subgraph } from '../../../../subgraphs/partners/travel/index.js';
import { viewers } from '../../../support/viewers.js';
import { openTestSubgraph, type TestSubgraph } from '../../../support/subgraph.js';
import { catalog as caller, codeOf, must, uids } from '../trade.js';

/** The catalog, as far as a cancellation asks it: one ticket with 90.00 of taxes, paid with nobody's own points. */
const catalog: Transport = {
  send: (_subgraph, { query }) =>
    Promise.resolve({
      data: query.includes('returnLines')
        ? { returnLines: { __typename: 'LinesReturned', restored: [], cashFen: 9_000 } }
        : { redemption: { state: 'COMPLETED', lines: [{ line: 1, quantity: 1, returnedQuantity: 0 }], legs: [] } },
    }),
  ready: () => Promise.resolve(true),
  close: () => Promise.resolve(),
};
let travel: TestSubgraph;
beforeAll(async () => {
  travel = await openTestSubgraph(subgraph as never, catalog);
});
afterAll(() => travel.close());

const airline = viewers.partner('airline');
const set = (passengerFeeFen: number, key: string) =>
  travel.ask(
    airline,
    'mutation ($fee: Fen!) { setCarrierTerms(passengerFeeFen: $fee) { terms { passengerFeeFen validFrom } replayed } }',
    { fee: passengerFeeFen },
    key,
  );
const terms = async (partner = 'airline'): Promise<unknown> =>
  must(
    await travel.ask(viewers.anonymous, 'query ($of: ID!) { carrierTerms(partner: $of) { partnerId passengerFeeFen validFrom } }', {
      of: partner,
    }),
    'carrierTerms',
  );
const deliver = async (redemption: string): Promise<void> => {
  const order = {
    redemption,
    memberUid: uids.li,
    partner: 'airline',
    lines: [{ line: 1, kind: 'TICKET', amount: 1, quantity: 1, item: 'award-flight' }],
  };
  const answer = await travel.ask(
    caller,
    'mutation ($order: DeliveryOrderInput!) { deliver(order: $order) { accepted } }',
    { order },
    `${redemption}:deliver`,
  );
  expect(must(answer, 'deliver')).toEqual({ accepted: true });
};
const callOff = async (booking: string, by = 'PASSENGER'): Promise<unknown> => {
  const answer = await travel.ask(
    airline,
    `mutation ($input: CancelBookingInput!) { cancelBooking(input: $input) { ... on BookingCancelled { cancellation { feeFen feeDueFen refundFen } } } }`,
    { input: { booking, by, event: `${booking}-off` } },
    `${booking}-off`,
  );
  return must<{ cancellation: unknown }>(answer, 'cancelBooking').cancellation;
};
const fee = (feeFen: number, feeDueFen = 0): object => ({ feeFen, feeDueFen, refundFen: 9_000 - feeFen });

test('the fee of the delivery counts: raised, lowered or set for the first time afterwards, it is what it was', async () => {
  expect(await terms()).toEqual({ partnerId: 'airline', passengerFeeFen: 0, validFrom: null });
  await deliver('before-any');
  await set(5_000, 'first');
  await deliver('under-first');
  await set(12_000, 'raised');
  await deliver('under-raised');
  await set(0, 'waived');
  await deliver('under-waived');
  expect(await callOff('before-any')).toEqual(fee(0));
  expect(await callOff('under-first')).toEqual(fee(5_000));
  expect(await callOff('under-raised')).toEqual(fee(9_000, 3_000));
  expect(await callOff('under-waived')).toEqual(fee(0));
  await set(7_000, 'again');
  await deliver('by-the-carrier');
  expect(await callOff('by-the-carrier', 'CARRIER')).toEqual(fee(0));
});

test('everything at one instant: what was delivered before the fee rose is under the one before', async () => {
  const clock = (body: string) =>
    rows(
      travel.subgraph.database.em.fork() as never,
      `create or replace function clock() returns timestamptz stable language sql as $$select ${body}$$`,
    );
  await clock(`timestamptz '2026-12-01T10:00:00+08:00'`);
  await set(1_000, 'stopped-1');
  await deliver('stopped');
  await set(2_000, 'stopped-2');
  expect(await terms()).toMatchObject({ passengerFeeFen: 2_000, validFrom: '2026-12-01T02:00:00.000Z' });
  expect(await callOff('stopped')).toEqual(fee(1_000));
  await clock('transaction_timestamp()');
});

test('a version each, in the audit with what it took the place of; under one key there is one', async () => {
  const sql = <T extends object>(statement: string) => rows<T>(travel.subgraph.database.em.fork() as never, statement);
  const [{ count }] = (await sql<{ count: string }>('select count(*) from carrier_terms')) as [{ count: string }];
  await Promise.all([set(100, 'once'), set(100, 'once'), set(200, 'other'), set(300, 'third')]);
  const [after] = await sql<{ count: string }>('select count(*) from carrier_terms');
  expect(Number(after?.count) - Number(count)).toBe(3);
  expect(codeOf(await set(101, 'once'))).toBe('IDEMPOTENCY_CONFLICT');
  expect([codeOf(await set(-1, 'least')), codeOf(await set(100_000_001, 'most'))]).toEqual(['BAD_INPUT', 'BAD_INPUT']);
  expect(
    await sql(`select partner, before, after from audit where outcome = 'CHANGED' and key in ('first', 'raised') order by at`),
  ).toEqual([
    { partner: 'airline', before: null, after: '{"passengerFeeFen":5000}' },
    { partner: 'airline', before: '{"passengerFeeFen":5000}', after: '{"passengerFeeFen":12000}' },
  ]);
});
