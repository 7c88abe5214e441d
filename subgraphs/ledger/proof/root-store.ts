import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../../kernel/sql.js';
import type { RootFacts, SealedHead } from './root.js';

export interface StoredRoot extends RootFacts {
  readonly toXact: bigint;
  readonly signature: string | null;
  readonly sealedAt: Date;
}

interface Row {
  readonly id: string;
  readonly from_at: string | null;
  readonly to_at: string;
  readonly to_xact: string;
  readonly members: string;
  readonly entries: string;
  readonly merkle: string;
  readonly previous: string | null;
  readonly signature: string | null;
  readonly sealed_at: string;
}

const columns = `id, from_at, to_at, to_xact, members, entries, encode(merkle_root, 'hex') as merkle, encode(previous_root, 'hex') as previous,
  signature, sealed_at`;

const stored = (row: Row): StoredRoot => ({
  id: BigInt(row.id),
  from: row.from_at === null ? null : new Date(row.from_at),
  to: new Date(row.to_at),
  toXact: BigInt(row.to_xact),
  members: BigInt(row.members),
  entries: BigInt(row.entries),
  merkleRoot: row.merkle,
  previousRoot: row.previous,
  signature: row.signature,
  sealedAt: new Date(row.sealed_at),
});

export async function lastRoot(em: EntityManager): Promise<StoredRoot | null> {
  const [row] = await rows<Row>(em, `select ${columns} from root order by id desc limit 1`);
  return row ? stored(row) : null;
}

/** Roots after `after`, oldest first. */
export async function rootsAfter(em: EntityManager, after: bigint, limit: number): Promise<StoredRoot[]> {
  return (await rows<Row>(em, `select ${columns} from root where id > ? order by id limit ?`, [after, limit])).map(stored);
}

/** The heads under a root, in order of member. */
export async function headsUnder(em: EntityManager, root: bigint): Promise<SealedHead[]> {
  const found = await rows<{ member_uid: string; after: string; seq: string; head: string; details: string }>(
    em,
    `select member_uid, after, seq, encode(head, 'hex') as head, encode(details, 'hex') as details from root_head where root = ? order by member_uid`,
    [root],
  );
  return found.map((row) => ({
    memberUid: row.member_uid,
    after: BigInt(row.after),
    seq: BigInt(row.seq),
    head: row.head,
    details: row.details,
  }));
}
