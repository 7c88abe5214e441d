import { subgraph } from '../../../../subgraphs/partners/travel/index.js';
import { viewers } from '../../../support/viewers.js';
import { codeOf, memberFields, must, openTrade, type OpenTrade, uids } from '../trade.js';

let travel: OpenTrade;
beforeAll(async () => {
  travel = await openTrade(subgraph, 'airline');
});
afterAll(() => travel.close());

const ask = (bookingRef: string, input: object) =>
  travel.ask(
    viewers.partner('airline'),
    `mutation ($input: ReportBookingInput!) { reportBooking(input: $input) { ... on BookingReported { booking { bookingRef kind fareFen } } } }`,
    { input: { memberRef: 'li', bookingRef, ...input } },
    bookingRef,
  );

test('a fare is accrued under what was booked', async () => {
  expect(must(await ask('F-1', { kind: 'FLIGHT', fareFen: 120_000 }), 'reportBooking')).toEqual({
    booking: { bookingRef: 'F-1', kind: 'FLIGHT', fareFen: 120_000 },
  });
  expect(travel.ledger.accruals[0]).toMatchObject({
    partner: 'airline',
    lines: [{ sku: 'flight', category: 'flight', fen: 120_000, cashFen: 120_000 }],
  });
  expect(codeOf(await ask('F-2', { kind: 'FLIGHT', fareFen: 0 }))).toBe('BAD_INPUT');
});

test('tickets have numbers of their own and are shown to the member', async () => {
  const { lines } = await travel.deliver('r-1', [{ line: 1, kind: 'TICKET', amount: 1, quantity: 2, item: 'scenic-ticket' }]);
  const numbers = (lines[0]?.reference ?? '').split(' ');
  expect(numbers).toEqual([expect.stringMatching(/^T-[0-9A-Z]{16}$/), expect.stringMatching(/^T-[0-9A-Z]{16}$/)]);
  const answer = await travel.ask(viewers.member(uids.li), ...memberFields(uids.li, 'travelTickets { number item { id } usedAt }'));
  expect(answer.data?.['_entities']).toEqual([
    { travelTickets: expect.arrayContaining(numbers.map((number) => ({ number, item: { id: 'scenic-ticket' }, usedAt: null }))) },
  ]);
});
