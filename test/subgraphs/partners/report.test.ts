import { subgraph as automotive } from '../../../subgraphs/partners/automotive/index.js';
import { subgraph as banking } from '../../../subgraphs/partners/banking/index.js';
import { subgraph as retail } from '../../../subgraphs/partners/retail/index.js';
import { subgraph as telecom } from '../../../subgraphs/partners/telecom/index.js';
import { subgraph as travel } from '../../../subgraphs/partners/travel/index.js';
import { viewers } from '../../support/viewers.js';
import { codeOf, memberFields, must, openTrade, type OpenTrade, uids } from './trade.js';

interface Case {
  readonly definition: unknown;
  readonly table: string;
  readonly mutation: string;
  readonly input: string;
  /** Field of the success that holds the record, its list at the root and at the member, its type. */
  readonly field: string;
  readonly list: string;
  readonly type: string;
  readonly ref: string;
  readonly body: Record<string, unknown>;
  readonly other: Record<string, unknown>;
}

const line = { sku: 'S-1', fen: 100_000 };
const cases: Record<string, Case> = {
  telecom: {
    definition: telecom,
    table: 'bill',
    mutation: 'reportBill',
    input: 'ReportBillInput',
    field: 'bill',
    list: 'bills',
    type: 'Bill',
    ref: 'billRef',
    body: { period: '2026-11', amountFen: 10_000 },
    other: { period: '2026-12' },
  },
  automotive: {
    definition: automotive,
    table: 'service_order',
    mutation: 'reportServiceOrder',
    input: 'ReportServiceOrderInput',
    field: 'serviceOrder',
    list: 'serviceOrders',
    type: 'ServiceOrder',
    ref: 'orderRef',
    body: { lines: [line] },
    other: { lines: [line, line] },
  },
  banking: {
    definition: banking,
    table: 'card_transaction',
    mutation: 'reportCardTransaction',
    input: 'ReportCardTransactionInput',
    field: 'cardTransaction',
    list: 'cardTransactions',
    type: 'CardTransaction',
    ref: 'transactionRef',
    body: { kind: 'SPEND', amountFen: 100_000 },
    other: { cardProduct: 'GREEN' },
  },
  travel: {
    definition: travel,
    table: 'booking',
    mutation: 'reportBooking',
    input: 'ReportBookingInput',
    field: 'booking',
    list: 'bookings',
    type: 'Booking',
    ref: 'bookingRef',
    body: { kind: 'FLIGHT', fareFen: 120_000 },
    other: { kind: 'HOTEL' },
  },
  retail: {
    definition: retail,
    table: 'basket',
    mutation: 'reportBasket',
    input: 'ReportBasketInput',
    field: 'basket',
    list: 'baskets',
    type: 'Basket',
    ref: 'basketRef',
    body: { lines: [line] },
    other: { cashFen: 1 },
  },
};

interface Answer {
  readonly __typename: string;
  readonly code?: string;
  readonly replayed: boolean;
  readonly record: { readonly id: string; readonly accrual: { readonly id: string } | null };
}

describe.each(Object.entries(cases))('%s', (name, { definition, table, mutation, input, field, list, type, ref, body, other }) => {
  let trade: OpenTrade;
  beforeAll(async () => {
    trade = await openTrade(definition, name);
  });
  afterAll(() => trade.close());
  beforeEach(() => {
    trade.ledger.mood = 'answers';
  });

  const partner = viewers.partner(name);
  const success = `${type}Reported`;
  const query = `mutation ($input: ${input}!) {
    ${mutation}(input: $input) { __typename ... on ${success} { replayed record: ${field} { id accrual { id } } } ... on Refusal { code } }
  }`;
  const ask = (number: string, key: string, more: Record<string, unknown> = {}, viewer = partner) =>
    trade.ask(viewer, query, { input: { memberRef: 'li', [ref]: number, ...body, ...more } }, key);
  const report = async (number: string, key: string, more: Record<string, unknown> = {}): Promise<Answer> =>
    must<Answer>(await ask(number, key, more), mutation);
  const accrued = (number: string) => trade.ledger.accruals.filter(({ purchaseRef }) => purchaseRef === number);
  const kept = (number: string) => trade.sql<{ state: string }>(`select state from ${table} where ref = ?`, [number]);

  test('a report twice, under one key or two, is one record and one accrual; another body is a conflict', async () => {
    const first = await report('A', 'a');
    expect(first).toMatchObject({ __typename: success, replayed: false, record: { accrual: { id: accrued('A')[0]?.id } } });
    expect(await report('A', 'a')).toEqual({ ...first, replayed: true });
    expect(await report('A', 'a-2')).toEqual({ ...first, replayed: true });
    expect(codeOf(await ask('A', 'a', other))).toBe('IDEMPOTENCY_CONFLICT');
    expect(codeOf(await ask('A', 'a-3', other))).toBe('IDEMPOTENCY_CONFLICT');
    expect(accrued('A')).toHaveLength(1);
  });

  test('fifty at once with one key are one record and one accrual', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => report('B', 'b')));
    expect(new Set(answers.map(({ record }) => record.id)).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(accrued('B')).toHaveLength(1);
    expect(await kept('B')).toEqual([{ state: 'COMPLETED' }]);
  });

  test.each(['unavailable before', 'unavailable after'] as const)('out of reach (%s): the job completes the record, once', async (mood) => {
    trade.ledger.mood = mood;
    expect(codeOf(await ask(mood, mood.replace(' ', '-')))).toBe('SUBGRAPH_UNAVAILABLE');
    expect(await kept(mood)).toEqual([{ state: 'RECORDED' }]);
    trade.ledger.mood = 'answers';
    await trade.sql(`update ${table} set lease_until = now() where ref = ?`, [mood]);
    await trade.subgraph.runJob('finish-reports');
    expect(await kept(mood)).toEqual([{ state: 'COMPLETED' }]);
    expect(await report(mood, mood.replace(' ', '-'))).toMatchObject({ replayed: true, record: { accrual: { id: accrued(mood)[0]?.id } } });
    expect(accrued(mood)).toHaveLength(1);
  });

  test('a refusal of the ledger leaves nothing that counts, and the purchase can be reported again', async () => {
    trade.ledger.mood = { refuses: 'RULE_MISSING' };
    expect(await report('C', 'c')).toEqual({ __typename: 'RuleMissing', code: 'RULE_MISSING' });
    trade.ledger.mood = 'answers';
    expect(await report('C', 'c')).toMatchObject({ __typename: 'RuleMissing' });
    expect(await report('C', 'c-2', other)).toMatchObject({ __typename: success, replayed: false });
  });

  test('nobody reports for another partner, and a record is shown to its partner and its member only', async () => {
    expect(codeOf(await ask('D', 'd', { partner: 'nobody' }))).toBe('FORBIDDEN_OPERATION');
    expect(await report('D', 'd', { memberRef: 'stranger' })).toEqual({ __typename: 'NotEnrolled', code: 'NOT_ENROLLED' });
    const own = `{ ${list}(first: 1) { nodes { ${ref} member { __typename } partner { id } } } }`;
    expect(must(await trade.ask(partner, own), list)).toEqual({
      nodes: [{ [ref]: 'C', member: { __typename: 'Member' }, partner: { id: name } }],
    });
    expect(must(await trade.ask(viewers.partner('other'), own), list)).toEqual({ nodes: [] });
    const [fields, of] = memberFields(uids.li, `${list}(first: 1) { nodes { ${ref} } }`);
    expect((await trade.ask(viewers.member(uids.li), fields, of)).data?.['_entities']).toEqual([{ [list]: { nodes: [{ [ref]: 'C' }] } }]);
    expect((await trade.ask(viewers.member(uids.wang), fields, of)).data?.['_entities']).toEqual([{ [list]: null }]);
    expect((await trade.ask(viewers.partner('other'), fields, of)).data?.['_entities']).toEqual([{ [list]: { nodes: [] } }]);
    const [{ id }] = (await trade.sql<{ id: string }>(`select id from ${table} where ref = 'A'`)) as [{ id: string }];
    const byKey = (viewer: typeof partner) =>
      trade.ask(viewer, `query ($of: [_Any!]!) { _entities(representations: $of) { ... on ${type} { ${ref} } } }`, {
        of: [{ __typename: type, id }],
      });
    expect((await byKey(partner)).data?.['_entities']).toEqual([{ [ref]: 'A' }]);
    expect((await byKey(viewers.partner('other'))).data?.['_entities']).toEqual([null]);
    expect((await byKey(viewers.anonymous as never)).data?.['_entities']).toEqual([null]);
  });
});
