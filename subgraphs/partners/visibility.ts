import type { Viewer } from '../../schema/viewer.js';

/** Whose records a viewer may be shown at all; it goes into every query, so that no answer tells whether somebody else's record exists. */
export interface Boundary {
  readonly partner?: string;
  readonly memberUid?: string;
}

/** Pure: a member its own, a partner its own, the operator and the regulator all, anybody else none (null). */
export function boundaryOf(viewer: Viewer): Boundary | null {
  if (viewer.kind === 'member') return viewer.uid === undefined ? null : { memberUid: viewer.uid };
  if (viewer.partner !== undefined) return { partner: viewer.partner };
  if (viewer.via !== undefined || viewer.kind === 'staff' || viewer.kind === 'regulator') return {};
  return null;
}

/** The boundary as a condition of a statement, with its parameters. */
export function within({ partner, memberUid }: Boundary): { condition: string; parameters: readonly string[] } {
  const parts = ['true'];
  const parameters: string[] = [];
  if (partner !== undefined) {
    parts.push('partner = ?');
    parameters.push(partner);
  }
  if (memberUid !== undefined) {
    parts.push('member_uid = ?');
    parameters.push(memberUid);
  }
  return { condition: parts.join(' and '), parameters };
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** True for a well-formed id; anything else is an id that no record has. */
export const isUuid = (id: string): boolean => uuid.test(id);
