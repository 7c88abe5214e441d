import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid } from 'uuid';
import { rows } from '../../../../subgraphs/kernel/sql.js';
import { auditOf } from '../../../../subgraphs/ledger/proof/audit.js';
import { type Finding, sentenceOf } from '../../../../subgraphs/ledger/proof/finding.js';
import { seal } from '../../../../subgraphs/ledger/proof/seal.js';
import { newKey, type ProofKey, proofKeyOf } from '../../../../subgraphs/ledger/proof/signing-key.js';
import { verify } from '../../../../subgraphs/ledger/proof/verify.js';
import { stepsOf } from '../hold-steps.js';
import { openLedger, type TestLedger } from '../ledger.js';

let ledger: TestLedger;
let key: ProofKey;
const member = uuid();
const other = uuid();
const em = (): EntityManager => ledger.subgraph.database.em.fork() as EntityManager;

beforeAll(async () => {
  ledger = await openLedger();
  key = await proofKeyOf(await newKey());
  const steps = stepsOf(ledger);
  await ledger.setClock('2026-11-21T04:00:00Z');
  for (const uid of [member, other]) {
    await ledger.accrue(uid, 'AUTO-P', 1_000);
    await ledger.accrue(uid, 'COAL-P', 30_000);
  }
  await ledger.setClock('2026-11-22T04:00:00Z');
  const [hold, redemption] = [uuid(), uuid()];
  const legs = [
    { programme: 'AUTO-P', points: 700, fen: 7_000 },
    { programme: 'COAL-P', points: 20_000, fen: 20_000 },
  ];
  await steps.place(member, legs, { hold, redemption });
  await steps.capture(hold);
  expect(await seal(em(), key)).toBe(1n);
  await ledger.setClock('2026-11-23T04:00:00Z');
  await steps.giveBack(redemption, [{ programme: 'COAL-P', points: 5_000, fen: 5_000 }]);
  await ledger.accrue(member, 'AUTO-P', 50);
  expect(await seal(em(), key)).toBe(2n);
  await ledger.accrue(other, 'AUTO-P', 60);
});
afterAll(() => ledger.close());

const check = async (more: object = {}): Promise<Finding[]> => [...(await verify(em(), { keys: [key.publicJwk], ...more })).findings];
const told = (findings: readonly Finding[]): string[] =>
  findings.map((finding) => sentenceOf(finding, (uid) => (uid === member ? 'M' : 'O')));

/** Does harm as a superuser, past every guard, looks, and undoes it. */
async function after(...harm: string[]): Promise<{ found: string[]; since: string[]; audit: string[] }> {
  const tables = ['entry', 'account', 'accrual', 'lot', 'root', 'root_head', 'obligation'];
  const asSuperuser = (work: (tx: EntityManager) => Promise<void>): Promise<void> =>
    em().transactional(async (tx) => {
      await rows(tx, 'set local session_replication_role = replica');
      await work(tx as EntityManager);
    });
  await asSuperuser(async (tx) => {
    for (const table of tables) await rows(tx, `create table saved_${table} as table ${table}`);
    for (const statement of harm) await rows(tx, statement.replaceAll('$M', `'${member}'`).replaceAll('$O', `'${other}'`));
  });
  const result = { found: told(await check()), since: told(await check({ sinceRoot: 1n })), audit: await auditOf(ledger.database.url) };
  await asSuperuser(async (tx) => {
    for (const table of tables) {
      await rows(tx, `delete from ${table}`);
      await rows(tx, `insert into ${table} select * from saved_${table}`);
      await rows(tx, `drop table saved_${table}`);
    }
  });
  return result;
}

test('untouched: nothing is found, and every invariant holds', async () => {
  expect(await verify(em(), { keys: [key.publicJwk] })).toEqual({ entries: 9n, roots: 2, unsigned: 0, findings: [] });
  expect(await auditOf(ledger.database.url)).toEqual([]);
});

test('nothing new makes no root; roots are chained, and cover each entry once', async () => {
  await seal(em(), key);
  expect(await seal(em(), key)).toBeNull();
  const [covered] = await ledger.sql<{ n: number; once: boolean }>(
    `select sum(seq - after)::int as n, bool_and(after = coalesce((select max(seq) from root_head b where b.member_uid = h.member_uid and b.seq < h.seq), 0)) as once from root_head h`,
  );
  expect(covered).toEqual({ n: 9, once: true });
});

// Entries of M: 1 ACCRUAL AUTO 1000, 2 ACCRUAL COAL 30000, 3 BURN AUTO −700, 4 BURN COAL −20000, 5 RETURN COAL +5000, 6 ACCRUAL AUTO +50.
const M = 'member_uid = $M and seq';
test.each<[string, string[], (string | RegExp)[]]>([
  [
    "an entry's points",
    [`update entry set points = points + 1 where ${M} = 2`],
    ['member M: entry 2 is not what was written: points: 30001, was 30000'],
  ],
  [
    "a posting's points",
    [`update entry set lot_points[1] = lot_points[1] + 5 where ${M} = 3`],
    ['member M: entry 3 is not what was written: posting 0: points: -695, was -700'],
  ],
  [
    'both, so that they fit',
    [`update entry set points = -600, lot_points = array[-600] where ${M} = 3`],
    ['member M: entry 3 is not what was written'],
  ],
  ['a kind', [`update entry set kind = 'EXPIRY' where ${M} = 4`], ['member M: entry 4 is not what was written: kind: EXPIRY, was BURN']],
  [
    'a programme',
    [`update entry set programme = 'TEL-P' where ${M} = 1`],
    ['member M: entry 1 is not what was written: programme: TEL-P, was AUTO-P'],
  ],
  [
    'a cause',
    [`update entry set cause_id = '${uuid()}' where ${M} = 3`],
    [/^member M: entry 3 is not what was written: cause_id: .* was /],
  ],
  [
    'an instant',
    [`update entry set at = at - interval '3 days' where ${M} = 5`],
    [/^member M: entry 5 is not what was written: at: .*-20 .*, was .*-23 /],
  ],
  [
    'a lot',
    [`update entry set lots = (select lots from entry where ${M} = 2) where ${M} = 1`],
    [/^member M: entry 1 is not what was written: posting 0: lot: .* was /],
  ],
  [
    'a hash',
    [`update entry set hash = sha256('x') where ${M} = 2`],
    ['member M: entry 2 is not what was written: hash', 'member M: entry 3 is not what was written'],
  ],
  [
    'a deleted posting',
    [`update entry set lots = '{}', lot_points = '{}' where ${M} = 4`],
    [/^member M: entry 4 is not what was written: posting 0: deleted, was -20000 of /],
  ],
  [
    'an added posting',
    [`update entry set lots = lots || lots[1], lot_points = lot_points || 7::bigint where ${M} = 1`],
    ['member M: entry 1 is not what was written: posting 1: added'],
  ],
  ['a deleted entry', [`delete from entry where ${M} = 3`], ['member M: entry 3 is missing']],
  ['a deleted last entry', [`delete from entry where ${M} = 6`], ['member M: entry 6 is missing']],
  [
    'a deleted last entry that the account has forgotten too',
    [
      `delete from entry where ${M} = 6`,
      `update account set seq = 5, head = (select hash from entry where ${M} = 5) where member_uid = $M`,
    ],
    ['member M: entry 6 is missing (root 2)'],
  ],
  [
    'an inserted entry',
    [
      `insert into entry (member_uid, seq, id, kind, programme, points, at, cause_kind, cause_id, actor, key, counter, lots, lot_points, hash)
      select member_uid, 7, gen_random_uuid(), kind, programme, points, at, cause_kind, cause_id, actor, key, counter, lots, lot_points, hash from entry where ${M} = 6`,
    ],
    ['member M: entry 7 is not what was written'],
  ],
  [
    'two swapped entries',
    [`update entry set seq = seq + 100 where ${M} in (3, 4)`, `update entry set seq = 107 - seq where ${M} > 100`],
    [
      /^member M: entry 3 is not what was written/,
      /^member M: entry 4 is not what was written/,
      /^member M: entry 5 is not what was written/,
    ],
  ],
  [
    'two entries whose contents changed places',
    [
      `create temporary table swap as select seq, hash from entry where ${M} in (3, 4)`,
      `update entry set seq = seq + 100 where ${M} in (3, 4)`,
      `update entry set seq = 107 - seq where ${M} > 100`,
      `update entry e set hash = swap.hash from swap where e.member_uid = $M and e.seq = swap.seq`,
      'drop table swap',
    ],
    ['member M: entry 3 is not what was written: swapped with entry 4', 'member M: entry 4 is not what was written: swapped with entry 3'],
  ],
  [
    'a chain written anew from an entry on',
    [
      `update entry set points = -600, lot_points = array[-600] where ${M} = 3`,
      ...[3, 4, 5, 6].map(
        (seq) => `update entry e set hash = entry_hash_of((select hash from entry where ${M} = ${seq - 1}), e) where ${M} = ${seq}`,
      ),
      `update account set head = (select hash from entry where ${M} = 6) where member_uid = $M`,
    ],
    [/^member M: entry 4 and what is before it were written anew .* \(root 1\)$/, /^member M: entry 6 and .* \(root 2\)$/],
  ],
  [
    'who did it',
    [`update entry set actor = 'partner:nobody' where ${M} = 3`],
    [/^member M: entry 4 or one before it since the last root names another actor.* \(root 1\)$/],
  ],
  [
    'which bill',
    [`update accrual set purchase_ref = 'other' where id::text = (select cause_id from entry where ${M} = 6)`],
    [/^member M: entry 6 or one before it .* \(root 2\)$/],
  ],
  [
    'a root',
    [`update root set merkle_root = sha256('x') where id = 1`],
    [/^root 1 is not what was sealed: the signature says something else$/, /^root 2 is not what was sealed: it does not follow/],
  ],
  [
    'a head under a root',
    [`update root_head set details = sha256('x') where root = 2 and member_uid = $M`],
    [/^member M: entry 6 or one/, /^root 2 .* the heads under it are others$/],
  ],
  ['a deleted root', ['delete from root_head where root = 1', 'delete from root where id = 1'], [/^root 2 .* missing$/]],
  ['a missing signature', [`update root set signature = null where id = 2`], ['root 2 is not what was sealed: its signature is missing']],
])('altered: %s', async (_what, harm, expected) => {
  const { found } = await after(...harm);
  expect(found.filter((line) => !/root 3/.test(line))).toEqual(
    expected.map((line) => (typeof line === 'string' ? line : expect.stringMatching(line))),
  );
});

test('since a root: what was sealed under it is taken as good while its heads agree', async () => {
  expect((await after(`update entry set points = points + 1 where ${M} = 2`)).since).toEqual([]);
  expect((await after(`update entry set points = points + 1 where ${M} = 5`)).since).toEqual([
    'member M: entry 5 is not what was written: points: 5001, was 5000',
  ]);
});

test('a root that another key signed is no root', async () => {
  const stranger = await proofKeyOf(await newKey());
  const { findings } = await verify(em(), { keys: [stranger.publicJwk] });
  expect(told(findings)[0]).toBe('root 1 is not what was sealed: none of the keys signed it');
  expect((await verify(em(), { keys: [] })).unsigned).toBeGreaterThanOrEqual(2);
});

test('the audit names what the chain does not know: lots, holds, obligations', async () => {
  expect(
    (await after(`update lot set remaining = remaining - 1, open = true where member_uid = $O and programme = 'AUTO-P' and points = 1000`))
      .audit,
  ).toMatchObject([expect.stringMatching(/^BAD 3 .*: 1 violations, such as lot /), expect.stringMatching(/^BAD L1 .* AUTO-P$/)]);
  expect((await after(`update obligation set fen = fen - 1 where kind = 'REDEMPTION'`)).audit).toEqual(
    expect.arrayContaining([expect.stringMatching(/^BAD 11 /)]),
  );
  expect(
    (await after(`update entry set lot_points[1] = lot_points[1] + 1 where ${M} = 1`)).audit.map((line) => line.slice(4, 7).trim()),
  ).toEqual(expect.arrayContaining(['1', '2', '10a', '3', '8']));
});
