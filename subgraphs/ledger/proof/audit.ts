import type { EntityManager } from '@mikro-orm/postgresql';
import { openDatabase } from '../../kernel/database.js';
import { rows } from '../../kernel/sql.js';
import { invariants } from './invariants.js';
import { onSnapshot } from './verify.js';

/** How one invariant stands. */
export interface Audited {
  readonly id: string;
  readonly says: string;
  readonly violations: number;
  /** The first few. */
  readonly offenders: readonly string[];
}

/** Checks every invariant on one snapshot, so that it says the same whether or not traffic runs. */
export function audit(em: EntityManager): Promise<Audited[]> {
  return onSnapshot(em, async (tx) => {
    const audited: Audited[] = [];
    for (const { id, says, offenders } of invariants) {
      const found = await rows<{ offender: string; n: string }>(
        tx,
        `select offender, count(*) over ()::text as n from (${offenders}) found order by offender limit 3`,
      );
      audited.push({ id, says, violations: Number(found[0]?.n ?? 0), offenders: found.map(({ offender }) => offender) });
    }
    return audited;
  });
}

/** What is wrong with the ledger in a database: one line per invariant that does not hold, so none where all is well. */
export async function auditOf(databaseUrl: string): Promise<string[]> {
  return withLedger(databaseUrl, async (em) => (await audit(em)).filter(({ violations }) => violations > 0).map(lineOf));
}

/** One line for people. */
export const lineOf = ({ id, says, violations, offenders }: Audited): string =>
  `${violations === 0 ? 'ok ' : 'BAD'} ${id.padEnd(3)} ${says}: ${violations} violations${violations === 0 ? '' : `, such as ${offenders.join(', ')}`}`;

/** The ledger's schema in a database, without any of its tables mapped. */
export async function withLedger<T>(databaseUrl: string, work: (em: EntityManager) => Promise<T>): Promise<T> {
  const database = openDatabase({ name: 'ledger', url: databaseUrl, entities: [], migrations: [], poolSize: 1 });
  try {
    return await work(database.em.fork() as EntityManager);
  } finally {
    await database.close(true);
  }
}
