import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../../kernel/sql.js';
import type { DisputeStateName } from './dispute.types.js';

export interface StoredDispute {
  readonly id: string;
  readonly obligation: string;
  readonly side: 'CREDITOR' | 'DEBTOR';
  readonly period: string;
  readonly partner: string;
  readonly evidence: string;
  readonly state: DisputeStateName;
  readonly openedBy: string;
  readonly openedAt: Date;
  readonly note: string | null;
  readonly fen: bigint | null;
  readonly adjustment: string | null;
  readonly resolvedAt: Date | null;
}

interface Row extends Omit<StoredDispute, 'openedBy' | 'openedAt' | 'fen' | 'resolvedAt'> {
  readonly opened_by: string;
  readonly opened_at: string;
  readonly fen: string | null;
  readonly resolved_at: string | null;
}

const select = 'select d.*, o.period from dispute d join obligation o on o.id = d.obligation';

const stored = (row: Row): StoredDispute => ({
  id: row.id,
  obligation: row.obligation,
  side: row.side,
  period: row.period,
  partner: row.partner,
  evidence: row.evidence,
  state: row.state,
  openedBy: row.opened_by,
  openedAt: new Date(row.opened_at),
  note: row.note,
  fen: row.fen === null ? null : BigInt(row.fen),
  adjustment: row.adjustment,
  resolvedAt: row.resolved_at === null ? null : new Date(row.resolved_at),
});

/** `lock` keeps others from deciding it until the end of the transaction. */
export async function disputeById(em: EntityManager, id: string, lock = false): Promise<StoredDispute | null> {
  const [row] = await rows<Row>(em, `${select} where d.id = ?${lock ? ' for update of d' : ''}`, [id]);
  return row ? stored(row) : null;
}

/** The dispute about a line that is not decided yet. */
export async function openDispute(em: EntityManager, obligation: string, side: string): Promise<StoredDispute | null> {
  const [row] = await rows<Row>(em, `${select} where d.obligation = ? and d.side = ? and d.state = 'OPEN'`, [obligation, side]);
  return row ? stored(row) : null;
}

/** Disputes of one partner or of all, oldest first. */
export async function disputesOf(em: EntityManager, partner: string | null, after: string | null, limit: number): Promise<StoredDispute[]> {
  const found = await rows<Row>(
    em,
    `${select} where (?::text is null or d.partner = ?) and (?::uuid is null or d.id > ?::uuid) order by d.id limit ?`,
    [partner, partner, after, after, limit],
  );
  return found.map(stored);
}
