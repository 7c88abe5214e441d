import { subgraph } from '../../../../subgraphs/partners/telecom/index.js';
import { viewers } from '../../../support/viewers.js';
import { codeOf, memberFields, must, openTrade, type OpenTrade, uids } from '../trade.js';

let telecom: OpenTrade;
beforeAll(async () => {
  telecom = await openTrade(subgraph, 'telecom');
});
afterAll(() => telecom.close());

const partner = viewers.partner('telecom');
const setDocument = `mutation ($share: Int!, $partner: ID) {
  setBillTerms(creditShareBasisPoints: $share, partner: $partner) { terms { partnerId creditShareBasisPoints } replayed }
}`;
const set = (share: number, key: string, viewer = partner, named?: string) =>
  telecom.ask(viewer, setDocument, { share, partner: named ?? null }, key);
const terms = async (of: string): Promise<unknown> =>
  must(
    await telecom.ask(viewers.anonymous, 'query ($of: ID!) { billTerms(partner: $of) { partnerId creditShareBasisPoints } }', { of }),
    'billTerms',
  );
const report = async (billRef: string, amountFen: number, memberRef = 'li', key = billRef): Promise<unknown> => {
  const { bill } = must<{ bill: unknown }>(
    await telecom.ask(
      partner,
      `mutation ($input: ReportBillInput!) { reportBill(input: $input) { ... on BillReported { bill { creditAppliedFen netFen } } } }`,
      { input: { memberRef, billRef, period: '2026-11', amountFen } },
      key,
    ),
    'reportBill',
  );
  return bill;
};
const paid = (amountFen: number, creditAppliedFen: number): object => ({ creditAppliedFen, netFen: amountFen - creditAppliedFen });
const credit = async (uid: string): Promise<unknown> => {
  const [member] = must<{ phoneCreditFen: number }[]>(await telecom.ask(partner, ...memberFields(uid, 'phoneCreditFen')), '_entities');
  return member?.phoneCreditFen;
};
const give = (redemption: string, fen: number, uid: string) =>
  telecom.deliver(redemption, [{ line: 1, kind: 'PHONE_CREDIT', amount: fen, quantity: 1, item: 'phone-credit' }], uid);

test('a share that nobody set is the whole bill (B22), and everybody reads it', async () => {
  expect(await terms('telecom')).toEqual({ partnerId: 'telecom', creditShareBasisPoints: 10_000 });
  await give('whole', 10_000, uids.li);
  expect(await report('whole', 10_000)).toEqual(paid(10_000, 10_000));
  expect(await credit(uids.li)).toBe(0);
});

test('the share to the fen, for bills from then on; the rest stays as credit, and what was reported stays as it was', async () => {
  await give('shares', 30_000, uids.wang);
  const steps = [
    [0, 0],
    [1, 1],
    [9_999, 9_998],
    [10_000, 9_999],
  ] as const;
  let left = 30_000;
  for (const [share, applied] of steps) {
    expect(must(await set(share, `share-${share}`), 'setBillTerms')).toEqual({
      terms: { partnerId: 'telecom', creditShareBasisPoints: share },
      replayed: false,
    });
    expect(await terms('telecom')).toMatchObject({ creditShareBasisPoints: share });
    const amount = share === 1 ? 10_000 : 9_999;
    expect(await report(`bill-${share}`, amount, 'wang')).toEqual(paid(amount, applied));
    left -= applied;
    expect(await credit(uids.wang)).toBe(left);
  }
  // The same bill under another key, under other terms: it is the bill that it was.
  expect(await report('bill-1', 10_000, 'wang', 'bill-1-again')).toEqual(paid(10_000, 1));
  expect(await credit(uids.wang)).toBe(left);
  expect(telecom.ledger.accruals.find(({ purchaseRef }) => purchaseRef === 'bill-9999')).toMatchObject({
    lines: [{ fen: 9_999, cashFen: 1 }],
  });
});

test('a bill that is refused gives back just what it took', async () => {
  await give('refused', 500, uids.zhao);
  await set(2_500, 'quarter');
  telecom.ledger.mood = { refuses: 'RULE_MISSING' };
  await telecom.ask(
    partner,
    'mutation ($input: ReportBillInput!) { reportBill(input: $input) { __typename } }',
    { input: { memberRef: 'zhao', billRef: 'refused', period: '2026-11', amountFen: 1_000 } },
    'refused',
  );
  telecom.ledger.mood = 'answers';
  expect(await credit(uids.zhao)).toBe(500);
  expect(await report('refused', 1_000, 'zhao', 'refused-again')).toEqual(paid(1_000, 250));
});

test('a share beyond both ends is bad input; of two at once one says so under the same key', async () => {
  expect([codeOf(await set(-1, 'below')), codeOf(await set(10_001, 'above'))]).toEqual(['BAD_INPUT', 'BAD_INPUT']);
  const twice = await Promise.all([set(3_000, 'twice'), set(3_000, 'twice')]);
  expect(twice.map((answer) => must<{ replayed: boolean }>(answer, 'setBillTerms').replayed)).toEqual(
    expect.arrayContaining([false, true]),
  );
  expect(codeOf(await set(3_001, 'twice'))).toBe('IDEMPOTENCY_CONFLICT');
});

test('each of several at once is told what it took the place of', async () => {
  await set(5_000, 'start');
  await Promise.all([1_000, 2_000, 3_000, 4_000].map((share) => set(share, `at-once-${share}`)));
  const told = await telecom.sql<{ before: string; after: string }>(
    `select before, after from audit where key like 'at-once-%' and outcome = 'CHANGED'`,
  );
  const shareIn = (text: string): number => (JSON.parse(text) as { creditShareBasisPoints: number }).creditShareBasisPoints;
  expect(new Set(told.map(({ before }) => shareIn(before))).size).toBe(4);
  const last = told.map(({ after }) => shareIn(after)).find((share) => !told.some(({ before }) => shareIn(before) === share));
  expect(await terms('telecom')).toEqual({ partnerId: 'telecom', creditShareBasisPoints: last });
});

test('a partner decides for its own bills, and the operator for any', async () => {
  expect(codeOf(await set(1, 'foreign', viewers.partner('other'), 'telecom'))).toBe('FORBIDDEN_OPERATION');
  expect(codeOf(await set(1, 'member', viewers.member(uids.li)))).toBe('FORBIDDEN_FIELD');
  expect(codeOf(await set(1, 'unnamed', viewers.staff()))).toBe('BAD_INPUT');
  must(await set(1, 'operator', viewers.staff(), 'other'), 'setBillTerms');
  must(await set(2, 'staff', viewers.partnerStaff('other')), 'setBillTerms');
  expect([await terms('other'), await terms('nobody')]).toMatchObject([{ creditShareBasisPoints: 2 }, { creditShareBasisPoints: 10_000 }]);
});

test('terms that change between two bills of one request count for the second', async () => {
  await give('one-request', 3_000, uids.zhao);
  const report = (billRef: string): string =>
    `reportBill(input: { memberRef: "zhao", billRef: "${billRef}", period: "2026-11", amountFen: 1000 }) @idempotent(key: "${billRef}") { ... on BillReported { bill { creditAppliedFen } } }`;
  await set(2_000, 'one-request-before');
  const { data } = await telecom.ask(
    partner,
    `mutation { before: ${report('r-1')} terms: setBillTerms(creditShareBasisPoints: 3000) @idempotent(key: "r-terms") { replayed } after: ${report('r-2')} }`,
    {},
  );
  expect(data).toMatchObject({ before: { bill: { creditAppliedFen: 200 } }, after: { bill: { creditAppliedFen: 300 } } });
});
