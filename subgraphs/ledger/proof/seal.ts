import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../../kernel/sql.js';
import type { Job } from '../../kernel/subgraph.js';
import { digestOf, merkleRootOf, type RootFacts, type SealedHead, statementOf } from './root.js';
import { lastRoot } from './root-store.js';
import { configuredKey, type ProofKey } from './signing-key.js';

/** Members under one root; the rest comes under the next. */
const most = 100_000;

interface Row {
  readonly member_uid: string;
  readonly after: string;
  readonly seq: string;
  readonly head: string;
  readonly details: string;
  readonly upto: string;
  readonly now: string;
}

/**
 * Makes a root over every chain that grew since the last one, and answers its id, or null where none did. Nobody waits for it: one
 * statement sees each account as some committed transaction left it, and what is under way belongs to the next root. Candidates are the
 * entries of transactions not older than the oldest one that was open at the last root; where the database was moved to another cluster
 * and counts transactions anew, all accounts are.
 */
export async function seal(em: EntityManager, key: ProofKey | null): Promise<bigint | null> {
  return em.transactional(async (tx) => {
    const [{ mine } = { mine: false }] = await rows<{ mine: boolean }>(
      tx,
      `select pg_try_advisory_xact_lock(hashtext('tongdui roots')) as mine`,
    );
    if (!mine) return null; // Another instance is at it.
    const last = await lastRoot(tx);
    const found = await rows<Row>(
      tx,
      `with snapshot as (select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as upto),
         changed as (select distinct member_uid from entry, snapshot where xact >= case when ?::bigint <= upto then ?::bigint else 0 end)
       select a.member_uid, coalesce(sealed.seq, 0) as after, a.seq, encode(a.head, 'hex') as head,
              encode(entry_details(a.member_uid, coalesce(sealed.seq, 0), a.seq), 'hex') as details, snapshot.upto, clock() as now
       from snapshot, changed join account a using (member_uid)
         left join lateral (select seq from root_head h where h.member_uid = a.member_uid order by seq desc limit 1) sealed on true
       where a.seq > coalesce(sealed.seq, 0) order by a.member_uid limit ?`,
      [last?.toXact ?? 0n, last?.toXact ?? 0n, most],
    );
    const [first] = found;
    if (!first) return null;
    const heads = found.map((row): SealedHead => ({
      memberUid: row.member_uid,
      after: BigInt(row.after),
      seq: BigInt(row.seq),
      head: row.head,
      details: row.details,
    }));
    const facts: RootFacts = {
      id: (last?.id ?? 0n) + 1n,
      from: last?.to ?? null,
      to: new Date(first.now),
      members: BigInt(heads.length),
      entries: heads.reduce((sum, { seq, after }) => sum + seq - after, 0n),
      merkleRoot: merkleRootOf(heads),
      previousRoot: last ? digestOf(last) : null,
    };
    // A full root leaves members over: the next one looks at the same transactions again.
    const toXact = heads.length < most ? BigInt(first.upto) : (last?.toXact ?? 0n);
    await record(tx, facts, toXact, heads, key ? await key.sign(statementOf(facts)) : null);
    return facts.id;
  });
}

async function record(
  tx: EntityManager,
  facts: RootFacts,
  toXact: bigint,
  heads: readonly SealedHead[],
  signature: string | null,
): Promise<void> {
  await rows(
    tx,
    `insert into root (id, from_at, to_at, to_xact, members, entries, merkle_root, previous_root, signature, sealed_at)
     values (?, ?, ?, ?, ?, ?, decode(?, 'hex'), decode(?::text, 'hex'), ?, clock())`,
    [
      facts.id,
      facts.from?.toISOString() ?? null,
      facts.to.toISOString(),
      toXact,
      facts.members,
      facts.entries,
      facts.merkleRoot,
      facts.previousRoot,
      signature,
    ],
  );
  const asText = heads.map(({ memberUid, after, seq, head, details }) => [memberUid, String(after), String(seq), head, details]);
  await rows(
    tx,
    `insert into root_head (member_uid, seq, root, after, head, details)
     select (h ->> 0)::uuid, (h ->> 2)::bigint, ?, (h ->> 1)::bigint, decode(h ->> 3, 'hex'), decode(h ->> 4, 'hex') from json_array_elements(?::json) h`,
    [facts.id, JSON.stringify(asText)],
  );
}

/** Late or twice changes nothing: what is under a root is not found again. */
export const sealRoots: Job = {
  name: 'seal-roots',
  everyMs: 60_000,
  async run({ em }) {
    await seal(em, await configuredKey());
  },
};
