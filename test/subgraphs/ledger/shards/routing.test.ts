import { calls, helpers, memberTables, referenceTables } from '../../../../subgraphs/ledger/shards/layout.js';
import { shardFunctions } from '../../../../subgraphs/ledger/shards/on-shard.js';
import { type Placement, routingProblems } from '../../../../subgraphs/ledger/shards/routing.js';

const member = new Set<string>(memberTables);
const reference = new Set<string>(referenceTables);
const central = ['obligation', 'settlement_period', 'audit', 'accrual', 'idempotency'];
const placement: Placement = { member, reference, all: new Set([...member, ...reference, ...central]) };
const nameOf = (sql: string): string => /function (\w+)/.exec(sql)?.[1] ?? '';

test.each(shardFunctions.map((sql) => [nameOf(sql), sql]))('%s is one machine’s work', (_name, sql) => {
  expect(routingProblems(sql, placement)).toEqual([]);
});

test('every function of the hot path is among them, under the arguments by which it is spread', () => {
  const made = shardFunctions.map(nameOf);
  expect(made).toEqual(expect.arrayContaining(['take_points', 'burn_points', 'end_hold']));
  for (const name of made) expect(Object.hasOwn({ ...calls, ...helpers }, name)).toBe(true);
});

test('a call that is sent to its member names the member first', () => {
  for (const sql of shardFunctions.filter((one) => Object.hasOwn(calls, nameOf(one)))) expect(sql).toMatch(/function \w+\(p_member uuid,/);
});

test.each`
  wrong                                                                                       | says
  ${'select 1 from lot where id = p_lot;'}                                                    | ${'not every table is asked for the one member'}
  ${'select 1 from lot where member_uid = any (p_members);'}                                  | ${'not every table is asked for the one member'}
  ${'update account set seq = 1;'}                                                            | ${'not every table is asked for the one member'}
  ${'delete from write_key where key = p_key;'}                                               | ${'not every table is asked for the one member'}
  ${'select 1 from lot l join hold h on h.id = l.id where l.member_uid = p_member;'}          | ${'not every table is asked for the one member'}
  ${'select 1 from account a, hold b where a.member_uid = p_member;'}                         | ${'not every table is asked for the one member'}
  ${'update lot set open = false where member_uid = p_member and id = (select id from lot);'} | ${'not every table is asked for the one member'}
  ${'insert into entry (member_uid, seq) values (p_other, 1);'}                               | ${"the row is not known to be the one member's"}
  ${'insert into entry (seq, id) values (1, p_id);'}                                          | ${"the row is not known to be the one member's"}
  ${'insert into entry select * from entry where member_uid = p_member;'}                     | ${"the row is not known to be the one member's"}
  ${'insert into hold (id, member_uid) values (coalesce(p_member, p_id), p_id);'}             | ${"the row is not known to be the one member's"}
  ${'insert into obligation (id, at) values (p_id, v_now);'}                                  | ${'`obligation` lies on one machine only'}
  ${'if exists (select from settlement_period where id = v) then return 1; end if;'}          | ${'`settlement_period` lies on one machine only'}
  ${'update partner set suspended = true where id = p_acceptor;'}                             | ${'`partner` is copied to every machine and may only be read'}
  ${"perform pg_advisory_xact_lock_shared(hashtext('tongdui clearing'));"}                    | ${'`pg_advisory_xact_lock_shared` reaches over all members'}
  ${"v_id := nextval('entry_id');"}                                                           | ${'`nextval` reaches over all members'}
`('refused: $wrong', ({ wrong, says }) => {
  expect(routingProblems(wrong as string, placement).map((problem) => problem.split(': ')[0])).toContain(says);
});

test.each`
  fine
  ${'select 1 from lot where member_uid = p_member for update;'}
  ${'insert into hold (id, member_uid) values (coalesce(p_id, p_id), p_member);'}
  ${'select 1 from partner a, programme p where a.id = p_acceptor and p.id = p_programme;'}
  ${"-- obligation: select from obligation\nv_text := 'select from obligation';"}
`('taken: $fine', ({ fine }) => {
  expect(routingProblems(fine as string, placement)).toEqual([]);
});
