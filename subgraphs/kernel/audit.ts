import type { EntityManager } from '@mikro-orm/postgresql';
import { encode } from './json.js';
import { rows } from './sql.js';
import type { WriteKey } from './write-key.js';

/** What an admin's write changed; null before what was not there, and after what is gone. `partner`: whose matter it is. */
export interface AuditedChange {
  readonly partner?: string | null | undefined;
  readonly before: object | null;
  readonly after: object | null;
}

/** One entry of what was refused, to whom, under which key. */
export async function audit(tx: EntityManager, key: WriteKey, detail: unknown): Promise<void> {
  await insert(tx, key, 'REFUSED', { partner: null, before: null, after: null }, encode(detail));
}

/** One entry of what was changed, by whom, under which key: in the transaction of the change, so there is never one without the other. */
export async function auditChange(tx: EntityManager, key: WriteKey, change: AuditedChange): Promise<void> {
  await insert(tx, key, 'CHANGED', change, '');
}

async function insert(
  tx: EntityManager,
  key: WriteKey,
  outcome: 'REFUSED' | 'CHANGED',
  { partner, before, after }: AuditedChange,
  detail: string,
): Promise<void> {
  await rows(
    tx,
    `insert into audit (at, principal, operation, key, detail, outcome, partner, before, after) values (clock(), ?, ?, ?, ?, ?, ?, ?, ?)`,
    [key.principal, key.operation, key.key, detail, outcome, partner ?? partnerOf(key.principal), plain(before), plain(after)],
  );
}

/** The partner whose system wrote. */
const partnerOf = (principal: string): string | null => /(?:^|\/)partner:(.+)$/.exec(principal)?.[1] ?? null;

/** Plain JSON for readers of other programs; whole numbers stay within what such a reader can hold. */
const plain = (value: object | null): string | null =>
  value && JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? Number(part) : part));
