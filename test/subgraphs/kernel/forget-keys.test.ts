import { createHash } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { once, type WriteKey } from '../../../subgraphs/kernel/idempotency.js';
import { rows } from '../../../subgraphs/kernel/sql.js';
import { subgraph } from '../../../subgraphs/members/index.js';
import { openTestSubgraph, testIds, type TestSubgraph } from '../../support/subgraph.js';

let members: TestSubgraph;
beforeAll(async () => {
  members = await openTestSubgraph(subgraph as never);
});
afterAll(() => members.close());

const em = (): EntityManager => members.subgraph.database.em.fork() as EntityManager;
const run = (): Promise<void> => members.subgraph.runJob('forget-keys');
const key = (name: string): WriteKey => ({ principal: 'partner:telecom', key: name, operation: 'test' });
const done = (value: bigint) => (): Promise<{ kind: 'done'; value: bigint }> => Promise.resolve({ kind: 'done', value });
const setClock = (at: string): Promise<unknown> =>
  rows(em(), `create or replace function clock() returns timestamptz stable language sql as $$ select '${at}'::timestamptz $$`);
const kept = async (name: string): Promise<number> => (await rows(em(), 'select 1 from idempotency where key = ?', [name])).length;

test.each([
  ['30 days less a second', '2026-11-30T23:59:59Z', true],
  ['just 30 days', '2026-12-01T00:00:00Z', false],
  ['30 days and a second', '2026-12-01T00:00:01Z', false],
])('a key of %s is answered from until its time is over, and then free', async (name, at, answers) => {
  const each = key(name.replaceAll(' ', '-'));
  await setClock('2026-11-01T00:00:00Z');
  await once(em(), each, { name: 'Sun' }, done(1n));
  await setClock(at);
  await Promise.all([run(), run(), run()]);
  expect(await kept(each.key)).toBe(answers ? 1 : 0);
  // What is not answered from any more is free, whatever is asked by it.
  expect(await once(em(), each, answers ? { name: 'Sun' } : { name: 'other' }, done(2n))).toEqual({
    outcome: { kind: 'done', value: answers ? 1n : 2n },
    replayed: answers,
  });
});

test('a key that is used anew while the job runs stays, with its new answer', async () => {
  const again = key('again');
  await setClock('2026-11-01T00:00:00Z');
  await once(em(), again, {}, done(1n));
  await setClock('2027-01-01T00:00:00Z');
  let finish = (): void => {};
  const slow = new Promise<void>((resolve) => (finish = resolve));
  let begun = (): void => {};
  const underWay = new Promise<void>((resolve) => (begun = resolve));
  const anew = once(em(), again, { other: true }, async () => {
    begun();
    await slow;
    return { kind: 'done', value: 2n };
  });
  await underWay;
  await run();
  finish();
  expect(await anew).toMatchObject({ replayed: false });
  await run();
  expect(await once(em(), again, { other: true }, done(3n))).toMatchObject({ replayed: true, outcome: { value: 2n } });
});

test('more than one statement takes are all removed, on two instances at once', async () => {
  await rows(
    em(),
    `insert into idempotency (principal, key, operation, body_hash, created_at, answer)
     select 'many', n::text, 'test', '', '2026-06-01', '{}' from generate_series(1, 12000) n`,
  );
  await Promise.all([run(), run()]);
  await run();
  expect(await rows(em(), `select 1 from idempotency where principal = 'many'`)).toEqual([]);
});

test('what a body was is not found by trying: its digest needs the secret', async () => {
  await once(em(), key('secret'), { name: '孙女士', phone: '13800000005' }, done(1n));
  const [row] = await rows<{ body_hash: string }>(em(), `select body_hash from idempotency where key = 'secret'`);
  const text = 'test\n{"name":"孙女士","phone":"13800000005"}';
  for (const encoding of ['hex', 'base64url'] as const) expect(createHash('sha256').update(text).digest(encoding)).not.toBe(row?.body_hash);
  expect(testIds.digest(text)).toBe(row?.body_hash);
});
