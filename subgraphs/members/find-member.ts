import { recipientOf } from '../../schema/viewer.js';
import { rows } from '../kernel/sql.js';
import type { Context } from './context.js';

/**
 * The uid behind what a caller calls a member, or null. A partner names its own pairwise id or its own customer number and reaches
 * linked members only; the operator's staff name their pairwise id or `partner/number`; a member reaches itself alone.
 * A stranger's id and a number that nobody has end alike, and take the same one statement.
 */
export async function findMember({ em, ids, viewer }: Pick<Context, 'em' | 'ids' | 'viewer'>, ref: string): Promise<string | null> {
  const uid = ids.open(ref, recipientOf(viewer));
  if (viewer.kind === 'member') return viewer.uid !== undefined && uid === viewer.uid ? uid : null;
  const [found] = viewer.partner === undefined ? await anywhere(em, uid, ref) : await atPartner(em, uid, viewer.partner, ref);
  return found?.uid ?? null;
}

/** The id comes first: a customer number that looks like somebody's id does not take its place. */
const atPartner = (em: Context['em'], uid: string | null, partner: string, ref: string): Promise<{ uid: string }[]> =>
  rows(
    em,
    `select member_uid as uid from member_link where partner = ? and (ref = ? or member_uid = ?::uuid)
     order by member_uid is not distinct from ?::uuid desc limit 1`,
    [partner, ref, uid, uid],
  );

function anywhere(em: Context['em'], uid: string | null, ref: string): Promise<{ uid: string }[]> {
  const [partner = '', number = ''] = ref.split('/', 2);
  return rows(
    em,
    `select uid from member where uid = ?::uuid and erased_at is null union all select member_uid from member_link where partner = ? and ref = ? limit 1`,
    [uid, partner, number],
  );
}
