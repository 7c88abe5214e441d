import { v7 as uuid } from 'uuid';
import { openSubgraph, type RunningSubgraph } from '../../../../subgraphs/kernel/subgraph.js';
import { subgraph } from '../../../../subgraphs/ledger/index.js';
import { auditOf } from '../../../../subgraphs/ledger/proof/audit.js';
import { testIds } from '../../../support/subgraph.js';
import { unreachable } from '../../../support/transport.js';
import { stepsOf } from '../hold-steps.js';
import { openLedger, type TestLedger } from '../ledger.js';

let ledger: TestLedger;
let second: RunningSubgraph;
beforeAll(async () => {
  ledger = await openLedger();
  second = await openSubgraph(subgraph as never, { url: ledger.database.url, transport: unreachable, ids: testIds });
  const steps = stepsOf(ledger);
  await ledger.setClock('2026-01-01T00:00:00Z');
  await Promise.all(
    Array.from({ length: 25 }, async () => {
      const member = uuid();
      await ledger.accrue(member, 'COAL-P', 100);
      await ledger.accrue(member, 'COAL-P', 50);
      await steps.place(member, [{ programme: 'COAL-P', points: 120, fen: 120 }], { expiresAt: '2026-01-01T01:00:00Z' });
    }),
  );
});
afterAll(async () => {
  await second.close();
  await ledger.close();
});

/** Everything that the jobs may change. */
const state = () =>
  ledger.sql(
    `select (select count(*)::int from hold where open) as open_holds, (select count(*)::int from hold where state = 'EXPIRED') as expired_holds,
            (select count(*)::int from entry where kind = 'EXPIRY') as expiries, (select sum(remaining)::int from lot) as remaining,
            (select sum(held)::int from lot) as held, (select count(*)::int from root) as roots, (select coalesce(sum(seq - after), 0)::int from root_head) as sealed`,
  );

/** Two processes, each with several runs at once. */
const allAtOnce = async (job: string): Promise<void> => {
  await Promise.all([ledger.subgraph, second, ledger.subgraph, second].map((instance) => instance.runJob(job)));
  await ledger.subgraph.runJob(job); // What one instance held the other left for the next run.
};

test('two instances at once do the work once; twice and late change nothing', async () => {
  const begun = { open_holds: 25, expired_holds: 0, expiries: 0, remaining: 3_750, held: 3_000, roots: 0, sealed: 0 };
  expect(await state()).toEqual([begun]);
  for (const job of ['expire-holds', 'expire-lots']) await allAtOnce(job);
  expect(await state()).toEqual([begun]);
  await ledger.setClock('2026-01-01T01:00:00Z');
  await allAtOnce('expire-holds');
  const lapsed = { ...begun, open_holds: 0, expired_holds: 25, held: 0 };
  expect(await state()).toEqual([lapsed]);
  await ledger.setClock('2027-06-01T00:00:00Z');
  await allAtOnce('expire-lots');
  const over = { ...lapsed, expiries: 50, remaining: 0 };
  expect(await state()).toEqual([over]);
  await allAtOnce('seal-roots');
  const sealed = { ...over, roots: 1, sealed: 100 };
  for (const job of ['expire-holds', 'expire-lots', 'seal-roots', 'statement-roots']) {
    await allAtOnce(job);
    expect(await state()).toEqual([sealed]);
  }
  expect(await auditOf(ledger.database.url)).toEqual([]);
});
