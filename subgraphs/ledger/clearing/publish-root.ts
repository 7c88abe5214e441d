import { randomBytes } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../../kernel/sql.js';
import type { Job } from '../../kernel/subgraph.js';
import { type PathStep, pathOf, rootOf, treeOf } from '../proof/merkle.js';
import { configuredKey, type ProofKey } from '../proof/signing-key.js';
import { operator } from './netting.js';
import { leafOf, type ProvenLine, saltOf } from './statement-line.js';
import { type LineFacts, lineOf, type LineRow } from './statement.js';

/**
 * Makes the root over every line of a closed period, once. Apart from the closing, which nobody who appends should have to wait for:
 * what a closed period consists of never changes.
 */
export function publishRoot(em: EntityManager, period: string, key: ProofKey | null): Promise<void> {
  return em.transactional(async (tx) => {
    await rows(tx, 'select pg_advisory_xact_lock(hashtext(?))', [`tongdui statements ${period}`]);
    const closed = await rows(
      tx,
      'select from settlement_period where id = ? and not exists (select from statement_root where period = id)',
      [period],
    );
    if (closed.length === 0) return;
    const secret = randomBytes(32);
    const lines = await linesOfAll(tx, period);
    const levels = treeOf(lines.map((line) => leafOf(period, line, secret)));
    const root = (levels.at(-1)?.[0] ?? rootOf([])).toString('hex');
    const signature = key ? await key.sign(JSON.stringify({ period, lines: String(lines.length), merkleRoot: root })) : null;
    await rows(
      tx,
      `insert into statement_root (period, merkle_root, lines, secret, signature, made_at) values (?, decode(?, 'hex'), ?, decode(?, 'hex'), ?, clock())`,
      [period, root, lines.length, secret.toString('hex'), signature],
    );
    await rows(
      tx,
      `insert into statement_leaf (period, obligation, side, n)
       select ?, (l ->> 0)::uuid, l ->> 1, n - 1 from json_array_elements(?::json) with ordinality t (l, n)`,
      [period, JSON.stringify(lines.map(({ id, side }) => [id, side]))],
    );
    for (const [level, hashes] of levels.entries())
      await rows(
        tx,
        `insert into statement_node (period, level, n, hash)
         select ?, ?, n - 1, decode(h, 'hex') from json_array_elements_text(?::json) with ordinality t (h, n)`,
        [period, level, JSON.stringify(hashes.map((hash) => hash.toString('hex')))],
      );
  });
}

/** Both sides and the fee of every obligation, in one order for all. */
export async function linesOfAll(tx: EntityManager, period: string): Promise<LineFacts[]> {
  const found = await rows<LineRow>(
    tx,
    `select o.*, s.side from obligation o cross join (values ('CREDITOR'), ('DEBTOR'), ('FEE')) s (side)
     where o.period = ? and (s.side <> 'FEE' or o.fee_fen > 0) order by o.at, o.id, s.side`,
    [period],
  );
  const whose = { CREDITOR: ({ creditor }: LineRow) => creditor, DEBTOR: ({ debtor }: LineRow) => debtor, FEE: () => operator };
  return found.map((row) => lineOf(row, whose[row.side](row)));
}

export interface StatementProof {
  readonly line: ProvenLine;
  readonly path: readonly PathStep[];
  readonly root: string;
  readonly signature: string | null;
}

/** What proves a partner's own line; null where it has no such line, or the period is open. */
export async function proofOf(
  em: EntityManager,
  partner: string,
  obligation: string,
  side: LineFacts['side'],
): Promise<StatementProof | null> {
  const [row] = await rows<LineRow & { n: string; root: string; lines: string; secret: string; signature: string | null; period: string }>(
    em,
    `select o.*, l.side, l.n, encode(r.merkle_root, 'hex') as root, r.lines, encode(r.secret, 'hex') as secret, r.signature
     from statement_leaf l join obligation o on o.id = l.obligation join statement_root r on r.period = l.period
     where l.obligation = ? and l.side = ? and l.period = o.period
       and case l.side when 'CREDITOR' then o.creditor when 'DEBTOR' then o.debtor else ? end = ?`,
    [obligation, side, operator, partner],
  );
  if (!row) return null;
  const beside = await rows<{ level: number; n: string; hash: string }>(
    em,
    `select level, n, encode(hash, 'hex') as hash from statement_node where period = ? and n = (?::bigint >> level) # 1`,
    [row.period, row.n],
  );
  const line = lineOf(row, partner);
  const salt = saltOf(Buffer.from(row.secret, 'hex'), line).toString('hex');
  // Only the hashes beside the way up are read; pathOf walks them as if the whole tree were there.
  const levels: Buffer[][] = [];
  for (let size = Number(row.lines), level = 0; ; size = Math.ceil(size / 2), level += 1) {
    const known = beside.find((node) => node.level === level);
    const sparse: Buffer[] = [];
    if (known && size > 1) sparse[Number(known.n)] = Buffer.from(known.hash, 'hex');
    levels.push(sparse);
    if (size <= 1) break;
  }
  return { line: { ...line, period: row.period, salt }, path: pathOf(levels, Number(row.n)), root: row.root, signature: row.signature };
}

/** Catches up with closings whose root was not made, such as after a crash between the two. */
export const statementRoots: Job = {
  name: 'statement-roots',
  everyMs: 60_000,
  async run({ em }) {
    const key = await configuredKey();
    const open = await rows<{ id: string }>(
      em,
      'select id from settlement_period where not exists (select from statement_root where period = id) order by id',
    );
    for (const { id } of open) await publishRoot(em, id, key);
  },
};
