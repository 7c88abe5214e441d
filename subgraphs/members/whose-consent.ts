import { badInput, DomainError } from '../kernel/errors.js';
import type { Context } from './context.js';
import { findMember } from './find-member.js';

export const isMember = ({ viewer }: Pick<Context, 'viewer'>): boolean => viewer.kind === 'member';

/** The member whose consent the caller gives: a member its own, the operator's staff anybody's. No partner consents to itself. */
export async function whoseConsent(context: Context, ref?: string): Promise<string> {
  const { viewer } = context;
  if (!isMember(context) && (viewer.kind !== 'staff' || viewer.partner !== undefined)) throw new DomainError('FORBIDDEN_OPERATION');
  if (ref === undefined && !isMember(context)) throw badInput('Say whose consent it is: `member` is missing', { argument: 'member' });
  const uid = ref === undefined ? viewer.uid : await findMember(context, ref);
  if (uid === undefined || uid === null) throw badInput('There is no such member', { argument: 'member' });
  return uid;
}
