import { setTimeout as pause } from 'node:timers/promises';
import { change, rows } from '../../../../subgraphs/kernel/sql.js';
import { close } from '../../../../subgraphs/ledger/clearing/close-period.js';
import { appendObligations } from '../../../../subgraphs/ledger/clearing/obligations.js';
import { viewers } from '../../../support/viewers.js';
import { begunAt, openTestLedger, small, type TestLedger, yan } from './ledger.js';

let ledger: TestLedger;
beforeEach(async () => {
  ledger = await openTestLedger();
});
afterEach(() => ledger.close());

const closing = `mutation ($id: ID!) { closePeriod(id: $id) {
  __typename
  ... on PeriodClosed { period { id status closedAt totalFen nets { partner { id } fen receivableFen payableFen feeFen } } replayed }
  ... on PeriodNotOver { endsAt }
  ... on Refusal { code message }
} }`;
const finance = viewers.staff('finance');
const closeAs = (id: string, key: string, viewer = finance) => ledger.ask(viewer, closing, { id }, key);
const periods = () =>
  rows<{ period: string; count: string }>(ledger.em(), 'select period, count(*)::text from obligation group by 1 order by 1');
const lastSecond = '2026-11-30T23:59:59+08:00';
const november = { id: '2026-11', status: 'CLOSED', closedAt: '2026-11-30T16:00:00.000Z', totalFen: 0 };
const yansNets = [
  { partner: { id: 'automotive' }, fen: 29400, receivableFen: 30000, payableFen: 0, feeFen: 600 },
  { partner: { id: 'coalition' }, fen: -30000, receivableFen: 0, payableFen: 30000, feeFen: 0 },
  { partner: { id: 'operator' }, fen: 600, receivableFen: 600, payableFen: 0, feeFen: 0 },
];

test('a month closes at its end in Shanghai and not a second before; later obligations belong to the next, and a repeat changes nothing', async () => {
  await ledger.at(lastSecond);
  await ledger.append(yan);
  const early = await closeAs('2026-11', 'early');
  expect(early.data?.['closePeriod']).toEqual({
    __typename: 'PeriodNotOver',
    endsAt: '2026-11-30T16:00:00.000Z',
    code: 'PERIOD_NOT_OVER',
    message: 'The settlement period is not over yet',
  });
  await ledger.at('2026-12-01T00:00:00+08:00');
  await ledger.append(small(100n));
  const closed = { __typename: 'PeriodClosed', period: { ...november, nets: yansNets }, replayed: false };
  expect(await closeAs('2026-11', 'k')).toEqual({ data: { closePeriod: closed } });
  await ledger.at('2026-12-01T00:00:01+08:00');
  await ledger.append(small(200n));
  expect((await closeAs('2026-11', 'k')).data?.['closePeriod']).toEqual({ ...closed, replayed: true });
  expect((await closeAs('2026-11', 'other')).data?.['closePeriod']).toEqual({ ...closed, replayed: true });
  expect(await periods()).toEqual([
    { period: '2026-11', count: '1' },
    { period: '2026-12', count: '2' },
  ]);
});

test('with the clock back in a closed month, obligations skip to the next open one', async () => {
  await ledger.at('2027-01-05T12:00:00+08:00');
  for (const id of ['2026-11', '2026-12']) await closeAs(id, id);
  await ledger.at(lastSecond);
  await ledger.append(yan);
  expect(await periods()).toEqual([{ period: '2027-01', count: '1' }]);
});

test('an empty month closes with no nets; what is no month is refused', async () => {
  await ledger.at('2026-12-01T00:00:00+08:00');
  const empty = { period: { ...november, nets: [] }, replayed: false };
  expect((await closeAs('2026-11', 'k')).data?.['closePeriod']).toMatchObject(empty);
  expect((await closeAs('2026-10', 'k')).errors?.[0]?.extensions).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
  for (const id of ['2026-13', 'november', ''])
    expect((await closeAs(id, 'bad')).errors?.[0]?.extensions).toEqual({ code: 'BAD_INPUT', argument: 'id' });
});

test("only the operator's staff close: not partners, not staff of a partner, not regulators", async () => {
  await ledger.at('2026-12-01T00:00:00+08:00');
  for (const viewer of [viewers.partner('automotive'), viewers.partnerStaff('automotive'), viewers.regulator, viewers.staff('approver')])
    expect((await closeAs('2026-11', 'k', viewer)).errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN_FIELD');
  const bounded = await closeAs('2026-11', 'k', viewers.partnerStaff('automotive', 'finance'));
  expect(bounded.errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN_OPERATION');
  expect(await rows(ledger.em(), 'select * from settlement_period')).toEqual([]);
});

test('a closing waits for an append under way, and an append that comes during a closing goes to the next month', async () => {
  await ledger.at('2026-12-01T00:00:00+08:00');
  const order: string[] = [];
  const first = ledger.em().transactional(async (tx) => {
    await begunAt(tx, lastSecond);
    await appendObligations(tx, [yan]);
    order.push('appended');
    await pause(300);
    order.push('append commits');
  });
  await pause(100);
  const closed = ledger.em().transactional(async (tx) => {
    await close(tx, '2026-11', 'staff');
    order.push('folded');
    await pause(300);
    order.push('closing commits');
  });
  await pause(350);
  await ledger.em().transactional(async (tx) => {
    await begunAt(tx, lastSecond);
    await appendObligations(tx, [small(100n)]);
    order.push('appended');
  });
  await Promise.all([first, closed]);
  expect(order).toEqual(['appended', 'append commits', 'folded', 'closing commits', 'appended']);
  expect(await periods()).toEqual([
    { period: '2026-11', count: '1' },
    { period: '2026-12', count: '1' },
  ]);
  expect((await closeAs('2026-11', 'k')).data?.['closePeriod']).toMatchObject({ period: { nets: yansNets } });
});

test('50 appends at once while the month closes: each is either in the nets or in the next month', async () => {
  await ledger.at('2026-12-01T00:00:00+08:00');
  const appends = Array.from({ length: 50 }, async (_, index) => {
    await pause(index * 3);
    await ledger.em().transactional(async (tx) => {
      await begunAt(tx, lastSecond);
      await appendObligations(tx, [small(1n << BigInt(index % 20)), small(50n)]);
    });
  });
  const closings = [60, 65, 70].map(async (ms) => {
    await pause(ms);
    return closeAs('2026-11', `k${ms}`);
  });
  const answers = await Promise.all(closings);
  await Promise.all(appends);
  const periodsNow = answers.map((answer) => (answer.data?.['closePeriod'] as { period: object }).period);
  expect(new Set(periodsNow.map((period) => JSON.stringify(period))).size).toBe(1);
  expect((await periods()).reduce((sum, { count }) => sum + Number(count), 0)).toBe(100);
  expect((await periods()).map(({ period }) => period)).toEqual(['2026-11', '2026-12']);
  const [sum] = await rows<{ fen: string; fee: string }>(
    ledger.em(),
    `select sum(fen)::text as fen, sum(fee_fen)::text as fee from obligation where period = '2026-11'`,
  );
  const [fen, fee] = [Number(sum?.fen), Number(sum?.fee)];
  expect((periodsNow[0] as { nets: object[] }).nets).toEqual([
    { partner: { id: 'automotive' }, fen: fen - fee, receivableFen: fen, payableFen: 0, feeFen: fee },
    { partner: { id: 'coalition' }, fen: -fen, receivableFen: 0, payableFen: fen, feeFen: 0 },
    { partner: { id: 'operator' }, fen: fee, receivableFen: fee, payableFen: 0, feeFen: 0 },
  ]);
});

test('the database refuses to change or remove what was recorded, and amounts that make no sense', async () => {
  await ledger.at('2026-12-01T00:00:00+08:00');
  await ledger.append(yan);
  await closeAs('2026-11', 'k');
  for (const table of ['obligation', 'settlement_period', 'settlement_net'])
    for (const statement of [`update ${table} set period = period`, `delete from ${table}`, `truncate ${table} cascade`])
      await expect(
        change(ledger.em(), statement.replace('settlement_period set period = period', 'settlement_period set id = id')),
      ).rejects.toThrow(/append-only/);
  for (const wrong of [{ fen: 0n }, { feeFen: -1n }, { creditor: 'coalition' }, { kind: 'RETURN' as const }, { points: -1n }])
    await expect(ledger.append({ ...yan, ...wrong })).rejects.toThrow(/violates check constraint/);
});
