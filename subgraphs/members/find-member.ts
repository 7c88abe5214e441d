import { recipientOf } from '../../schema/viewer.js';
import type { Context } from './context.js';
import { MemberLink } from './member.entity.js';

/**
 * The uid behind what a caller calls a member, or null. A partner names its own pairwise id or its own customer number and reaches
 * linked members only; the operator's staff name their pairwise id or `partner/number`; a member needs no name and reaches itself.
 * A stranger's id and a number that nobody has end alike.
 */
export async function findMember({ em, ids, viewer, loaders }: Context, ref: string): Promise<string | null> {
  if (viewer.kind === 'member') return viewer.uid !== undefined && ids.open(ref, recipientOf(viewer)) === viewer.uid ? viewer.uid : null;
  const uid = ids.open(ref, recipientOf(viewer));
  if (viewer.partner === undefined) {
    const [partner = '', number = ''] = ref.split('/', 2);
    return uid ?? (await em.findOne(MemberLink, { partner, ref: number }))?.memberUid ?? null;
  }
  if (uid === null) return (await em.findOne(MemberLink, { partner: viewer.partner, ref }))?.memberUid ?? null;
  return (await loaders.links.load(uid)).some((link) => link.partner === viewer.partner) ? uid : null;
}
