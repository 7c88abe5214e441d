import { v7 as uuid } from 'uuid';
import { viewers } from '../../../support/viewers.js';
import { openLedger, refOf, type Row, type TestLedger } from '../ledger.js';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(() => ledger.close());

const accrue = `mutation ($ref: String!, $lines: [PurchaseLineInput!]!, $purchase: String!, $programme: ID, $at: DateTime) {
  accrue(memberRef: $ref, lines: $lines, purchaseRef: $purchase, programme: $programme, at: $at) {
    __typename
    ... on Accrued { replayed accrual { id points purchaseRef programme { id } lots { points available expiresAt } rules { rule { name } points } lines { sku points } } }
    ... on Refusal { code message }
  }
}`;
const telecom = viewers.partner('telecom');
const bill = (member: string, purchase = uuid(), more: Row = {}): Row => ({
  ref: refOf(member, 'telecom'),
  lines: [{ sku: 'bill', fen: 1000, cashFen: 900 }],
  purchase,
  at: '2026-11-10T10:00:00+08:00',
  ...more,
});

test('a purchase earns a lot in the earn programme, with its expiry and what each rule gave', async () => {
  const member = uuid();
  expect(await ledger.write(telecom, accrue, bill(member, 'B-1'))).toMatchObject({
    __typename: 'Accrued',
    replayed: false,
    accrual: {
      points: 1000,
      purchaseRef: 'B-1',
      programme: { id: 'TEL-P' },
      lots: [{ points: 1000, available: 1000, expiresAt: '2029-11-30T16:00:00.000Z' }],
      rules: [{ rule: { name: 'test' }, points: 1000 }],
      lines: [{ sku: 'bill', points: 1000 }],
    },
  });
  expect(await ledger.balance(member, 'TEL-P')).toEqual({ available: 1000, held: 0, pending: 0 });
});

test('a purchase accrues once: under its key, under another key, and at once', async () => {
  const member = uuid();
  const variables = bill(member, 'B-2');
  const first = await ledger.write(telecom, accrue, variables, 'k1');
  expect(await ledger.write(telecom, accrue, variables, 'k1')).toMatchObject({
    replayed: true,
    accrual: (first as { accrual: object }).accrual,
  });
  expect(await ledger.write(telecom, accrue, variables, 'k2')).toMatchObject({
    replayed: true,
    accrual: (first as { accrual: object }).accrual,
  });
  const other = await ledger.ask(telecom, accrue, { ...variables, lines: [{ sku: 'bill', fen: 2 }] }, 'k1');
  expect(other.errors?.[0]?.extensions?.['code']).toBe('IDEMPOTENCY_CONFLICT');
  const changed = await ledger.ask(telecom, accrue, { ...variables, lines: [{ sku: 'bill', fen: 2 }] }, 'k3');
  expect(changed.errors?.[0]?.extensions).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT', purchaseRef: 'B-2' });
  const racing = bill(uuid(), 'B-3');
  const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => ledger.write(telecom, accrue, racing, `race-${n}`)));
  expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
  expect(await ledger.balance(member, 'TEL-P')).toMatchObject({ available: 1000 });
});

test('refusals change nothing: unknown member, no rule, suspended partner', async () => {
  const state = () =>
    ledger.sql(
      'select (select count(*) from entry) e, (select count(*) from lot) l, (select count(*) from account) a, (select count(*) from wallet) w, (select count(*) from accrual) c, (select count(*) from obligation) o',
    );
  const before = await state();
  const refused = async (viewer = telecom, more: Row = {}) => ledger.write(viewer, accrue, bill(uuid(), uuid(), more));
  // A member that names somebody else: resolved without asking the members subgraph, which does not run here.
  const stranger = { ...viewers.member(uuid(), ['ledger.accrue:own']), partner: 'telecom' };
  expect(await refused(stranger)).toMatchObject({ code: 'NOT_ENROLLED' });
  const bank = viewers.partner('banking');
  const opened = { lines: [{ sku: 'card', fen: 1000, event: 'OPENING' }] };
  expect(await ledger.write(bank, accrue, { ...bill(uuid()), ...opened, ref: refOf(uuid(), 'banking') })).toMatchObject({
    code: 'RULE_MISSING',
  });
  expect(await refused(telecom, { at: '2019-01-01T00:00:00Z' })).toMatchObject({ code: 'RULE_MISSING' });
  await ledger.sql(`update partner set suspended = true where id = 'telecom'`);
  expect(await refused()).toMatchObject({ code: 'SUSPENDED_PARTNER', message: 'The partner is suspended' });
  await ledger.sql(`update partner set suspended = false where id = 'telecom'`);
  expect(await state()).toEqual(before);
  expect(await ledger.sql(`select distinct operation from audit where outcome = 'REFUSED'`)).toEqual([{ operation: 'accrue' }]);
});

test.each`
  what                      | more                                                                  | code
  ${'a foreign programme'}  | ${{ programme: 'AUTO-P' }}                                            | ${'FORBIDDEN_OPERATION'}
  ${'an unknown programme'} | ${{ programme: 'NO-P' }}                                              | ${'BAD_INPUT'}
  ${'no lines'}             | ${{ lines: [] }}                                                      | ${'BAD_INPUT'}
  ${'more cash than price'} | ${{ lines: [{ sku: 'x', fen: 1, cashFen: 2 }] }}                      | ${'BAD_INPUT'}
  ${'tomorrow'}             | ${{ at: '2999-01-01T00:00:00Z' }}                                     | ${'BAD_INPUT'}
  ${'beyond 2^53'}          | ${{ lines: [{ sku: 'x', fen: 9007199254740992 }] }}                   | ${'BAD_INPUT'}
  ${'a sum beyond 2^53'}    | ${{ lines: [1, 2].map(() => ({ sku: 'x', fen: 9007199254740991 })) }} | ${'BAD_INPUT'}
  ${'a negative price'}     | ${{ lines: [{ sku: 'x', fen: -1 }] }}                                 | ${'BAD_INPUT'}
  ${'an empty number'}      | ${{ purchase: '' }}                                                   | ${'BAD_INPUT'}
`('$what is $code', async ({ more, code }) => {
  const answer = await ledger.ask(telecom, accrue, bill(uuid(), uuid(), more as Row), uuid());
  expect(answer.errors?.[0]?.extensions?.['code']).toBe(code);
});

test('a partner that is not the issuer owes the issuer its price per point', async () => {
  const fashion = viewers.partner('fashion');
  const member = uuid();
  const answer = await ledger.write(fashion, accrue, {
    ...bill(member),
    ref: refOf(member, 'fashion'),
    lines: [{ sku: 'dress', fen: 30000 }],
  });
  expect(answer).toMatchObject({ accrual: { points: 30000, lots: [{ points: 30000, available: null }] } });
  const { id } = (answer as { accrual: { id: string } }).accrual;
  expect(await ledger.sql(`select kind, debtor, creditor, fen, fee_fen from obligation where cause = '${id}'`)).toEqual([
    { kind: 'ACCRUAL', debtor: 'fashion', creditor: 'coalition', fen: '30000', fee_fen: '0' },
  ]);
});

test('zero points make an accrual without a lot; points expired at their birth are not available', async () => {
  const member = uuid();
  // Before the rule begins whose place it takes.
  await ledger.setClock('2019-12-01T00:00:00Z');
  await ledger.publish({
    programme: 'TEL-P',
    name: 'tiny',
    kind: 'BASE',
    rate: { points: 1, fen: 100 },
    category: 'tiny',
    validFrom: '2020-01-01T00:00:00Z',
  });
  await ledger.setClock(new Date());
  const tiny = await ledger.write(telecom, accrue, bill(member, uuid(), { lines: [{ sku: 'x', fen: 99, category: 'tiny' }] }));
  expect(tiny).toMatchObject({ __typename: 'Accrued', accrual: { points: 0, lots: [] } });
  await ledger.write(telecom, accrue, bill(member, uuid(), { at: '2021-01-01T00:00:00Z' }));
  expect(await ledger.balance(member, 'TEL-P')).toMatchObject({ available: 0 });
});

test('the journal refuses change by anybody', async () => {
  for (const statement of [
    'update entry set points = 1',
    'delete from posting',
    'truncate entry',
    'update accrual_rule set rate_points = 2',
    'delete from entry',
  ])
    await expect(ledger.sql(statement)).rejects.toThrow(/never changes/);
});
