import type { EntityManager } from '@mikro-orm/postgresql';
import { once, type WriteKey } from '../../../subgraphs/kernel/idempotency.js';
import { rows } from '../../../subgraphs/kernel/sql.js';
import { subgraph } from '../../../subgraphs/members/index.js';
import { Member } from '../../../subgraphs/members/member.entity.js';
import { openTestSubgraph, type TestSubgraph } from '../../support/subgraph.js';

let members: TestSubgraph;
beforeAll(async () => {
  members = await openTestSubgraph(subgraph as never);
});
afterAll(() => members.close());

const em = (): EntityManager => members.subgraph.database.em.fork();
const key = (name: string): WriteKey => ({ principal: 'partner:telecom', key: name, operation: 'test' });
const done = (value: bigint) => (): Promise<{ kind: 'done'; value: bigint }> => Promise.resolve({ kind: 'done', value });
const setClock = (at: string | null): Promise<unknown> =>
  rows(
    em(),
    `create or replace function clock() returns timestamptz stable language sql as $$ select ${at === null ? 'transaction_timestamp()' : `'${at}'::timestamptz`} $$`,
  );

test('the same key and body give the first answer again; another body is a conflict; another principal is another key', async () => {
  expect(await once(em(), key('a'), { points: 1n }, done(1n))).toEqual({ outcome: { kind: 'done', value: 1n }, replayed: false });
  expect(await once(em(), key('a'), { points: 1n }, done(2n))).toEqual({ outcome: { kind: 'done', value: 1n }, replayed: true });
  await expect(once(em(), key('a'), { points: 2n }, done(2n))).rejects.toMatchObject({ extensions: { code: 'IDEMPOTENCY_CONFLICT' } });
  expect(await once(em(), { ...key('a'), principal: 'partner:banking' }, { points: 2n }, done(2n))).toMatchObject({ replayed: false });
});

test('fifty at once with one key do the work once and all get its answer', async () => {
  let runs = 0n;
  const work = async (): Promise<{ kind: string; value: bigint }> => ({ kind: 'done', value: (runs += 1n) });
  const answers = await Promise.all(Array.from({ length: 50 }, () => once(em(), key('b'), {}, work)));
  expect(runs).toBe(1n);
  expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
  expect(new Set(answers.map(({ outcome }) => outcome.value))).toEqual(new Set([1n]));
});

test('an error changes nothing and frees the key', async () => {
  const fails = async (tx: EntityManager): Promise<{ kind: string }> => {
    await rows(tx, `insert into member (uid, name, enrolled_at) values (gen_random_uuid(), 'lost', clock())`);
    throw new Error('halfway');
  };
  await expect(once(em(), key('c'), {}, fails)).rejects.toThrow('halfway');
  expect(await rows(em(), `select 1 from member where name = 'lost'`)).toEqual([]);
  expect(await once(em(), key('c'), {}, done(3n))).toMatchObject({ replayed: false });
});

test('a refusal is remembered like any answer and leaves one audit entry', async () => {
  const refuse = (): Promise<{ kind: 'refused'; code: string }> => Promise.resolve({ kind: 'refused', code: 'NO' });
  await once(em(), key('d'), {}, refuse);
  expect(await once(em(), key('d'), {}, refuse)).toMatchObject({ replayed: true, outcome: { code: 'NO' } });
  expect(await rows(em(), `select operation, detail from audit where key = 'd'`)).toEqual([
    { operation: 'test', detail: '{"kind":"refused","code":"NO"}' },
  ]);
});

test('a key lives 30 days to the second', async () => {
  await setClock('2026-11-01T00:00:00Z');
  await once(em(), key('e'), {}, done(1n));
  await setClock('2026-11-30T23:59:59Z');
  expect(await once(em(), key('e'), {}, done(2n))).toMatchObject({ replayed: true, outcome: { value: 1n } });
  await setClock('2026-12-01T00:00:00Z');
  expect(await once(em(), key('e'), { other: true }, done(2n))).toMatchObject({ replayed: false, outcome: { value: 2n } });
  await setClock(null);
});

test('what is decided is decided on what is stored, whatever the request has read before', async () => {
  const uid = 'aaaaaaaa-0000-4000-8000-000000000001';
  await rows(em(), `insert into member (uid, name, enrolled_at) values (?, 'before', clock())`, [uid]);
  const request = em();
  expect(await request.findOneOrFail(Member, { uid })).toMatchObject({ name: 'before' });
  await rows(em(), `update member set name = 'after' where uid = ?`, [uid]);
  const name = async (tx: EntityManager): Promise<{ kind: 'read'; name: string }> => ({
    kind: 'read',
    name: (await tx.findOneOrFail(Member, { uid })).name,
  });
  expect(await once(request, key('f'), {}, name)).toMatchObject({ outcome: { name: 'after' } });
});
