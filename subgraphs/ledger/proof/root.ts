import { createHash } from 'node:crypto';
import { leafHash, rootOf } from './merkle.js';

/** A member's chain as it stood when a root was made over it. */
export interface SealedHead {
  readonly memberUid: string;
  /** Entries after this one, up to `seq`, are new under this root. */
  readonly after: bigint;
  readonly seq: bigint;
  /** Hash of entry `seq`, hex. */
  readonly head: string;
  /** Hash of what the chain leaves out of the new entries, hex. */
  readonly details: string;
}

/** A root without its signature. */
export interface RootFacts {
  readonly id: bigint;
  readonly from: Date | null;
  readonly to: Date;
  readonly members: bigint;
  readonly entries: bigint;
  readonly merkleRoot: string;
  /** Digest of the root before it, hex; null on the first. */
  readonly previousRoot: string | null;
}

/** Pure: the Merkle root over heads in order of member, hex. */
export const merkleRootOf = (heads: readonly SealedHead[]): string =>
  rootOf(heads.map(({ memberUid, after, seq, head, details }) => leafHash([memberUid, after, seq, head, details].join('|')))).toString(
    'hex',
  );

/** Pure: what is signed, and what the next root refers to. */
export const statementOf = ({ id, from, to, members, entries, merkleRoot, previousRoot }: RootFacts): string =>
  JSON.stringify({
    id: id.toString(),
    from: from?.toISOString() ?? null,
    to: to.toISOString(),
    members: members.toString(),
    entries: entries.toString(),
    merkleRoot,
    previousRoot,
  });

/** Pure: the digest of a root, hex. */
export const digestOf = (facts: RootFacts): string => createHash('sha256').update(statementOf(facts)).digest('hex');
