import fc from 'fast-check';
import { sumOf } from '../../../subgraphs/kernel/rational.js';
import { checkLines, onTheWire } from '../../../subgraphs/partners/purchase-line.js';
import { bookingLines } from '../../../subgraphs/partners/travel/purchase-lines.js';
import { BookingKind } from '../../../subgraphs/partners/travel/booking.entity.js';
import { cardLines } from '../../../subgraphs/partners/banking/purchase-lines.js';
import { CardProduct, CardTransactionKind } from '../../../subgraphs/partners/banking/card-kinds.js';
import { basketLines } from '../../../subgraphs/partners/retail/purchase-lines.js';
import { billLines, creditApplied } from '../../../subgraphs/partners/telecom/purchase-lines.js';
import { serviceLines } from '../../../subgraphs/partners/automotive/purchase-lines.js';

const max = 2n ** 53n - 1n;

/** Lines as `sku/category/certificate/card/event fen cash`, absent parts left out. */
const asText = (lines: ReturnType<typeof basketLines>): string =>
  lines
    .map(({ sku, category, certificate, cardProduct, event, fen, cashFen }) =>
      [[sku, category, certificate, cardProduct, event].filter(Boolean).join('/'), fen, cashFen].join(' '),
    )
    .join(', ');
const card = (kind: CardTransactionKind, cardProduct = CardProduct.STANDARD, certificate?: string) =>
  cardLines({ kind, cardProduct, amountFen: 100_000n, certificate });

test.each`
  what                               | lines                                                                                             | expected
  ${'B3 a bill of 100.00'}           | ${billLines(10_000n, 0n)}                                                                         | ${'bill/bill 10000 10000'}
  ${'B3 with 10.00 of credit'}       | ${billLines(10_000n, 1_000n)}                                                                     | ${'bill/bill 10000 9000'}
  ${'B22 paid by credit alone'}      | ${billLines(10_000n, 10_000n)}                                                                    | ${'bill/bill 10000 0'}
  ${'A26 service for 1,000.00'}      | ${serviceLines([{ sku: 'svc', fen: 100_000n }])}                                                  | ${'svc 100000 100000'}
  ${'A28 two lines'}                 | ${serviceLines([{ sku: 'a', category: 'tyre', fen: 1n }, { sku: 'b', fen: 2n }])}                 | ${'a/tyre 1 1, b 2 2'}
  ${'A14 spending'}                  | ${card(CardTransactionKind.SPEND)}                                                                | ${'card/STANDARD/SPEND 100000 100000'}
  ${'B9 green card, certified'}      | ${card(CardTransactionKind.SPEND, CardProduct.GREEN, 'organic')}                                  | ${'card/organic/GREEN/SPEND 100000 100000'}
  ${'A15 opening a card'}            | ${card(CardTransactionKind.OPENING)}                                                              | ${''}
  ${'A14 an advance'}                | ${card(CardTransactionKind.ADVANCE)}                                                              | ${''}
  ${'A14 a fee'}                     | ${card(CardTransactionKind.FEE)}                                                                  | ${''}
  ${'B16 a flight'}                  | ${bookingLines({ kind: BookingKind.FLIGHT, fareFen: 120_000n })}                                  | ${'flight/flight 120000 120000'}
  ${'a stay'}                        | ${bookingLines({ kind: BookingKind.HOTEL, fareFen: 5n })}                                         | ${'hotel/hotel 5 5'}
  ${'a scenic site'}                 | ${bookingLines({ kind: BookingKind.SCENIC, fareFen: 6_000n })}                                    | ${'scenic/scenic 6000 6000'}
  ${'a basket of thirds, 1.00 cash'} | ${basketLines([{ sku: 'a', fen: 100n }, { sku: 'b', fen: 100n }, { sku: 'c', fen: 100n }], 100n)} | ${'a 100 34, b 100 33, c 100 33'}
  ${'a basket without cash'}         | ${basketLines([{ sku: 'a', category: 'dress', certificate: 'eco', fen: 300n }], 0n)}              | ${'a/dress/eco 300 0'}
`('$what: $expected', ({ lines, expected }) => expect(asText(lines)).toBe(expected));

test.each`
  bill       | credit     | share     | applied
  ${100n}    | ${0n}      | ${10_000} | ${0n}
  ${100n}    | ${10n}     | ${10_000} | ${10n}
  ${100n}    | ${100n}    | ${10_000} | ${100n}
  ${100n}    | ${101n}    | ${10_000} | ${100n}
  ${100n}    | ${101n}    | ${0}      | ${0n}
  ${9_999n}  | ${10_000n} | ${1}      | ${0n}
  ${10_000n} | ${10_000n} | ${1}      | ${1n}
  ${19_999n} | ${20_000n} | ${1}      | ${1n}
  ${9_999n}  | ${10_000n} | ${9_999}  | ${9_998n}
  ${10_000n} | ${10_000n} | ${9_999}  | ${9_999n}
  ${10_000n} | ${9_998n}  | ${9_999}  | ${9_998n}
  ${1n}      | ${1n}      | ${9_999}  | ${0n}
  ${max}     | ${max}     | ${9_999}  | ${9_006_298_534_815_516n}
  ${max}     | ${max}     | ${10_000} | ${max}
`('a bill of $bill with credit of $credit, of which $share basis points count, uses $applied', ({ bill, credit, share, applied }) =>
  expect(creditApplied(bill, credit, share)).toBe(applied),
);

test('cash falls on the lines of a basket to the last fen, and on none more than its price', () => {
  fc.assert(
    fc.property(
      fc.array(fc.bigInt({ min: 1n, max: 10n ** 9n }), { minLength: 1, maxLength: 20 }),
      fc.bigInt({ min: 0n, max: 10_000n }),
      (prices, share) => {
        const total = sumOf(prices);
        const cash = (total * share) / 10_000n;
        const lines = basketLines(
          prices.map((fen, index) => ({ sku: String(index), fen })),
          cash,
        );
        expect(sumOf(lines.map(({ cashFen }) => cashFen))).toBe(cash);
        for (const { fen, cashFen } of lines) expect(cashFen >= 0n && cashFen <= fen).toBe(true);
      },
    ),
    { seed: 20261121 },
  );
});

test.each`
  what                | lines
  ${'no lines'}       | ${[]}
  ${'too many'}       | ${Array.from({ length: 201 }, () => ({ sku: 'a', fen: 1n }))}
  ${'no price'}       | ${[{ sku: 'a', fen: 0n }]}
  ${'a negative one'} | ${[{ sku: 'a', fen: -1n }]}
  ${'no number'}      | ${[{ sku: '', fen: 1n }]}
  ${'2^53 in sum'}    | ${[{ sku: 'a', fen: 2n ** 53n - 1n }, { sku: 'b', fen: 1n }]}
`('$what is refused', ({ lines }) => expect(() => checkLines(lines)).toThrow(/characters|lines|above zero/));

test('the wire has numbers, and what is absent stays absent', () => {
  expect(onTheWire([{ sku: 'a', fen: 2n ** 53n - 1n, cashFen: 0n, category: undefined }])).toBe(
    '[{"sku":"a","fen":9007199254740991,"cashFen":0}]',
  );
});
