import { subgraph } from '../../../../subgraphs/partners/retail/index.js';
import { viewers } from '../../../support/viewers.js';
import { codeOf, memberFields, must, openTrade, type OpenTrade, uids } from '../trade.js';

let retail: OpenTrade;
beforeAll(async () => {
  retail = await openTrade(subgraph, 'fashion');
});
afterAll(() => retail.close());

const ask = (basketRef: string, input: object) =>
  retail.ask(
    viewers.partner('fashion'),
    `mutation ($input: ReportBasketInput!) { reportBasket(input: $input) {
      ... on BasketReported { basket { amountFen cashFen lines { sku category fen cashFen certificate } } } } }`,
    { input: { memberRef: 'li', basketRef, ...input } },
    basketRef,
  );
const dress = { sku: 'dress', category: 'dress', fen: 30_000, certificate: null };
const mug = { sku: 'mug', category: null, fen: 10_001, certificate: 'degradable' };

test('cash falls on the lines in proportion, in the record as in the ledger', async () => {
  const expected = [
    { ...dress, cashFen: 15_000 },
    { ...mug, cashFen: 5_000 },
  ];
  expect(must(await ask('K-1', { lines: [dress, mug], cashFen: 20_000 }), 'reportBasket')).toEqual({
    basket: { amountFen: 40_001, cashFen: 20_000, lines: expected },
  });
  expect(retail.ledger.accruals[0]?.lines).toMatchObject(expected);
  expect(must(await ask('K-2', { lines: [dress] }), 'reportBasket')).toMatchObject({ basket: { cashFen: 30_000 } });
  expect(must(await ask('K-3', { lines: [dress], cashFen: 0 }), 'reportBasket')).toMatchObject({ basket: { cashFen: 0 } });
});

test.each`
  what                      | input
  ${'more cash than price'} | ${{ lines: [dress], cashFen: 30_001 }}
  ${'negative cash'}        | ${{ lines: [dress], cashFen: -1 }}
  ${'no lines'}             | ${{ lines: [] }}
  ${'2^53'}                 | ${{ lines: [{ ...dress, fen: 2 ** 53 }] }}
`('$what is bad input and records nothing', async ({ input }) => {
  expect(codeOf(await ask('K-bad', input))).toBe('BAD_INPUT');
  expect(await retail.sql(`select 1 as found from basket where ref = 'K-bad'`)).toEqual([]);
});

test('goods are one shipment, and partners without a trade of their own have a receipt for anything', async () => {
  const { lines } = await retail.deliver('r-1', [
    { line: 1, kind: 'GOODS', amount: 1, quantity: 3, item: 'mug' },
    { line: 2, kind: 'DONATION', amount: 2_000, quantity: 1, item: 'schooling' },
  ]);
  expect(lines).toEqual([
    { line: 1, reference: expect.stringMatching(/^S-/), detail: 'mug × 3' },
    { line: 2, reference: expect.stringMatching(/^R-/), detail: 'schooling × 1' },
  ]);
  const answer = await retail.ask(viewers.member(uids.li), ...memberFields(uids.li, 'shipments { reference kind quantity item { id } }'));
  expect(answer.data?.['_entities']).toEqual([
    {
      shipments: expect.arrayContaining([{ reference: lines[0]?.reference, kind: 'GOODS', quantity: 3, item: { id: 'mug' } }]),
    },
  ]);
});
