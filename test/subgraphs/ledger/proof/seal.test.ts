import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid } from 'uuid';
import { rows } from '../../../../subgraphs/kernel/sql.js';
import { auditOf } from '../../../../subgraphs/ledger/proof/audit.js';
import { seal } from '../../../../subgraphs/ledger/proof/seal.js';
import { verify } from '../../../../subgraphs/ledger/proof/verify.js';
import { openLedger, type TestLedger } from '../ledger.js';

let ledger: TestLedger;
beforeEach(async () => {
  ledger = await openLedger();
});
afterEach(() => ledger.close());
const em = (): EntityManager => ledger.subgraph.database.em.fork() as EntityManager;

test('roots made while writers write: none waits, none is left out', async () => {
  const members = Array.from({ length: 6 }, () => uuid());
  const work = { goesOn: true };
  const sealing = (async () => {
    while (work.goesOn) await Promise.all([seal(em(), null), seal(em(), null)]);
  })();
  await Promise.all(
    members.map(async (member) => {
      for (let n = 0; n < 8; n += 1) await ledger.accrue(member, 'AUTO-P', 10 + n);
    }),
  );
  work.goesOn = false;
  await sealing;
  await ledger.subgraph.runJob('seal-roots');
  const [covered] = await ledger.sql<{ n: number }>('select sum(seq - after)::int as n from root_head');
  expect(covered?.n).toBe(48);
  expect(await verify(em(), { keys: [] })).toMatchObject({ entries: 48n, findings: [] });
  expect(await auditOf(ledger.database.url)).toEqual([]);
});

test('an entry whose transaction was open while later ones were sealed comes under a later root', async () => {
  const [early, late] = [uuid(), uuid()];
  await ledger.accrue(early, 'AUTO-P', 1);
  await seal(em(), null);
  let written: () => void = () => {};
  const isWritten = new Promise<void>((resolve) => (written = resolve));
  let commit: () => void = () => {};
  const mayCommit = new Promise<void>((resolve) => (commit = resolve));
  const open = em().transactional(async (tx) => {
    await rows(tx, 'select 1 from account where member_uid = ? for update', [early]);
    await rows(
      tx,
      `insert into entry (member_uid, seq, id, kind, programme, points, at, cause_kind, cause_id, actor, key, counter, lots, lot_points, hash)
       select member_uid, 2, gen_random_uuid(), kind, programme, points, at, cause_kind, cause_id, actor, '', counter, lots, lot_points, sha256('x') from entry where member_uid = ? and seq = 1`,
      [early],
    );
    await rows(tx, `update account set seq = 2, head = sha256('x') where member_uid = ?`, [early]);
    written();
    await mayCommit;
  });
  await isWritten;
  await ledger.accrue(late, 'AUTO-P', 2);
  expect(await seal(em(), null)).toBe(2n);
  commit();
  await open;
  await ledger.accrue(late, 'AUTO-P', 3);
  expect(await seal(em(), null)).toBe(3n);
  expect(await ledger.sql(`select root::int, after::int, seq::int from root_head where member_uid = '${early}' order by seq`)).toEqual([
    { root: 1, after: 0, seq: 1 },
    { root: 3, after: 1, seq: 2 },
  ]);
});
