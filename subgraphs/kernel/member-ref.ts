import { recipientOf } from '../../schema/viewer.js';
import type { SubgraphContext } from './subgraph.js';

/**
 * The uid behind what the caller calls a member, or null. Pairwise ids open without a call; a partner's own customer number is asked of
 * the members subgraph. A member who names nobody means itself.
 */
export async function memberUidOf(
  { viewer, ids, peers }: Pick<SubgraphContext, 'viewer' | 'ids' | 'peers'>,
  ref: string | null | undefined,
): Promise<string | null> {
  if (ref === undefined || ref === null) return viewer.uid ?? null;
  const uid = ids.open(ref, recipientOf(viewer));
  if (uid !== null || viewer.kind === 'member') return viewer.kind === 'member' && uid !== viewer.uid ? null : uid;
  const answer = await peers.ask<{ findMemberUid: string | null }>(
    'members',
    'query ($ref: String!) { findMemberUid(ref: $ref) }',
    { ref },
    viewer,
  );
  return answer.findMemberUid;
}
