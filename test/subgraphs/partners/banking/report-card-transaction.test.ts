import { subgraph } from '../../../../subgraphs/partners/banking/index.js';
import { viewers } from '../../../support/viewers.js';
import { codeOf, must, openTrade, type OpenTrade } from '../trade.js';

let banking: OpenTrade;
beforeAll(async () => {
  banking = await openTrade(subgraph, 'banking');
});
afterAll(() => banking.close());

const ask = (transactionRef: string, input: object) =>
  banking.ask(
    viewers.partner('banking'),
    `mutation ($input: ReportCardTransactionInput!) { reportCardTransaction(input: $input) {
      ... on CardTransactionReported { replayed cardTransaction { transactionRef kind cardProduct amountFen category certificate accrual { id } } } } }`,
    { input: { memberRef: 'li', transactionRef, ...input } },
    transactionRef,
  );

test.each`
  kind         | amountFen
  ${'OPENING'} | ${0}
  ${'ADVANCE'} | ${100_000}
  ${'FEE'}     | ${1_000}
`('M-Wu: $kind is recorded and never reaches the ledger', async ({ kind, amountFen }) => {
  const expected = {
    replayed: false,
    cardTransaction: { transactionRef: kind, kind, cardProduct: 'STANDARD', amountFen, category: null, certificate: null, accrual: null },
  };
  expect(must(await ask(kind, { kind, amountFen }), 'reportCardTransaction')).toEqual(expected);
  expect(must(await ask(kind, { kind, amountFen }), 'reportCardTransaction')).toEqual({ ...expected, replayed: true });
  expect(banking.ledger.calls).toBe(0);
});

test('M-Wu: then 1,000.00 of spending accrues; a green card carries its product and the certificate', async () => {
  expect(must(await ask('T-1', { kind: 'SPEND', amountFen: 100_000 }), 'reportCardTransaction')).toMatchObject({
    cardTransaction: { accrual: { id: 'accrual-1' } },
  });
  await ask('T-2', { kind: 'SPEND', cardProduct: 'GREEN', amountFen: 10_000, category: 'food', certificate: 'organic' });
  expect(banking.ledger.accruals.map(({ lines }) => lines)).toEqual([
    [{ sku: 'card', fen: 100_000, cashFen: 100_000, cardProduct: 'STANDARD', event: 'SPEND' }],
    [{ sku: 'card', category: 'food', fen: 10_000, cashFen: 10_000, certificate: 'organic', cardProduct: 'GREEN', event: 'SPEND' }],
  ]);
});

test.each(['SPEND', 'ADVANCE', 'FEE'])('%s of nothing is bad input, and so is a kind that nobody knows', async (kind) => {
  expect(codeOf(await ask('T-bad', { kind, amountFen: 0 }))).toBe('BAD_INPUT');
  expect(codeOf(await ask('T-bad', { kind: 'GIFT', amountFen: 1 }))).toBe('BAD_INPUT');
});

test('the database itself refuses points for anything but spending', async () => {
  await expect(banking.sql(`update card_transaction set accrual = 'x' where kind = 'OPENING'`)).rejects.toThrow('check');
});
