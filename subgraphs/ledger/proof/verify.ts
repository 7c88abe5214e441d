import type { EntityManager } from '@mikro-orm/postgresql';
import type { JWK } from 'jose';
import { rows } from '../../kernel/sql.js';
import type { Finding } from './finding.js';
import { linesOfAll } from '../clearing/publish-root.js';
import { leafOf } from '../clearing/statement-line.js';
import { rootOf } from './merkle.js';
import { digestOf, merkleRootOf, statementOf } from './root.js';
import { headsUnder, rootsAfter, type StoredRoot } from './root-store.js';
import { signedText } from './signing-key.js';
import { verifyChains } from './verify-chains.js';

export interface Verification {
  readonly entries: bigint;
  readonly roots: number;
  /** Roots whose signature nobody could check: there is none, or no key was given. */
  readonly unsigned: number;
  readonly findings: readonly Finding[];
}

export interface VerifyOptions {
  /** Chains up to this root are taken as good; the roots themselves are checked all the same. */
  readonly sinceRoot?: bigint;
  /** Public keys of those who may sign roots. */
  readonly keys: readonly JWK[];
}

/** Recomputes chains and roots on one snapshot of the database, whatever is written meanwhile. */
export function verify(em: EntityManager, { sinceRoot, keys }: VerifyOptions): Promise<Verification> {
  return onSnapshot(em, async (tx) => {
    const roots: Finding[] = [];
    let count = 0;
    let unsigned = 0;
    let last: StoredRoot | null = null;
    for (let page = await rootsAfter(tx, 0n, 500); page.length > 0; page = await rootsAfter(tx, last?.id ?? 0n, 500)) {
      for (const root of page) {
        const field = await alteredIn(tx, root, last, keys);
        if (field !== null) roots.push({ what: 'ROOT_ALTERED', memberUid: null, seq: null, root: root.id, field });
        if (root.signature === null || keys.length === 0) unsigned += 1;
        count += 1;
        last = root;
      }
    }
    const chains = await verifyChains(tx, sinceRoot === undefined ? {} : { sinceRoot });
    const [{ entries } = { entries: '0' }] = await rows<{ entries: string }>(tx, 'select count(*)::text as entries from entry');
    return { entries: BigInt(entries), roots: count, unsigned, findings: [...chains, ...roots, ...(await alteredStatements(tx))] };
  });
}

/** What of a root is not as it was, or null. */
async function alteredIn(tx: EntityManager, root: StoredRoot, before: StoredRoot | null, keys: readonly JWK[]): Promise<string | null> {
  if (root.id !== (before?.id ?? 0n) + 1n) return 'the root before it is missing';
  if (root.previousRoot !== (before ? digestOf(before) : null)) return 'it does not follow the root before it';
  if (root.signature === null && before?.signature) return 'its signature is missing';
  if (root.signature !== null && keys.length > 0) {
    const texts = await Promise.all(keys.map((key) => signedText(root.signature as string, key)));
    const text = texts.find((one) => one !== null);
    if (text === undefined) return 'none of the keys signed it';
    if (text !== statementOf(root)) return 'the signature says something else';
  }
  const heads = await headsUnder(tx, root.id);
  return merkleRootOf(heads) === root.merkleRoot && BigInt(heads.length) === root.members ? null : 'the heads under it are others';
}

async function alteredStatements(tx: EntityManager): Promise<Finding[]> {
  const periods = await rows<{ period: string; root: string; secret: string }>(
    tx,
    `select period, encode(merkle_root, 'hex') as root, encode(secret, 'hex') as secret from statement_root order by period`,
  );
  const findings: Finding[] = [];
  for (const { period, root, secret } of periods) {
    const lines = await linesOfAll(tx, period);
    const now = rootOf(lines.map((line) => leafOf(period, line, Buffer.from(secret, 'hex')))).toString('hex');
    if (now !== root) findings.push({ what: 'STATEMENTS_ALTERED', memberUid: null, seq: null, root: null, field: period });
  }
  return findings;
}

/** Runs reads that may take long on one snapshot. */
export function onSnapshot<T>(em: EntityManager, work: (tx: EntityManager) => Promise<T>): Promise<T> {
  return em.transactional(
    async (tx) => {
      await rows(tx, `select set_config('statement_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '0', true)`);
      return work(tx as EntityManager);
    },
    { isolationLevel: 'repeatable read' as never, readOnly: true },
  );
}
