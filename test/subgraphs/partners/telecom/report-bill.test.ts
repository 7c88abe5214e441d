import { subgraph } from '../../../../subgraphs/partners/telecom/index.js';
import { viewers } from '../../../support/viewers.js';
import { testIds } from '../../../support/subgraph.js';
import { codeOf, memberFields, must, openTrade, type OpenTrade, uids } from '../trade.js';

let telecom: OpenTrade;
beforeAll(async () => {
  telecom = await openTrade(subgraph, 'telecom');
});
afterAll(() => telecom.close());
beforeEach(() => {
  telecom.ledger.mood = 'answers';
});

const query = `mutation ($input: ReportBillInput!) {
  reportBill(input: $input) {
    __typename
    ... on BillReported { replayed bill { id billRef period amountFen creditAppliedFen netFen accrual { id } partner { id } } }
    ... on Refusal { code message }
  }
}`;
interface Answer {
  __typename: string;
  code?: string;
  replayed: boolean;
  bill: { id: string; netFen: number; creditAppliedFen: number; accrual: { id: string } | null };
}
const partner = viewers.partner('telecom');
const bill = (billRef: string, amountFen: number, memberRef = 'li') => ({ memberRef, billRef, period: '2026-11', amountFen });
const ask = (input: object, key: string, viewer = partner) => telecom.ask(viewer, query, { input }, key);
const report = async (input: object, key: string): Promise<Answer> => must<Answer>(await ask(input, key), 'reportBill');
const asked = (purchaseRef: string) => telecom.ledger.accruals.filter((accrual) => accrual.purchaseRef === purchaseRef);

test('M-Li: 100.00 with 10.00 of phone credit is 90.00 net, and the ledger accrues on 100.00 gross and 90.00 cash', async () => {
  const receipt = await telecom.deliver('redemption-li', [
    { line: 1, kind: 'PHONE_CREDIT', amount: 1000, quantity: 1, item: 'phone-credit-10' },
  ]);
  expect(receipt).toEqual({
    accepted: true,
    reason: null,
    lines: [{ line: 1, reference: expect.stringMatching(/^R-/), detail: 'CNY 10.00' }],
  });
  const first = await report(bill('B-1', 10_000), 'b-1');
  expect(first).toEqual({
    __typename: 'BillReported',
    replayed: false,
    bill: {
      id: expect.any(String),
      billRef: 'B-1',
      period: '2026-11',
      amountFen: 10_000,
      creditAppliedFen: 1_000,
      netFen: 9_000,
      accrual: { id: 'accrual-1' },
      partner: { id: 'telecom' },
    },
  });
  expect(asked('B-1')).toEqual([
    expect.objectContaining({
      partner: 'telecom',
      memberUid: uids.li,
      lines: [{ sku: 'bill', category: 'bill', fen: 10_000, cashFen: 9_000 }],
    }),
  ]);
  expect((await report(bill('B-2', 10_000), 'b-2')).bill).toMatchObject({ creditAppliedFen: 0, netFen: 10_000 });
});

test('the same bill again is the first one, under its key or another, and another body under either is a conflict', async () => {
  const first = await report(bill('B-3', 500), 'b-3');
  expect(await report(bill('B-3', 500), 'b-3')).toEqual({ ...first, replayed: true });
  expect(await report({ ...bill('B-3', 500), memberRef: testIds.seal(uids.li, 'partner:telecom') }, 'b-3-other')).toEqual({
    ...first,
    replayed: true,
  });
  expect(codeOf(await ask(bill('B-3', 501), 'b-3'))).toBe('IDEMPOTENCY_CONFLICT');
  expect(codeOf(await ask(bill('B-3', 501), 'b-3-third'))).toBe('IDEMPOTENCY_CONFLICT');
  expect(codeOf(await ask(bill('B-3', 500, 'wang'), 'b-3-fourth'))).toBe('IDEMPOTENCY_CONFLICT');
  expect(asked('B-3')).toHaveLength(1);
});

test('fifty at once, with one key and with fifty, are one bill and one accrual', async () => {
  const same = await Promise.all(Array.from({ length: 50 }, () => report(bill('B-4', 700), 'b-4')));
  expect(new Set(same.map((answer) => `${answer.bill.id} ${answer.bill.accrual?.id}`)).size).toBe(1);
  expect(same.filter((answer) => !answer.replayed)).toHaveLength(1);
  const many = await Promise.all(Array.from({ length: 50 }, (_, index) => report(bill('B-5', 700), `b-5-${index}`)));
  expect(new Set(many.map((answer) => answer.bill.id)).size).toBe(1);
  expect(many.filter((answer) => !answer.replayed)).toHaveLength(1);
  expect([...asked('B-4'), ...asked('B-5')]).toHaveLength(2);
  expect(await telecom.sql(`select ref from bill where ref in ('B-4', 'B-5')`)).toHaveLength(2);
});

test.each(['unavailable before', 'unavailable after', 'broken'] as const)(
  'a ledger that is %s leaves a record that the same request completes',
  async (mood) => {
    const ref = `B-retry ${mood}`;
    telecom.ledger.mood = mood;
    expect(codeOf(await ask(bill(ref, 800), ref.replaceAll(' ', '-')))).toBe(mood === 'broken' ? 'INTERNAL' : 'SUBGRAPH_UNAVAILABLE');
    telecom.ledger.mood = 'answers';
    const again = await report(bill(ref, 800), ref.replaceAll(' ', '-'));
    expect(again).toMatchObject({ __typename: 'BillReported', replayed: true, bill: { accrual: { id: expect.any(String) } } });
    expect(asked(ref)).toHaveLength(1);
  },
);

test('a crash after the ledger answered is completed by the job, once, under the key of the request', async () => {
  telecom.ledger.mood = 'unavailable after';
  expect(codeOf(await ask(bill('B-6', 900), 'b-6'))).toBe('SUBGRAPH_UNAVAILABLE');
  expect(asked('B-6')).toHaveLength(1);
  await telecom.subgraph.runJob('finish-reports');
  expect(await telecom.sql(`select state from bill where ref = 'B-6'`)).toEqual([{ state: 'RECORDED' }]); // its lease still runs
  await telecom.sql(`update bill set lease_until = now() where ref = 'B-6'`);
  await telecom.subgraph.runJob('finish-reports'); // still unavailable: it stays for the next run
  telecom.ledger.mood = 'answers';
  await telecom.sql(`update bill set lease_until = now() where ref = 'B-6'`);
  const calls = telecom.ledger.calls;
  await Promise.all([telecom.subgraph.runJob('finish-reports'), telecom.subgraph.runJob('finish-reports')]);
  expect(telecom.ledger.calls - calls).toBe(1);
  expect(await telecom.sql(`select state, accrual from bill where ref = 'B-6'`)).toEqual([
    { state: 'COMPLETED', accrual: asked('B-6')[0]?.id },
  ]);
  expect(await report(bill('B-6', 900), 'b-6')).toMatchObject({ replayed: true, bill: { accrual: { id: asked('B-6')[0]?.id } } });
  expect(asked('B-6')).toHaveLength(1);
});

test.each`
  code                   | type
  ${'RULE_MISSING'}      | ${'RuleMissing'}
  ${'SUSPENDED_PARTNER'} | ${'SuspendedPartner'}
  ${'NOT_ENROLLED'}      | ${'NotEnrolled'}
`('a ledger that refuses with $code leaves no bill, gives the credit back and lets the bill be reported later', async ({ code, type }) => {
  const ref = `B-${code}`;
  await telecom.deliver(`redemption-${code}`, [{ line: 1, kind: 'PHONE_CREDIT', amount: 300, quantity: 1, item: 'x' }], uids.zhao);
  telecom.ledger.mood = { refuses: code };
  const refused = { __typename: type, code, message: expect.any(String) };
  expect(await report(bill(ref, 200, 'zhao'), `${ref}-1`)).toEqual(refused);
  telecom.ledger.mood = 'answers';
  expect(await report(bill(ref, 200, 'zhao'), `${ref}-1`)).toEqual(refused);
  const [fields, of] = memberFields(uids.zhao, 'phoneCreditFen bills { nodes { billRef } }');
  expect((await telecom.ask(partner, fields, of)).data?.['_entities']).toEqual([{ phoneCreditFen: 300, bills: { nodes: [] } }]);
  expect(await report(bill(ref, 200, 'zhao'), `${ref}-2`)).toMatchObject({
    __typename: 'BillReported',
    replayed: false,
    bill: { creditAppliedFen: 200 },
  });
  await telecom.withdraw(`redemption-${code}`);
  await report(bill(`${ref}-rest`, 1_000, 'zhao'), `${ref}-3`); // uses up what is left, for the next row of the table
  await telecom.sql(`update bill set state = 'REFUSED', refusal = 'TEST', accrual = null where member_uid = ?`, [uids.zhao]);
});

test('an error by which the ledger says no for good ends the record and stays the answer', async () => {
  telecom.ledger.mood = { fails: 'BAD_INPUT' };
  expect(codeOf(await ask(bill('B-7', 900), 'b-7'))).toBe('BAD_INPUT');
  telecom.ledger.mood = 'answers';
  expect(codeOf(await ask(bill('B-7', 900), 'b-7'))).toBe('BAD_INPUT');
  expect(await report(bill('B-7', 900), 'b-7-again')).toMatchObject({ replayed: false });
});

test('a number that the ledger keeps for another purchase is a conflict that leaves no bill, and gives the credit back', async () => {
  await telecom.deliver('redemption-taken', [{ line: 1, kind: 'PHONE_CREDIT', amount: 400, quantity: 1, item: 'x' }], uids.wang);
  const other = { partner: 'telecom', purchaseRef: 'B-taken', memberUid: uids.wang, lines: [], at: '' };
  telecom.ledger.accruals.push({ ...other, id: 'taken' });
  for (const _again of [1, 2]) expect(codeOf(await ask(bill('B-taken', 900, 'wang'), 'b-taken'))).toBe('IDEMPOTENCY_CONFLICT');
  expect(await telecom.sql(`select state from bill where ref = 'B-taken'`)).toEqual([{ state: 'REFUSED' }]);
  const [fields, of] = memberFields(uids.wang, 'phoneCreditFen');
  expect((await telecom.ask(partner, fields, of)).data?.['_entities']).toEqual([{ phoneCreditFen: 400 }]);
  expect(await report(bill('B-free', 900, 'wang'), 'b-free')).toMatchObject({ bill: { creditAppliedFen: 400 } });
});

test('a conflict of the key itself, under which it may have been accrued, ends nothing', async () => {
  telecom.ledger.mood = { fails: 'IDEMPOTENCY_CONFLICT', key: 'bill' };
  expect(codeOf(await ask(bill('B-key', 900), 'b-key'))).toBe('IDEMPOTENCY_CONFLICT');
  telecom.ledger.mood = 'answers';
  expect(await report(bill('B-key', 900), 'b-key')).toMatchObject({ __typename: 'BillReported', replayed: true });
});

test('two bills at once never pay with the same credit, and the journal says where it went', async () => {
  await telecom.deliver(
    'redemption-race',
    [{ line: 1, kind: 'PHONE_CREDIT', amount: 500, quantity: 2, item: 'phone-credit-5' }],
    uids.wang,
  );
  const answers = await Promise.all(Array.from({ length: 8 }, (_, index) => report(bill(`B-race-${index}`, 300, 'wang'), `race-${index}`)));
  expect(answers.map((answer) => answer.bill.creditAppliedFen).sort((a, b) => b - a)).toEqual([300, 300, 300, 100, 0, 0, 0, 0]);
  const [row] = await telecom.sql(
    `select sum(e.fen) as journal, min(c.fen) as balance from phone_credit_entry e
    join phone_credit c using (member_uid, partner) where member_uid = ?`,
    [uids.wang],
  );
  expect(row).toEqual({ journal: '0', balance: '0' });
  await expect(telecom.sql('update phone_credit_entry set fen = 1')).rejects.toThrow('only ever appended');
  await expect(telecom.sql('delete from phone_credit_entry')).rejects.toThrow('only ever appended');
});

test.each`
  what                 | input
  ${'zero'}            | ${{ amountFen: 0 }}
  ${'negative'}        | ${{ amountFen: -1 }}
  ${'2^53'}            | ${{ amountFen: 2 ** 53 }}
  ${'a fraction'}      | ${{ amountFen: 1.5 }}
  ${'no such month'}   | ${{ period: '2026-13' }}
  ${'an empty number'} | ${{ billRef: '' }}
  ${'a long number'}   | ${{ billRef: 'x'.repeat(101) }}
  ${'no zone'}         | ${{ at: '2026-11-21T10:00:00' }}
`('$what is bad input and records nothing', async ({ input }) => {
  const before = await telecom.sql('select id from bill');
  expect(codeOf(await ask({ ...bill('B-bad', 100), ...input }, 'b-bad'))).toBe('BAD_INPUT');
  expect(await telecom.sql('select id from bill')).toHaveLength(before.length);
});

test('whoever may not report for the partner is refused; an unknown member is a refusal; the operator reports for any', async () => {
  expect(codeOf(await ask({ ...bill('B-8', 100), partner: 'nobody' }, 'b-8'))).toBe('FORBIDDEN_OPERATION');
  expect(codeOf(await ask(bill('B-8', 100), 'b-8', viewers.member(uids.li) as never))).toBe('FORBIDDEN_FIELD');
  expect(codeOf(await ask(bill('B-8', 100), 'b-8', viewers.anonymous as never))).toBe('UNAUTHENTICATED');
  expect(await report(bill('B-8', 100, 'stranger'), 'b-8')).toMatchObject({ __typename: 'NotEnrolled', code: 'NOT_ENROLLED' });
  expect(codeOf(await telecom.ask(partner, query, { input: bill('B-8', 100) }))).toBe('BAD_INPUT');
  const operator = await ask({ ...bill('B-9', 100, 'telecom/li'), partner: 'telecom' }, 'b-9', viewers.staff());
  expect(must<Answer>(operator, 'reportBill')).toMatchObject({ __typename: 'BillReported' });
});

test('bills are paged, and each viewer is shown its own, through the root, the member and the key', async () => {
  await report(bill('B-10', 100, 'wang'), 'b-10');
  const page = async (viewer: typeof partner, after?: string) =>
    must<{ nodes: { billRef: string }[]; pageInfo: { endCursor: string; hasNextPage: boolean } }>(
      await telecom.ask(
        viewer,
        'query ($after: String) { bills(first: 5, after: $after) { nodes { billRef } pageInfo { endCursor hasNextPage } } }',
        { after },
      ),
      'bills',
    );
  const seen: string[] = [];
  for (let after: string | undefined, more = true; more;) {
    const { nodes, pageInfo } = await page(partner, after);
    seen.push(...nodes.map(({ billRef }) => billRef));
    after = pageInfo.endCursor;
    more = pageInfo.hasNextPage;
  }
  expect(seen[0]).toBe('B-10');
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen).toEqual(expect.arrayContaining(['B-1', 'B-6', 'B-9']));
  expect((await page(viewers.partner('other'))).nodes).toEqual([]);
  expect((await page(viewers.member(uids.zhao) as never)).nodes).toEqual([]);
  expect((await page(viewers.regulator as never)).nodes).toHaveLength(5);
  expect(codeOf(await telecom.ask(partner, '{ bills(after: "x") { nodes { billRef } } }'))).toBe('BAD_INPUT');
  expect(codeOf(await telecom.ask(partner, '{ bills(first: 101) { nodes { billRef } } }'))).toBe('BAD_INPUT');

  const [{ id }] = (await telecom.sql<{ id: string }>(`select id from bill where ref = 'B-1'`)) as [{ id: string }];
  const byKey = (viewer: typeof partner, key: string) =>
    telecom.ask(viewer, 'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Bill { billRef member { __typename } } } }', {
      of: [{ __typename: 'Bill', id: key }],
    });
  const shown = [{ billRef: 'B-1', member: { __typename: 'Member' } }];
  expect((await byKey(partner, id)).data?.['_entities']).toEqual(shown);
  expect((await byKey(viewers.member(uids.li) as never, id)).data?.['_entities']).toEqual(shown);
  for (const stranger of [viewers.partner('other'), viewers.member(uids.wang), viewers.anonymous])
    expect(await byKey(stranger as never, id)).toEqual(await byKey(stranger as never, uids.li));
  expect((await byKey(partner, 'no-uuid')).data?.['_entities']).toEqual([null]);

  const [fields, of] = memberFields(
    uids.li,
    'phoneCreditFen dataPacks { gb item { id } } bills(first: 2) { nodes { billRef } pageInfo { hasNextPage } }',
  );
  await telecom.deliver('redemption-data', [{ line: 1, kind: 'DATA_PACK', amount: 10, quantity: 2, item: 'data-pack-10' }]);
  const own = await telecom.ask(viewers.member(uids.li), fields, of);
  expect(own.data?.['_entities']).toEqual([
    {
      phoneCreditFen: 0,
      dataPacks: [{ gb: 20, item: { id: 'data-pack-10' } }],
      bills: { nodes: [{ billRef: 'B-9' }, { billRef: expect.any(String) }], pageInfo: { hasNextPage: true } },
    },
  ]);
  expect((await telecom.ask(viewers.partner('other'), fields, of)).data?.['_entities']).toEqual([
    { phoneCreditFen: 0, dataPacks: [], bills: { nodes: [], pageInfo: { hasNextPage: false } } },
  ]);
  const closed = await telecom.ask(viewers.member(uids.wang), fields, of);
  expect(closed.data?.['_entities']).toEqual([{ phoneCreditFen: null, dataPacks: null, bills: null }]);
});
