import { v7 as uuid } from 'uuid';
import { beginsAt } from '../../../../subgraphs/ledger/approvals/rate.js';
import { viewers } from '../../../support/viewers.js';
import { catalog, openLedger, type Row, type TestLedger } from '../ledger.js';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(() => ledger.close());

const proposeRate = `mutation ($programme: ID!, $value: PointValueInput!, $issuePrice: PointValueInput, $validFrom: DateTime!) {
  proposeRate(programme: $programme, value: $value, issuePrice: $issuePrice, validFrom: $validFrom, reason: "annual review") {
    id change { state rate { value { fen points } issuePrice { fen points } validFrom } }
  }
}`;
const approve = 'mutation ($id: ID!) { approve(id: $id) { __typename ... on Approved { state } ... on Refusal { code } } }';
const admin = viewers.staff('admin');
const approver = viewers.staff('approver');

test.each`
  validFrom       | agreedAt        | begins
  ${'2027-01-01'} | ${'2026-12-01'} | ${'2027-01-01'}
  ${'2026-11-01'} | ${'2026-12-01'} | ${'2026-12-01'}
  ${'2026-12-01'} | ${'2026-12-01'} | ${'2026-12-01'}
`('valid from $validFrom, agreed to on $agreedAt: begins $begins', ({ validFrom, agreedAt, begins }: Record<string, string>) => {
  expect(beginsAt(new Date(validFrom ?? ''), new Date(agreedAt ?? ''))).toEqual(new Date(begins ?? ''));
});

const valueOf = async (programme: string): Promise<Row> =>
  (
    (await ledger.ask(catalog, 'query ($ids: [ID!]!) { programmeTerms(ids: $ids) { valueFen valuePoints } }', { ids: [programme] })).data?.[
      'programmeTerms'
    ] as Row[]
  )[0] as Row;

test('a new value holds from its first instant, wherever it is read; before, the old one', async () => {
  await ledger.setClock('2026-11-21T12:00:00Z');
  const old = { valueFen: 10, valuePoints: 1 };
  const { id, change } = await ledger.write(admin, proposeRate, {
    programme: 'AUTO-P',
    value: { fen: 9, points: 1 },
    validFrom: '2026-12-01T00:00:00+08:00',
  });
  expect(change).toMatchObject({ state: 'PROPOSED', rate: { value: { fen: 9, points: 1 }, issuePrice: null } });
  await ledger.setClock('2026-11-22T12:00:00Z');
  expect(await ledger.write(approver, approve, { id })).toMatchObject({ state: 'APPROVED' });
  await ledger.setClock('2026-11-30T15:59:59Z');
  expect(await valueOf('AUTO-P')).toEqual(old);
  await ledger.setClock('2026-11-30T16:00:00Z');
  expect(await valueOf('AUTO-P')).toEqual({ valueFen: 9, valuePoints: 1 });
  const { data } = await ledger.ask(
    viewers.anonymous,
    '{ programme(id: "AUTO-P") { value { fen points } rates { value { fen points } validFrom } } }',
  );
  expect(data?.['programme']).toEqual({
    value: { fen: 9, points: 1 },
    rates: [
      { value: { fen: 10, points: 1 }, validFrom: null },
      { value: { fen: 9, points: 1 }, validFrom: '2026-11-30T16:00:00.000Z' },
    ],
  });
});

test('one that is agreed to late begins late: nothing is priced again in hindsight', async () => {
  await ledger.setClock('2026-12-05T00:00:00Z');
  const proposed = await ledger.write(admin, proposeRate, {
    programme: 'COAL-P',
    value: { fen: 2, points: 1 },
    validFrom: '2026-12-06T00:00:00Z',
  });
  await ledger.setClock('2026-12-10T00:00:00Z');
  expect(await valueOf('COAL-P')).toEqual({ valueFen: 1, valuePoints: 1 });
  await ledger.write(approver, approve, { id: proposed['id'] });
  expect(await valueOf('COAL-P')).toEqual({ valueFen: 2, valuePoints: 1 });
  expect(await ledger.sql(`select valid_from::text from programme_rate where programme = 'COAL-P'`)).toEqual([
    { valid_from: expect.stringContaining('2026-12-10') },
  ]);
});

test('of two rates with one first day the one agreed to later holds; the issue price is dated too', async () => {
  await ledger.setClock('2026-12-12T00:00:00Z');
  const propose = async (fen: number): Promise<void> => {
    const { id } = await ledger.write(admin, proposeRate, {
      programme: 'COAL-P',
      value: { fen, points: 1 },
      issuePrice: { fen: 7, points: 1 },
      validFrom: '2026-12-13T00:00:00Z',
    });
    await ledger.write(approver, approve, { id });
  };
  await propose(3);
  await propose(4);
  expect(await owedFor('before')).toEqual({ owed_fen: '100' });
  await ledger.setClock('2026-12-13T00:00:00Z');
  expect(await valueOf('COAL-P')).toEqual({ valueFen: 4, valuePoints: 1 });
  expect(await owedFor('after')).toEqual({ owed_fen: '700' });
});

/** What another shop owes for 100 points that it grants. */
async function owedFor(purchase: string): Promise<unknown> {
  const answer = await ledger.accrue(uuid(), 'COAL-P', 100, { partner: 'fashion', purchaseRef: purchase });
  const { accrual } = answer as { accrual: { id: string } };
  return (await ledger.sql(`select owed_fen from accrual where id = '${accrual.id}'`))[0];
}

test.each`
  year    | agreedTo
  ${2027} | ${['price', 'value']}
  ${2028} | ${['value', 'price']}
`('a rate without an issue price keeps the one that is in force when it begins: $agreedTo', async ({ year, agreedTo }) => {
  const rates = {
    price: { value: { fen: 4, points: 1 }, issuePrice: { fen: year, points: 1 }, validFrom: `${year}-01-01T00:00:00Z` },
    value: { value: { fen: 5, points: 1 }, validFrom: `${year}-02-01T00:00:00Z` },
  };
  await ledger.setClock(`${year - 1}-12-20T00:00:00Z`);
  for (const rate of agreedTo as (keyof typeof rates)[]) {
    const { id } = await ledger.write(admin, proposeRate, { programme: 'COAL-P', ...rates[rate] });
    await ledger.write(approver, approve, { id });
  }
  await ledger.setClock(`${year}-02-01T00:00:00Z`);
  expect(await valueOf('COAL-P')).toEqual({ valueFen: 5, valuePoints: 1 });
  expect(await owedFor(`february ${year}`)).toEqual({ owed_fen: `${year}00` });
});

test('its issuer’s people propose it, and nobody else’s; a value of nothing is none', async () => {
  const codeOf = async (viewer: typeof admin, value = { fen: 1, points: 1 }): Promise<unknown> =>
    (await ledger.ask(viewer, proposeRate, { programme: 'AUTO-P', value, validFrom: '2027-01-01T00:00:00Z' }, uuid())).errors?.[0]
      ?.extensions?.['code'];
  expect(await codeOf(viewers.partnerStaff('telecom'))).toBe('FORBIDDEN_OPERATION');
  expect(await codeOf(viewers.partner('automotive', ['programmes.write:own']))).toBe('FORBIDDEN_OPERATION');
  expect(await codeOf(viewers.partnerStaff('automotive'))).toBeUndefined();
  expect(await codeOf(admin, { fen: 0, points: 1 })).toBe('BAD_INPUT');
});
