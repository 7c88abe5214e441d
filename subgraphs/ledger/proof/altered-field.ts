import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../../kernel/sql.js';
import { asJson } from '../clearing/json-rows.js';
import type { Finding } from './finding.js';
import { guesses, type KnownEntry, type KnownPosting, saidOf } from './guesses.js';

interface EntryRow {
  readonly seq: string;
  readonly kind: string;
  readonly programme: string;
  readonly points: string;
  readonly at: string;
  readonly cause_kind: string;
  readonly cause_id: string;
  readonly previous: string | null;
  readonly hash: string;
  readonly fits_next: boolean;
}

/**
 * Which part of an entry was altered: of everything that the rest of the journal lets it have been, the one that its hash fits. Null
 * where nothing fits, for a hash tells nothing by itself.
 */
export async function alteredField(em: EntityManager, { memberUid, seq }: Finding, altered: readonly Finding[]): Promise<string | null> {
  const entry = await entryOf(em, memberUid as string, seq as bigint);
  if (!entry) return null;
  if (entry.fits_next) return 'hash';
  const others = altered.filter((other) => other.memberUid === memberUid && other.seq !== seq).map((other) => other.seq as bigint);
  const known = await knownOf(em, memberUid as string, entry);
  const swapped = await Promise.all(others.map(async (other) => ({ other, row: await entryOf(em, memberUid as string, other) })));
  const asOthers = await Promise.all(
    swapped.map(async ({ other, row }) =>
      row ? Object.assign({ told: `swapped with entry ${other}` }, (await knownOf(em, memberUid as string, row)).entry) : null,
    ),
  );
  const all = [...guesses(known.entry, known.world), ...asOthers.filter((guess) => guess !== null)];
  const [fit] = await rows<{ told: string }>(
    em,
    `select g ->> 'told' as told from json_array_elements(?::json) with ordinality as t (g, n)
     where entry_hash(decode(?::text, 'hex'), ?::uuid, ?, g ->> 'kind', g ->> 'programme', (g ->> 'points')::bigint, (g ->> 'at')::timestamptz,
       g ->> 'causeKind', g ->> 'causeId', g ->> 'said') = decode(?, 'hex') order by n limit 1`,
    [asJson(all.map((guess) => Object.assign({}, guess, { said: saidOf(guess.postings) }))), entry.previous, memberUid, seq, entry.hash],
  );
  return fit?.told ?? null;
}

async function entryOf(em: EntityManager, memberUid: string, seq: bigint): Promise<EntryRow | undefined> {
  const [entry] = await rows<EntryRow>(
    em,
    `select e.seq, e.kind, e.programme, e.points, e.at::text as at, e.cause_kind, e.cause_id, encode(p.hash, 'hex') as previous, encode(e.hash, 'hex') as hash,
            coalesce(n.hash = entry_hash_of(h.now, n), a.head = h.now and a.seq = e.seq) as fits_next
     from entry e join account a using (member_uid)
       left join entry p on p.member_uid = e.member_uid and p.seq = e.seq - 1 left join entry n on n.member_uid = e.member_uid and n.seq = e.seq + 1,
       lateral (select entry_hash_of(p.hash, e) as now) h
     where e.member_uid = ? and e.seq = ?`,
    [memberUid, seq],
  );
  return entry;
}

async function knownOf(
  em: EntityManager,
  memberUid: string,
  row: EntryRow,
): Promise<{ entry: KnownEntry; world: Parameters<typeof guesses>[1] }> {
  const postings = await rows<{ account: string; lot: string | null; points: string }>(
    em,
    'select account, lot, points from posting where member_uid = ? and seq = ? order by n',
    [memberUid, row.seq],
  );
  const values = async (sql: string, ...parameters: unknown[]): Promise<string[]> =>
    (await rows<{ v: string }>(em, sql, parameters)).map(({ v }) => v);
  return {
    entry: {
      kind: row.kind,
      programme: row.programme,
      points: BigInt(row.points),
      at: row.at,
      causeKind: row.cause_kind,
      causeId: row.cause_id,
      postings: postings.map(({ account, lot, points }): KnownPosting => ({ account, lot, points: BigInt(points) })),
    },
    world: {
      kinds: await values('select distinct kind as v from entry'),
      causeKinds: await values('select distinct cause_kind as v from entry'),
      programmes: await values('select id as v from programme'),
      accounts: await values('select distinct counter as v from entry'),
      lots: await values('select id as v from lot where member_uid = ?', memberUid),
      causes: await values(
        `select id::text as v from accrual where member_uid = ? union select redemption::text from hold where member_uid = ?
         union select id::text from hold where member_uid = ? union select id::text from point_return where member_uid = ?
         union select id::text from lot where member_uid = ? union select cause_id from entry where member_uid = ?`,
        ...Array.from({ length: 6 }, () => memberUid),
      ),
      instants: await values(
        `select at::text as v from entry where member_uid = ? union select ended_at::text from hold where member_uid = ? and ended_at is not null
         union select placed_at::text from hold where member_uid = ? union select at::text from accrual where member_uid = ?
         union select at::text from point_return where member_uid = ? union select (row_at + make_interval(days => d))::text
           from (select ?::timestamptz as row_at) r, generate_series(-400, 400) d`,
        ...Array.from({ length: 5 }, () => memberUid),
        row.at,
      ),
    },
  };
}
