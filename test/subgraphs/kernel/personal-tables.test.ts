import type { EntityManager } from '@mikro-orm/postgresql';
import { subgraphsOf } from '../../../schema/roster.js';
import { rowsOf } from '../../../subgraphs/kernel/personal-data.js';
import { personalTables } from '../../../subgraphs/kernel/personal-tables.js';
import { rows } from '../../../subgraphs/kernel/sql.js';
import { withheld } from '../../../subgraphs/members/privacy/privacy.resolver.js';
import { loadSubgraph } from '../../../subgraphs/serve.js';
import { openTestGraph, type TestGraph } from '../../support/graph.js';

let graph: TestGraph;
beforeAll(async () => {
  graph = await openTestGraph();
});
afterAll(() => graph.close());

const em = (name: string): EntityManager => graph.subgraph(name).database.em.fork() as EntityManager;
/** Tables that are no section, each with the reason. */
const nobodys: Readonly<Record<string, string>> = {
  'ledger case_member': 'whoever is looked into is not told',
  'ledger write_key': 'answers to callers, of what other sections have',
};

test.each(subgraphsOf(false))('$name: every table with a key to a table of members is a section, or says why not', async (line) => {
  const { name } = line;
  const { personal } = await loadSubgraph(line);
  const hidden = name === 'members' ? withheld : (personal?.withheld ?? []);
  const sections = (await personalTables(em(name), hidden)).map(({ table }) => table);
  // Asked otherwise than the sections are found: whatever reaches a column that names members, over any number of keys.
  const reaching = await rows<{ table: string }>(
    em(name),
    `with recursive reaches (oid) as (
       select c.oid from pg_class c join pg_attribute a on a.attrelid = c.oid
       where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and a.attname like '%\\_uid' and not a.attisdropped
       union select k.conrelid from pg_constraint k join reaches on k.confrelid = reaches.oid and k.contype = 'f')
     select relname::text as "table" from pg_class where oid in (select oid from reaches) order by 1`,
  );
  expect(reaching.map(({ table }) => table).filter((table) => nobodys[`${name} ${table}`] === undefined)).toEqual(sections);
});

test('what hangs on a row of a member over several keys is the member’s, and what hangs on something withheld is not told', async () => {
  const own = em('retail');
  await rows(own, 'create table album (id int primary key, member_uid uuid not null, secret text)');
  await rows(own, 'create table picture (album int references album, n int, primary key (album, n))');
  await rows(own, 'create table remark (album int, n int, text text, foreign key (album, n) references picture)');
  try {
    const names = async (hidden: string[]) => (await personalTables(own, hidden)).map(({ table }) => table);
    expect(await names([])).toEqual(expect.arrayContaining(['album', 'picture', 'remark']));
    for (const table of ['album', 'picture', 'remark']) expect(await names(['album'])).not.toContain(table);
    expect(await names(['picture'])).toContain('album');
    expect(await names(['picture'])).not.toContain('remark');
    const [mine, other] = ['01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-000000000002'] as const;
    await rows(own, 'insert into album values (1, ?, null), (2, ?, null)', [mine, other]);
    await rows(own, 'insert into picture values (1, 1), (1, 2), (2, 1)');
    await rows(own, `insert into remark values (1, 2, 'mine'), (2, 1, 'another one')`);
    const remark = (await personalTables(own, [])).find(({ table }) => table === 'remark');
    expect(
      await rows(
        own,
        `select text from remark t where ${remark?.condition}`,
        Array.from({ length: remark?.times ?? 0 }, () => mine),
      ),
    ).toEqual([{ text: 'mine' }]);
    // Whoever wrote it into a text, the member's own uid does not leave the graph.
    await rows(own, `update remark set text = 'member:' || ? where album = 1`, [mine]);
    expect(await rowsOf(own, mine, 'remark', 0, [])).toEqual([expect.stringContaining('member:self')]);
  } finally {
    await rows(own, 'drop table remark, picture, album');
  }
});
