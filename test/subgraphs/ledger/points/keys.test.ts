import { createHash } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { pairwiseIds } from '../../../../schema/pairwise-id.js';
import { digestBodies } from '../../../../subgraphs/kernel/body-digest.js';
import { canonical } from '../../../../subgraphs/kernel/json.js';
import { testIds, testSecret } from '../../../support/subgraph.js';
import { type Steps, stepsOf } from '../hold-steps.js';
import { openLedger, type TestLedger } from '../ledger.js';

let ledger: TestLedger;
let steps: Steps;
beforeAll(async () => {
  ledger = await openLedger();
  steps = stepsOf(ledger);
});
afterAll(() => ledger.close());

const leg = { programme: 'AUTO-P', points: 100, fen: 1_000 };
const run = (): Promise<void> => ledger.subgraph.runJob('forget-write-keys');
const kept = async (key: string): Promise<number> => (await ledger.sql(`select 1 from write_key where key = '${key}'`)).length;

test.each([
  ['30 days less a second', '2026-12-21T03:59:59Z', 1],
  ['just 30 days', '2026-12-21T04:00:00Z', 0],
])('a key of the hot path of %s: %i kept', async (name, at, left) => {
  await ledger.setClock('2026-11-21T04:00:00Z');
  const [member, key] = [uuid(), name.replaceAll(' ', '-')];
  await ledger.accrue(member, 'AUTO-P', 1_000);
  await steps.place(member, [leg], {}, key);
  await ledger.setClock(at);
  await Promise.all([run(), run()]);
  expect(await kept(key)).toBe(left);
});

test('more than one statement takes are all removed', async () => {
  await ledger.sql(`insert into write_key (key, principal, member_uid, body_hash, created_at, answer)
    select n::text, 'many', gen_random_uuid(), '', '2026-06-01', '' from generate_series(1, 12000) n`);
  await run();
  expect(await ledger.sql(`select 1 from write_key where principal = 'many'`)).toEqual([]);
});

test('what a body was is not found by trying; a key is answered from after its secret was replaced, and another body is none of it', async () => {
  const [member, more] = [uuid(), { hold: uuid(), redemption: uuid() }];
  await ledger.accrue(member, 'AUTO-P', 1_000);
  const placed = await steps.place(member, [leg], more, 'secret');
  const [row] = await ledger.sql<{ hash: string }>(`select encode(body_hash, 'hex') as hash from write_key where key = 'secret'`);
  const body = { ...more, memberUid: member, acceptor: 'automotive', legs: [{ programme: 'AUTO-P', points: 100n, fen: 1_000n }] };
  const text = `placeHold\n${canonical(body)}`;
  expect(row?.hash).not.toBe(createHash('sha256').update(text).digest('hex'));
  expect(row?.hash).toBe(Buffer.from(testIds.digest(text), 'base64url').toString('hex'));
  digestBodies(ledger.subgraph.database, pairwiseIds(Buffer.alloc(32, 8), testSecret));
  try {
    expect(await steps.place(member, [leg], more, 'secret')).toEqual({ ...placed, replayed: true });
    await expect(steps.place(member, [{ ...leg, points: 99 }], more, 'secret')).rejects.toThrow('IDEMPOTENCY_CONFLICT');
  } finally {
    digestBodies(ledger.subgraph.database, testIds);
  }
});
