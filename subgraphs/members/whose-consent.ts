import { badInput, DomainError } from '../kernel/errors.js';
import type { Context } from './context.js';
import { findMember } from './find-member.js';

/** Whose consents the caller may give and end: its own uid, or null for anybody's. No partner consents to itself, nor do its staff. */
export function answersFor({ viewer }: Pick<Context, 'viewer'>): string | null {
  if (viewer.kind === 'member' && viewer.uid !== undefined) return viewer.uid;
  if (viewer.kind === 'staff' && viewer.partner === undefined && viewer.scopes.includes('consent.write:all')) return null;
  throw new DomainError('FORBIDDEN_OPERATION', undefined, { needs: ['me.consent of the member', 'consent.write:all'], has: viewer.scopes });
}

/** The member whose consent this is: a member's own, or that of the member whom the operator's staff name. */
export async function whoseConsent(context: Context, ref: string | undefined): Promise<string> {
  const own = answersFor(context);
  if (ref === undefined && own === null) throw badInput('Say whose consent it is: `member` is missing', { argument: 'member' });
  const uid = ref === undefined ? own : await findMember(context, ref);
  if (uid === null) throw badInput('There is no such member', { argument: 'member' });
  return uid;
}
