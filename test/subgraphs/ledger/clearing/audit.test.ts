import pg from 'pg';
import { v7 as uuid } from 'uuid';
import { auditOf } from '../../../../subgraphs/ledger/proof/audit.js';
import { stepsOf } from '../hold-steps.js';
import { finance, openPartners, type PartnersLedger } from './steps.js';

/** A ledger in which packs, limits, returns and a closed month are in order; then somebody with the keys to the database is not. */
let ledger: PartnersLedger;
let vandal: pg.Client;
beforeAll(async () => {
  ledger = await openPartners();
  await ledger.setClock('2026-11-21T12:00:00+08:00');
  const redemption = uuid();
  await ledger.buy(100);
  await ledger.earn('fashion', 150, { redemption });
  await ledger.limit('fashion', 10_000);
  await ledger.earn('fashion', 20);
  await stepsOf(ledger).giveBack(redemption, [], { cashFen: 1, cashTotalFen: 2 });
  await ledger.setClock('2026-12-01T00:00:00+08:00');
  await ledger.write(finance, 'mutation { closePeriod(id: "2026-11") { __typename } }');
  await ledger.earn('fashion', 60);
  vandal = new pg.Client(ledger.database.url);
  await vandal.connect();
  await vandal.query('set search_path = ledger, public');
});
afterAll(async () => {
  await vandal.end();
  await ledger.close();
});

const past = async (statement: string): Promise<void> => {
  await vandal.query('set session_replication_role = replica');
  await vandal.query(statement);
  await vandal.query('set session_replication_role = origin');
};
const broken = async (): Promise<string[]> => (await auditOf(ledger.database.url)).map((line) => /^BAD (\S+)/.exec(line)?.[1] ?? line);

test.each`
  invariant | harm                                                                               | repair
  ${'9'}    | ${'alter table pack_draw disable trigger pack_draw_append_only'}                   | ${'alter table pack_draw enable trigger pack_draw_append_only'}
  ${'9'}    | ${'alter table payment_order disable trigger payment_order_append_only'}           | ${'alter table payment_order enable trigger payment_order_append_only'}
  ${'9'}    | ${'alter table kept_points disable trigger append_only'}                           | ${'alter table kept_points enable trigger append_only'}
  ${'7a'}   | ${'insert into kept_points select member_uid, id, id, 1, 1, at from point_return'} | ${'delete from kept_points'}
  ${'11h'}  | ${"update obligation set fen = fen - 1 where kind = 'RETURN'"}                     | ${"update obligation set fen = fen + 1 where kind = 'RETURN'"}
  ${'9a'}   | ${'alter table obligation disable trigger guarded'}                                | ${'alter table obligation enable trigger guarded'}
  ${'9a'}   | ${"delete from clearing_watch where name = '2026-11'"}                             | ${"insert into clearing_watch values ('2026-11')"}
  ${'11a'}  | ${'update accrual set owed_fen = owed_fen + 1 where owed_fen > 0'}                 | ${'update accrual set owed_fen = owed_fen - 1 where owed_fen > 0'}
  ${'11c'}  | ${"update obligation set period = '2026-11' where period = '2026-12'"}             | ${"update obligation set period = '2026-12' where at >= '2026-11-30T16:00:00Z'"}
  ${'11d'}  | ${'update pack set left_points = left_points + 1'}                                 | ${'update pack set left_points = left_points - 1'}
  ${'11e'}  | ${"update obligation set fen = fen + 1 where kind = 'PACK'"}                       | ${"update obligation set fen = fen - 1 where kind = 'PACK'"}
  ${'11f'}  | ${'update pack_draw set points = points - 1 where points < 0'}                     | ${'update pack_draw set points = points + 1 where points < 0'}
  ${'11g'}  | ${"insert into credit_movement values ('fashion', 1)"}                             | ${'delete from credit_movement where ctid = (select max(ctid) from credit_movement)'}
`('the audit finds by $invariant: $harm', async ({ invariant, harm, repair }) => {
  expect(await broken()).toEqual([]);
  await past(harm);
  expect(await broken()).toContain(invariant);
  await past(repair);
  expect(await broken()).toEqual([]);
});
