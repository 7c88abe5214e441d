import type { EntityManager } from '@mikro-orm/postgresql';
import type { Viewer } from '../../../schema/viewer.js';
import { rows } from '../../kernel/sql.js';
import { as } from '../../kernel/union.js';
import { Cause, Entry } from './entry.js';
import type { CauseKind, EntryKind } from './posting.js';
import { issuerFilter } from './read.js';

interface EntryRow {
  id: string;
  seq: string;
  kind: EntryKind;
  programme: string;
  issuer: string;
  points: string;
  at: string;
  cause_kind: CauseKind;
  cause_id: string;
}

/** A member's journal, newest first, as far as the viewer may see it; null where `after` is no entry of it. */
export async function entriesOf(
  em: EntityManager,
  memberUid: string,
  viewer: Viewer,
  limit: number,
  after: string | null,
): Promise<Entry[] | null> {
  const filter = issuerFilter(viewer);
  if (after !== null && (await rows(em, 'select 1 from entry where member_uid = ? and id = ?', [memberUid, after])).length === 0)
    return null;
  const further = after === null ? '' : ' and e.seq < (select seq from entry where member_uid = ? and id = ?)';
  const found = await rows<EntryRow>(
    em,
    `select e.id, e.seq, e.kind, e.programme, p.issuer, e.points, e.at, e.cause_kind, e.cause_id
     from entry e join programme p on p.id = e.programme where e.member_uid = ?${filter.sql}${further} order by e.seq desc limit ?`,
    [memberUid, ...filter.parameters, ...(after === null ? [] : [memberUid, after]), limit],
  );
  return found.map((row) =>
    as(Entry, {
      id: row.id,
      memberUid,
      programmeId: row.programme,
      issuerId: row.issuer,
      number: BigInt(row.seq),
      kind: row.kind,
      points: BigInt(row.points),
      at: new Date(row.at),
      cause: as(Cause, { kind: row.cause_kind, id: row.cause_id }),
    }),
  );
}

/** What an entry did to one lot. */
export interface LotOfEntry {
  /** The entry, as `member number`. */
  readonly entry: string;
  readonly lot: string;
  readonly points: bigint;
}

/** Which lots entries touched, and by how much. Keys as `member number`. */
export async function lotsOfEntries(em: EntityManager, keys: readonly string[]): Promise<LotOfEntry[]> {
  const wanted = keys.map(() => '(?::uuid, ?::bigint)').join(', ');
  const found = await rows<{ member_uid: string; seq: string; lot: string; points: string }>(
    em,
    `select member_uid, seq, lot, points from posting where (member_uid, seq) in (${wanted}) and account = 'lot' order by member_uid, seq, n`,
    keys.flatMap((key) => key.split(' ')),
  );
  return found.map(({ member_uid, seq, lot, points }) => ({ entry: `${member_uid} ${seq}`, lot, points: BigInt(points) }));
}
