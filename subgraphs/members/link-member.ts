import { now } from '../kernel/clock.js';
import { badInput } from '../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../kernel/idempotency.js';
import type { Context } from './context.js';
import { MemberLink } from './member.entity.js';

export type LinkOutcome =
  | { readonly kind: 'linked'; readonly uid: string }
  | { readonly kind: 'refused'; readonly code: 'ALREADY_ENROLLED' | 'NOT_ENROLLED' };

/** Makes a member known to one more partner under that partner's own number; one number per partner and member. */
export function linkMember(
  { em }: Context,
  key: WriteKey,
  link: { readonly uid: string | null; readonly partner: string; readonly ref: string },
): Promise<Once<LinkOutcome>> {
  if (link.ref.length === 0 || link.ref.length > 100 || link.ref.includes('/'))
    throw badInput('`ref` is 1 to 100 characters without a slash', { argument: 'ref' });
  return once<LinkOutcome>(em, key, link, async (tx) => {
    const { uid, partner, ref } = link;
    if (uid === null) return { kind: 'refused', code: 'NOT_ENROLLED' };
    const known = await tx.findOne(MemberLink, { partner, $or: [{ ref }, { memberUid: uid }] });
    if (known?.memberUid === uid && known.ref === ref) return { kind: 'linked', uid };
    if (known) return { kind: 'refused', code: 'ALREADY_ENROLLED' };
    tx.create(MemberLink, { partner, ref, memberUid: uid, linkedAt: await now(tx) });
    // The customer number stays out: the trail outlives a member who wants to be forgotten.
    await auditChange(tx, key, { partner, before: { memberUid: uid, linked: false }, after: { memberUid: uid, linked: true } });
    return { kind: 'linked', uid };
  });
}
