import { v7 as uuid } from 'uuid';
import { now } from '../kernel/clock.js';
import { badInput } from '../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../kernel/idempotency.js';
import { rows } from '../kernel/sql.js';
import { Child } from './child.entity.js';
import { Consent } from './consent.entity.js';
import { inForce } from './consents.js';
import type { Context } from './context.js';

export interface ChildFacts {
  readonly memberUid: string | null;
  readonly birthMonthDay: string;
  /** Id of the guardian's consent; the latest that is in force where absent. */
  readonly guardianConsent?: string | undefined;
  /** Partner that records, which must be the consent's recipient; null where the guardian or the operator does. */
  readonly recipient: string | null;
}

export type ChildOutcome =
  | { readonly kind: 'recorded'; readonly id: string }
  | { readonly kind: 'refused'; readonly code: 'GUARDIAN_REQUIRED' | 'NOT_ENROLLED' };

const monthDay = /^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

/** Keeps the month and day of a child's birth, never the year, and only under a guardian's consent to its benefits that is in force. */
export function recordChild({ em }: Context, key: WriteKey, facts: ChildFacts): Promise<Once<ChildOutcome>> {
  const { memberUid, birthMonthDay, guardianConsent, recipient } = facts;
  if (!isMonthDay(birthMonthDay))
    throw badInput('`birthMonthDay` is a month and a day such as 05-17; the year is not kept', { argument: 'birthMonthDay' });
  return once<ChildOutcome>(em, key, facts, async (tx) => {
    if (memberUid === null) return { kind: 'refused', code: 'NOT_ENROLLED' };
    const at = await now(tx);
    // A withdrawal waits for the record, which goes with it, or is known here.
    await rows(tx, 'select 1 from consent where member_uid = ? and guardian order by id for share', [memberUid]);
    const whose = {
      memberUid,
      guardian: true,
      purpose: 'CHILD_BENEFITS' as const,
      withdrawnAt: null,
      ...(recipient === null ? {} : { recipient }),
    };
    const given = await tx.find(Consent, whose, { orderBy: { id: 'desc' }, disableIdentityMap: true });
    const consent = given.find((each) => (guardianConsent ?? each.id) === each.id && each.classes.includes('PII') && inForce(each, at));
    if (!consent) return { kind: 'refused', code: 'GUARDIAN_REQUIRED' };
    const id = uuid();
    tx.create(Child, { id, memberUid, birthMonthDay, consentId: consent.id, recordedAt: at });
    await auditChange(tx, key, { before: null, after: { child: id } });
    return { kind: 'recorded', id };
  });
}

/** Whether there is such a day in some year. */
function isMonthDay(text: string): boolean {
  const [, month, day] = monthDay.exec(text) ?? [];
  return month !== undefined && day !== undefined && new Date(Date.UTC(2000, Number(month) - 1, Number(day))).getUTCDate() === Number(day);
}
