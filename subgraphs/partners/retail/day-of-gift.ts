import type { AccessRule } from '../../../schema/access.js';
import { decide } from '../../../schema/decide.js';
import type { Context } from '../context.js';
import type { Engagement } from './engagement.entity.js';

const personal: AccessRule = { authenticated: true, scopes: [], classes: ['PII'] };

/**
 * Whether the viewer may know when it was. The day of a birthday's gift is a child's birthday, so it is read as that is: by the member, and by
 * the partner as long as the guardian's consent is in force, whose people need the scope for personal data as well.
 */
export async function mayKnowDay(
  { kind, memberUid, partnerId }: Engagement,
  { viewer, consents }: Pick<Context, 'viewer' | 'consents'>,
): Promise<boolean> {
  if (kind !== 'CHILD_BIRTHDAY' || viewer.kind === 'member') return true;
  const { guardian } = await consents.load(memberUid);
  const owner = { member: memberUid, partners: [partnerId], consented: () => true };
  return guardian.includes('PII') && decide(personal, viewer, owner) === null;
}
