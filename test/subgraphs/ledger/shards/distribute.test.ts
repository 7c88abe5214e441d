import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid } from 'uuid';
import { audit } from '../../../../subgraphs/ledger/proof/audit.js';
import { captureHold } from '../../../../subgraphs/ledger/points/end-hold.js';
import { burnPoints } from '../../../../subgraphs/ledger/points/place-hold.js';
import { distribute } from '../../../../subgraphs/ledger/shards/distribute.js';
import { calls, centralThoughTheyNameMembers, helpers, memberTables, referenceTables } from '../../../../subgraphs/ledger/shards/layout.js';
import { routingProblems } from '../../../../subgraphs/ledger/shards/routing.js';
import { type Leg, type Steps, stepsOf } from '../hold-steps.js';
import { openLedger, type TestLedger } from '../ledger.js';

/** Citus is not at hand: these note what they are asked for, and the tables stay where they are. */
const citus = [
  'create table pg_dist_partition (logicalrelid regclass primary key, column_name text, colocated text, shards integer)',
  'create table distributed_function (name regprocedure primary key, argument text)',
  `create function create_distributed_table(name regclass, col text, shard_count integer default null, colocate_with text default null) returns void
   language sql as 'insert into pg_dist_partition values (name, col, colocate_with, shard_count)'`,
  `create function create_reference_table(name regclass) returns void language sql as 'insert into pg_dist_partition values (name)'`,
  `create function create_distributed_function(name regprocedure, argument text default null, colocate_with text default null) returns void
   language sql as 'insert into distributed_function values (name, argument)'`,
];

let ledger: TestLedger;
let steps: Steps;
let em: EntityManager;
const noon = '2026-11-21T04:00:00Z';

beforeAll(async () => {
  process.env['TONGDUI_DISTRIBUTED'] = '1';
  ledger = await openLedger();
  steps = stepsOf(ledger);
  em = ledger.subgraph.database.em.fork() as EntityManager;
  await expect(distribute(em)).rejects.toThrow('The database has no Citus');
  for (const statement of citus) await ledger.sql(statement);
  await distribute(em, 32);
});
beforeEach(() => ledger.setClock(noon));
afterAll(async () => {
  delete process.env['TONGDUI_DISTRIBUTED'];
  await ledger.close();
});

const coal = (points: number): Leg => ({ programme: 'COAL-P', points, fen: points });
const rich = async (points: number): Promise<string> => {
  const member = uuid();
  await ledger.accrue(member, 'COAL-P', points);
  return member;
};
const owed = (redemption: string): Promise<unknown[]> =>
  ledger.sql(
    `select kind, period, debtor, creditor, fen::int, fee_fen::int as fee from obligation where redemption = '${redemption}' order by id`,
  );

test('member tables are spread by the member beside each other, reference tables copied, calls sent by their first argument', async () => {
  const found = await ledger.sql<{ name: string; by: string | null; beside: string | null }>(
    `select logicalrelid::text as name, column_name as by, coalesce(colocated, shards::text) as beside from pg_dist_partition`,
  );
  expect(new Map(found.map(({ name, by, beside }) => [name, by === null ? 'copied' : `${by} ${beside}`]))).toEqual(
    new Map<string, string>([
      ...referenceTables.map((name): [string, string] => [name, 'copied']),
      ...memberTables.map((name): [string, string] => [name, `member_uid ${name === 'account' ? '32' : 'account'}`]),
    ]),
  );
  const sent = await ledger.sql<{ name: string }>(
    `select name::regproc::text as name from distributed_function where argument = 'p_member' order by 1`,
  );
  expect(sent.map(({ name }) => name)).toEqual(Object.keys(calls).toSorted());
});

test('every key and unique index of a member table has the member; nothing refers to what lies elsewhere', async () => {
  const named = memberTables.map((name) => `'${name}'`).join(', ');
  expect(
    await ledger.sql(
      `select indexrelid::regclass::text as index from pg_index where indrelid::regclass::text in (${named}) and indisunique
         and not exists (select from pg_attribute a where a.attrelid = indrelid and a.attnum = any (indkey) and a.attname = 'member_uid')`,
    ),
  ).toEqual([]);
  expect(
    await ledger.sql(`select c.oid::regclass::text as name from pg_class c where c.oid::regclass::text in (${named})
      and not exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'p')`),
  ).toEqual([]);
  const copied = referenceTables.map((name) => `'${name}'`).join(', ');
  expect(
    await ledger.sql(
      `select conname from pg_constraint where contype = 'f' and (conrelid::regclass::text in (${named}) and confrelid::regclass::text not in (${copied})
         or confrelid::regclass::text in (${named}) or conrelid::regclass::text in (${copied}) and confrelid::regclass::text not in (${copied}))`,
    ),
  ).toEqual([]);
});

test('every table that names a member is either spread by it or says why it is not', async () => {
  const found = await ledger.sql<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'member_uid'
     where c.relkind = 'r' and c.relnamespace = 'ledger'::regnamespace order by 1`,
  );
  expect(found.map(({ name }) => name)).toEqual([...memberTables, ...centralThoughTheyNameMembers].toSorted());
});

test('whatever the hot path runs in the database is one machine’s work', async () => {
  const tables = await ledger.sql<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c where c.relkind in ('r', 'v') and c.relnamespace = 'ledger'::regnamespace`,
  );
  const placement = {
    member: new Set<string>(memberTables),
    reference: new Set<string>(referenceTables),
    all: new Set(tables.map(({ name }) => name)),
  };
  const named = Object.entries({ ...calls, ...helpers }).map(([name, types]) => `'${name}(${types})'::regprocedure`);
  const functions = await ledger.sql<{ name: string; text: string }>(
    `select proname as name, prosrc as text from pg_proc where oid in (${named.join(', ')})`,
  );
  expect(functions).toHaveLength(named.length);
  for (const { text } of functions) expect(routingProblems(text, placement)).toEqual([]);
  // Views and central tables are known as such.
  expect(routingProblems('select 1 from lot_now where member_uid = p_member', placement)).toHaveLength(1);
});

test('hold, capture, burn, refusal and return go on as they do on one machine; what is owed follows, once', async () => {
  const member = await rich(1000);
  const [first, second, third] = [uuid(), uuid(), uuid()];
  const { hold } = (await steps.place(member, [coal(300)], { redemption: first })) as { hold: string };
  expect(await steps.capture(hold, 'capture')).toMatchObject({ obligations: [{ debtor: 'coalition', fen: 300, feeFen: 6 }] });
  const burn = {
    hold: uuid(),
    redemption: second,
    memberUid: member,
    acceptor: 'automotive',
    legs: [{ programme: 'COAL-P', points: 200n, fen: 200n }],
  };
  const key = { principal: 'service:test', key: 'burn', operation: 'burnPoints' };
  const { outcome } = await burnPoints({ em }, key, burn);
  expect(outcome).toMatchObject({
    kind: 'captured',
    obligations: [{ debtor: 'coalition', creditor: 'automotive', fen: 200n, feeFen: 4n }],
  });
  expect(await burnPoints({ em }, key, burn)).toEqual({ outcome, replayed: true });
  const under = await burnPoints({ em }, { ...key, key: 'burn again' }, burn);
  expect(under.outcome).toEqual({ ...outcome, before: true });
  expect(await steps.place(member, [coal(501)], { redemption: third })).toMatchObject({ __typename: 'PointsMissing', missing: 1 });

  expect([await owed(first), await owed(second)]).toEqual([[], []]);
  for (let run = 0; run < 2; run++) await Promise.all([ledger.subgraph.runJob('fold-owed'), ledger.subgraph.runJob('fold-owed')]);
  const line = { kind: 'REDEMPTION', period: '2026-11', debtor: 'coalition', creditor: 'automotive' };
  expect([await owed(first), await owed(second)]).toEqual([[{ ...line, fen: 300, fee: 6 }], [{ ...line, fen: 200, fee: 4 }]]);
  expect(await ledger.sql(`select operation from audit where detail like '%INSUFFICIENT%'`)).toEqual([{ operation: 'placeHold' }]);
  // Known although it was folded.
  expect((await burnPoints({ em }, { ...key, key: 'burn later' }, burn)).outcome).toEqual({ ...outcome, before: true });

  // In part, without the member: the hold is looked up first.
  const fifth = (await steps.place(member, [coal(100)])) as { hold: string };
  const legs = [{ programme: 'COAL-P', points: 40n, fen: 40n }];
  const part = await captureHold({ em }, { ...key, key: 'part' }, { hold: fifth.hold }, legs);
  expect(part.outcome).toMatchObject({ kind: 'captured', obligations: [{ fen: 40n }] });

  // A return folds what it takes back first.
  const fourth = uuid();
  await burnPoints({ em }, { ...key, key: 'burn more' }, { ...burn, hold: uuid(), redemption: fourth });
  expect(await steps.giveBack(fourth, [coal(200)])).toMatchObject({ __typename: 'PointsReturned' });
  expect((await owed(fourth)).map((row) => (row as { kind: string }).kind)).toEqual(['REDEMPTION', 'RETURN']);
  expect(await ledger.balance(member, 'COAL-P')).toEqual({ available: 460, held: 0, pending: 0 });
  await ledger.subgraph.runJob('fold-owed');
  expect((await audit(em)).filter(({ violations }) => violations > 0)).toEqual([]);
});

test('a fold that broke off after the first machine had it repeats nothing', async () => {
  const member = await rich(100);
  const redemption = uuid();
  const legs = [{ programme: 'COAL-P', points: 50n, fen: 50n }];
  const key = { principal: 'service:test', key: uuid(), operation: 'burnPoints' };
  await burnPoints({ em }, key, { hold: uuid(), redemption, memberUid: member, acceptor: 'automotive', legs });
  await ledger.subgraph.runJob('fold-owed');
  await ledger.sql(`update owed set folded = false where redemption = '${redemption}'`);
  await ledger.subgraph.runJob('fold-owed');
  expect(await owed(redemption)).toHaveLength(1);
  expect(await ledger.sql(`select count(*)::int as n from owed where not folded`)).toEqual([{ n: 0 }]);
});

test('a hold is found without its member too; laid out again, only what is new is spread', async () => {
  const member = await rich(100);
  const { hold } = (await steps.place(member, [coal(100)])) as { hold: string };
  expect(await steps.release(hold)).toMatchObject({ released: true });
  const before = await ledger.sql('select * from pg_dist_partition order by 1');
  await ledger.sql('delete from distributed_function');
  await distribute(em, 32);
  expect(await ledger.sql('select * from pg_dist_partition order by 1')).toEqual(before);
});
