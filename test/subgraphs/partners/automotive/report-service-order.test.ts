import { subgraph } from '../../../../subgraphs/partners/automotive/index.js';
import { viewers } from '../../../support/viewers.js';
import { codeOf, memberFields, must, openTrade, type OpenTrade, uids } from '../trade.js';

let automotive: OpenTrade;
beforeAll(async () => {
  automotive = await openTrade(subgraph, 'automotive');
});
afterAll(() => automotive.close());

const ask = (input: object, key: string) =>
  automotive.ask(
    viewers.partner('automotive'),
    `mutation ($input: ReportServiceOrderInput!) { reportServiceOrder(input: $input) {
      ... on ServiceOrderReported { serviceOrder { orderRef amountFen at lines { sku category fen } } } } }`,
    { input: { memberRef: 'wang', orderRef: key, ...input } },
    key,
  );

test('M-Wang: 1,000.00 of service is accrued line by line, at the time that the garage says', async () => {
  const lines = [
    { sku: 'oil', category: 'maintenance', fen: 60_000 },
    { sku: 'filter', category: null, fen: 40_000 },
  ];
  const answer = await ask({ lines, at: '2026-11-01T09:00:00+08:00' }, 'O-1');
  expect(must(answer, 'reportServiceOrder')).toEqual({
    serviceOrder: { orderRef: 'O-1', amountFen: 100_000, at: '2026-11-01T01:00:00.000Z', lines },
  });
  expect(automotive.ledger.accruals).toEqual([
    expect.objectContaining({
      purchaseRef: 'O-1',
      memberUid: uids.wang,
      at: '2026-11-01T01:00:00.000Z',
      lines: [
        { sku: 'oil', category: 'maintenance', fen: 60_000, cashFen: 60_000 },
        { sku: 'filter', category: null, fen: 40_000, cashFen: 40_000 },
      ],
    }),
  ]);
});

test.each([[[]], [[{ sku: 'a', fen: 0 }]], [[{ sku: 'a', fen: -5 }]], [[{ sku: 'a', fen: 2 ** 53 }]], [[{ sku: 'a', fen: 0.5 }]]])(
  'lines %j are bad input and record nothing',
  async (lines) => {
    expect(codeOf(await ask({ lines }, 'O-bad'))).toBe('BAD_INPUT');
    expect(await automotive.sql(`select 1 as found from service_order where ref = 'O-bad'`)).toEqual([]);
  },
);

test('a voucher per unit, shown to its member and its garage, gone when it is withdrawn', async () => {
  const { lines } = await automotive.deliver('r-1', [
    { line: 1, kind: 'SERVICE_VOUCHER', amount: 1, quantity: 2, item: 'basic-maintenance' },
  ]);
  const codes = (lines[0]?.reference ?? '').split(' ');
  expect(codes).toHaveLength(2);
  const [fields, of] = memberFields(uids.li, 'serviceVouchers { code item { id } usedAt }');
  const vouchers = async (viewer: Parameters<typeof automotive.ask>[0]) =>
    ((await automotive.ask(viewer, fields, of)).data?.['_entities'] as { serviceVouchers: { code: string }[] | null }[])[0]
      ?.serviceVouchers;
  const held = codes.map((code) => ({ code, item: { id: 'basic-maintenance' }, usedAt: null }));
  expect((await vouchers(viewers.member(uids.li)))?.sort((a, b) => (a.code < b.code ? -1 : 1))).toEqual(held);
  expect(await vouchers(viewers.partner('automotive'))).toHaveLength(2);
  expect(await vouchers(viewers.partner('other'))).toEqual([]);
  expect(await vouchers(viewers.member(uids.wang))).toBeNull();
  expect(await vouchers(viewers.anonymous)).toBeNull();
  expect(await automotive.withdraw('r-1')).toBe(true);
  expect(await vouchers(viewers.member(uids.li))).toEqual([]);
});
