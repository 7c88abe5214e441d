import type { EntityManager } from '@mikro-orm/postgresql';
import { change, rows } from '../../../subgraphs/kernel/sql.js';
import { subgraph } from '../../../subgraphs/members/index.js';
import { openTestSubgraph, type TestSubgraph } from '../../support/subgraph.js';

let members: TestSubgraph;
let em: EntityManager;
beforeAll(async () => {
  members = await openTestSubgraph(subgraph as never);
  em = members.subgraph.database.em.fork() as EntityManager;
});
afterAll(() => members.close());

test.each`
  type               | given                                           | back
  ${'text[]'}        | ${[]}                                           | ${[]}
  ${'text[]'}        | ${['a']}                                        | ${['a']}
  ${'text[]'}        | ${['', 'NULL', '通兑', '?', `'"\\{},`, 'a\nb']} | ${['', 'NULL', '通兑', '?', `'"\\{},`, 'a\nb']}
  ${'text[]'}        | ${['a', null]}                                  | ${['a', null]}
  ${'bigint[]'}      | ${[9007199254740993n, -1n]}                     | ${['9007199254740993', '-1']}
  ${'timestamptz[]'} | ${[new Date('2026-11-21T10:00:00Z')]}           | ${['2026-11-21 10:00:00+00']}
  ${'boolean[]'}     | ${[true, false]}                                | ${['true', 'false']}
`('$given reaches the database as $type', async ({ type, given, back }) => {
  const found = await rows(
    em,
    `select element #>> '{}' as element from json_array_elements(to_json(array(select e::text from unnest(?::${type}) with ordinality as t (e, n) order by n))) as element`,
    [given],
  );
  expect(found.map((row) => (row as { element: string }).element)).toEqual(back);
});

test('an array chooses rows, and the number of changed rows comes back', async () => {
  for (const key of ['a', 'b', 'c'])
    await change(em, 'insert into idempotency (principal, key, operation, body_hash, created_at) values (?, ?, ?, ?, clock())', [
      'p',
      key,
      'o',
      'h',
    ]);
  expect(await rows(em, 'select key from idempotency where key = any(?::text[]) order by key', [['a', 'c', 'x']])).toEqual([
    { key: 'a' },
    { key: 'c' },
  ]);
  expect(await change(em, 'delete from idempotency where key = any(?::text[])', [['b', 'c']])).toBe(2);
  expect(await change(em, 'delete from idempotency where key = any(?::text[])', [[]])).toBe(0);
});
