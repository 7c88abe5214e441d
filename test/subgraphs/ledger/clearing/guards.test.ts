import { change, rows } from '../../../../subgraphs/kernel/sql.js';
import { type NewObligation, obligationsOfRedemption, reversalOf, reversalsOf } from '../../../../subgraphs/ledger/clearing/obligations.js';
import { auditOf } from '../../../../subgraphs/ledger/proof/audit.js';
import type { Viewer } from '../../../../schema/viewer.js';
import { viewers } from '../../../support/viewers.js';
import { openTestLedger, small, type TestLedger, yan } from './ledger.js';

/** What the clearing promises, tried at every door: by the graph, at once, and past the program in the database. */
let ledger: TestLedger;
const admin = viewers.staff('admin');
const finance = viewers.staff('finance');
const other = viewers.staff('finance', 'staff-other');
const coalition = viewers.partner('coalition');
beforeEach(async () => {
  ledger = await openTestLedger();
  await ledger.at('2026-11-21T18:00:00+08:00');
});
afterEach(() => ledger.close());

let n = 0;
async function write<T = Record<string, unknown>>(viewer: Viewer, document: string, key = `k${(n += 1)}`): Promise<T> {
  const { data, errors } = await ledger.ask(viewer, `mutation { ${document} }`, {}, key);
  if (errors) throw new Error(String(errors[0]?.extensions?.['code']));
  return Object.values(data ?? {})[0] as T;
}
const closeNovember = async (): Promise<void> => {
  await ledger.at('2026-12-01T00:00:00+08:00');
  await write(finance, 'closePeriod(id: "2026-11") { __typename }');
};
const dispute = (viewer: Viewer, id: string, side: string) =>
  write<{ id: string }>(viewer, `dispute(line: "${id}:${side}", evidence: "seen ${(n += 1)}") { id }`);
const uphold = (id: string, fen: number, viewer = other) =>
  write(
    viewer,
    `resolveDispute(dispute: "${id}", fen: ${fen}, note: "right") { __typename ... on OverLine { limitFen } ... on DisputeResolved { dispute { adjustment { period fen } } } }`,
  );

test('nothing can be added to a closed period, not even past the program; the open one takes it', async () => {
  await ledger.append(yan);
  const insert = (period: string) =>
    change(
      ledger.em(),
      `insert into obligation (id, at, period, kind, debtor, creditor, programme, points, fen, fee_fen, fee_borne_by, cause)
       values (gen_random_uuid(), clock(), '${period}', 'REDEMPTION', 'coalition', 'telecom', 'COAL-P', 1, 1, 0, 'ACCEPTOR', 'x')`,
    );
  await insert('2026-11');
  await closeNovember();
  await expect(insert('2026-11')).rejects.toThrow(/2026-11 is closed/);
  await insert('2026-12');
  await expect(
    change(
      ledger.em(),
      `insert into settlement_net (period, partner, receivable_fen, payable_fen, fee_fen, net_fen) values ('2026-11', 'edu', 1, 1, 0, 0)`,
    ),
  ).rejects.toThrow(/2026-11 is closed/);
  expect((await auditOf(ledger.database.url)).filter((line) => /11c/.test(line))).toEqual([]);
});

test('disputes about one line together give back no more than the line, however often somebody is right', async () => {
  const [line] = await ledger.append(small(10_000n));
  const first = await dispute(coalition, String(line?.id), 'DEBTOR');
  expect(await uphold(first.id, 6_000)).toMatchObject({
    __typename: 'DisputeResolved',
    dispute: { adjustment: { period: '2026-11', fen: 6_000 } },
  });
  await closeNovember();
  const second = await dispute(coalition, String(line?.id), 'DEBTOR');
  expect(second.id).not.toBe(first.id);
  expect(await uphold(second.id, 4_001)).toEqual({ __typename: 'OverLine', limitFen: 4_000 });
  expect(await uphold(second.id, 4_000)).toMatchObject({ dispute: { adjustment: { period: '2026-12', fen: 4_000 } } });
  const third = await dispute(coalition, String(line?.id), 'DEBTOR');
  expect(await uphold(third.id, 1)).toEqual({ __typename: 'OverLine', limitFen: 0 });
});

test('what a return gave back already is not given back by a dispute again', async () => {
  const [line] = await ledger.append(yan);
  const back = await obligationsOfRedemption(ledger.em(), yan.redemption as string);
  await ledger.append(...reversalsOf(back, 'REDEMPTION', [{ programme: 'COAL-P', points: 20_000n, fen: 20_000n }], 'return'));
  const { id } = await dispute(coalition, String(line?.id), 'DEBTOR');
  expect(await uphold(id, 10_001)).toEqual({ __typename: 'OverLine', limitFen: 10_000 });
  const [coupon] = await ledger.append({ ...yan, kind: 'COUPON', points: 0n, feeFen: 0n, redemption: null });
  const taken = { ...yan, kind: 'COUPON', points: 0n, feeFen: 0n, redemption: null, id: String(coupon?.id), period: '2026-11' } as const;
  const none = { points: 0n, fen: 0n };
  await ledger.append(reversalOf(taken, none, { points: 0n, fen: 30_000n }, 'use') as NewObligation);
  expect(await uphold((await dispute(coalition, taken.id, 'DEBTOR')).id, 1)).toEqual({ __typename: 'OverLine', limitFen: 0 });
  const { id: theirs } = await dispute(viewers.partner('automotive'), String(line?.id), 'CREDITOR');
  expect(await uphold(theirs, 30_000)).toMatchObject({ __typename: 'DisputeResolved' });
});

test('a full return in three parts reverses the fee to the fen, across the end of a month', async () => {
  await ledger.append({ ...yan, fen: 29_999n, points: 29_999n, feeFen: 599n });
  const giveBack = async (fen: bigint) => {
    const recorded = await obligationsOfRedemption(ledger.em(), yan.redemption as string);
    await ledger.append(...reversalsOf(recorded, 'REDEMPTION', [{ programme: 'COAL-P', points: fen, fen }], 'return'));
  };
  await giveBack(9_999n);
  await closeNovember();
  await giveBack(10_000n);
  await giveBack(10_000n);
  const [sum] = await rows<{ fen: string; fee: string; periods: string }>(
    ledger.em(),
    `select sum(case when kind = 'RETURN' then -fen else fen end)::text as fen, sum(case when kind = 'RETURN' then -fee_fen else fee_fen end)::text as fee,
       string_agg(distinct period, ' ' order by period) filter (where kind = 'RETURN') as periods from obligation`,
  );
  expect(sum).toEqual({ fen: '0', fee: '0', periods: '2026-11 2026-12' });
});

test("payments twice at once are made once; another partner's reserve account is nobody's own", async () => {
  const add = (partner: string, kind: string, number: string) =>
    write(
      admin,
      `addPaymentAccount(partner: "${partner}", kind: ${kind}, number: "${number}") { __typename ... on AccountAdded { account } }`,
    );
  await ledger.append(yan);
  await closeNovember();
  expect(await add('telecom', 'RESERVE', 'RES0009')).toMatchObject({ __typename: 'AccountAdded' });
  for (const number of ['RES0009', 'res0009'])
    expect(await add('coalition', 'OWN', number)).toEqual({ __typename: 'AccountOfOtherPartner' });
  expect(await add('telecom', 'OWN', 'res0009')).toEqual({ __typename: 'AccountOfOtherKind' });
  for (const partner of ['automotive', 'coalition', 'operator'])
    await rows(ledger.em(), 'insert into settlement_account (partner, account) values (?, ?)', [
      partner,
      (await add(partner, 'OWN', `${partner}1`))['account'],
    ]);
  const pay = `makePaymentOrders(period: "2026-11") { __typename ... on PaymentOrdersMade { replayed orders { partner { id } fen } } }`;
  const made = await Promise.all(Array.from({ length: 6 }, () => write<{ replayed: boolean }>(finance, pay)));
  expect(made.filter(({ replayed }) => !replayed)).toHaveLength(1);
  expect(await rows(ledger.em(), 'select sum(fen)::int as sum, count(*)::int as n from payment_order')).toEqual([{ sum: 0, n: 3 }]);
});
