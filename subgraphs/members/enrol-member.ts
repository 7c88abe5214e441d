import { v7 as uuid } from 'uuid';
import { badInput } from '../kernel/errors.js';
import { now } from '../kernel/clock.js';
import { once, type Once, type WriteKey } from '../kernel/idempotency.js';
import type { Context } from './context.js';
import { Member, MemberLink } from './member.entity.js';

export interface Enrolment {
  readonly partner: string;
  readonly ref: string;
  readonly name: string;
  readonly phone?: string | undefined;
}

export type EnrolOutcome =
  | { readonly kind: 'enrolled'; readonly uid: string }
  | { readonly kind: 'refused'; readonly code: 'ALREADY_ENROLLED' };

/** Enrols a person at a partner under the partner's own number; a number that the partner uses already is refused. */
export function enrolMember({ em }: Context, key: WriteKey, enrolment: Enrolment): Promise<Once<EnrolOutcome>> {
  if (enrolment.ref.length === 0 || enrolment.ref.length > 100 || enrolment.ref.includes('/'))
    throw badInput('`ref` is 1 to 100 characters without a slash', { argument: 'ref' });
  if (enrolment.name.trim() === '' || enrolment.name.length > 200) throw badInput('`name` is 1 to 200 characters', { argument: 'name' });
  return once<EnrolOutcome>(em, key, enrolment, async (tx) => {
    const known = await tx.findOne(MemberLink, { partner: enrolment.partner, ref: enrolment.ref });
    if (known) return { kind: 'refused', code: 'ALREADY_ENROLLED' };
    const at = await now(tx);
    const uid = uuid();
    tx.create(Member, { uid, name: enrolment.name, phone: enrolment.phone ?? null, enrolledAt: at, erasedAt: null });
    await tx.flush(); // The ORM orders inserts by its own relations only, and the link's key is a plain column.
    tx.create(MemberLink, { partner: enrolment.partner, ref: enrolment.ref, memberUid: uid, linkedAt: at });
    return { kind: 'enrolled', uid };
  });
}
