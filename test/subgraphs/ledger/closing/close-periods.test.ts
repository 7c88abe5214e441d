import { v7 as uuid } from 'uuid';
import { openSubgraph, type RunningSubgraph } from '../../../../subgraphs/kernel/subgraph.js';
import { dueToClose } from '../../../../subgraphs/ledger/closing/closing-policy.js';
import { subgraph } from '../../../../subgraphs/ledger/index.js';
import { testIds } from '../../../support/subgraph.js';
import { unreachable } from '../../../support/transport.js';
import { viewers } from '../../../support/viewers.js';
import { stepsOf } from '../hold-steps.js';
import { openLedger, type Row, type TestLedger } from '../ledger.js';

let ledger: TestLedger;
let second: RunningSubgraph;
beforeAll(async () => {
  ledger = await openLedger();
  second = await openSubgraph(subgraph as never, { url: ledger.database.url, transport: unreachable, ids: testIds });
});
afterAll(async () => {
  await second.close();
  await ledger.close();
});

test.each`
  automatic | days | at                            | due
  ${true}   | ${0} | ${'2026-11-30T15:59:59.999Z'} | ${[]}
  ${true}   | ${0} | ${'2026-11-30T16:00:00Z'}     | ${['2026-11']}
  ${true}   | ${5} | ${'2026-12-05T15:59:59.999Z'} | ${[]}
  ${true}   | ${5} | ${'2026-12-05T16:00:00Z'}     | ${['2026-11']}
  ${true}   | ${5} | ${'2027-06-01T00:00:00Z'}     | ${['2026-11', '2026-12']}
  ${false}  | ${0} | ${'2027-06-01T00:00:00Z'}     | ${[]}
`('automatic $automatic, $days days after, at $at: $due', ({ automatic, days, at, due }: Row) =>
  expect(
    dueToClose({ automatic: automatic as boolean, daysAfter: days as number }, ['2026-12', '2026-11'], new Date(at as string)),
  ).toEqual(due),
);

const closed = () => ledger.sql('select id, closed_by from settlement_period order by id');
const set = (viewer = viewers.staff('finance'), automatic = true): Promise<Row> =>
  ledger.write(
    viewer,
    'mutation ($automatic: Boolean!) { setSettlementClosing(automatic: $automatic) { closing { automatic daysAfter } replayed } }',
    { automatic },
  );

test('off until the operator says so; then each month that is over is closed once, by however many instances', async () => {
  const steps = stepsOf(ledger);
  const member = uuid();
  await ledger.setClock('2026-11-21T04:00:00Z');
  await ledger.accrue(member, 'COAL-P', 1_000);
  const hold = uuid();
  await steps.place(member, [{ programme: 'COAL-P', points: 500, fen: 500 }], { hold });
  await steps.capture(hold);
  await ledger.setClock('2026-12-05T16:00:00Z');
  await ledger.subgraph.runJob('close-periods');
  expect(await closed()).toEqual([]);
  for (const other of [viewers.staff('approver'), viewers.partnerStaff('coalition'), viewers.partner('coalition'), viewers.regulator])
    await expect(set(other)).rejects.toThrow('FORBIDDEN');
  expect(await set()).toEqual({ closing: { automatic: true, daysAfter: 5 }, replayed: false });
  await ledger.setClock('2026-12-05T15:59:59Z');
  await ledger.subgraph.runJob('close-periods');
  expect(await closed()).toEqual([]);
  await ledger.setClock('2026-12-05T16:00:00Z');
  await Promise.all([ledger.subgraph, second, ledger.subgraph, second].map((instance) => instance.runJob('close-periods')));
  expect(await closed()).toEqual([{ id: '2026-11', closed_by: 'job:close-periods' }]);
  await ledger.setClock('2027-03-01T00:00:00Z');
  await ledger.subgraph.runJob('close-periods');
  expect(await closed()).toHaveLength(1);
  await set(viewers.staff('finance'), false);
  const { data } = await ledger.ask(viewers.regulator, '{ settlementClosing { automatic daysAfter } }');
  expect(data).toEqual({ settlementClosing: { automatic: false, daysAfter: 5 } });
});
